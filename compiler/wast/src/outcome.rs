//! What comes of a directive, and when that is what the script expects.

use wasmelt_abi::{Status, TrapCode};

use crate::script::{Expected, Slot, ValueType, display_value};

/// What came of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is as the script expects.
    Passed,
    /// It is not: why.
    Failed(String),
    /// It needs something that is not supported: what.
    Skipped(String),
}

impl Outcome {
    /// Failed, unless `good`.
    pub(crate) fn check(good: bool, message: impl FnOnce() -> String) -> Outcome {
        if good { Outcome::Passed } else { Outcome::Failed(message()) }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whether it returned.
    pub status: Status,
    /// What it returned, in slots; empty unless it returned.
    pub results: Vec<u128>,
}

/// Compares how a call with results of `types` ended with what the script expects.
pub(crate) fn judge(record: &Record, types: &[ValueType], expected: &Expected) -> Outcome {
    match (expected, record.status) {
        (Expected::Return | Expected::LargeEnough, Status::Returned) => Outcome::Passed,
        (Expected::Results(patterns), Status::Returned) => {
            let matches = patterns.len() == types.len()
                && patterns
                    .iter()
                    .zip(types)
                    .zip(&record.results)
                    .all(|((pattern, ty), slot)| pattern.matches(*ty, *slot));
            Outcome::check(matches, || format!("returned {}", display_values(types, &record.results)))
        }
        (Expected::Trap(message), Status::Trapped(code)) => Outcome::check(is_trap(code, message), || {
            format!("trapped with \"{}\" instead of \"{message}\"", code.message())
        }),
        (Expected::Trap(message), Status::Returned) => Outcome::Failed(format!(
            "returned {} instead of a trap: \"{message}\"",
            display_values(types, &record.results)
        )),
        (Expected::Exception, Status::Trapped(TrapCode::UncaughtException)) => Outcome::Passed,
        (Expected::Exception, Status::Returned) => Outcome::Failed("returned instead of throwing".to_owned()),
        (Expected::LargeEnough, Status::Trapped(_)) => {
            Outcome::Failed("what it imports has not grown to the size that it asks for".to_owned())
        }
        (_, Status::Trapped(code)) => Outcome::Failed(format!("trapped: \"{}\"", code.message())),
    }
}

/// Whether `message` is what the test suite calls the trap `code`. Its messages are prefixes of an implementation's, or go
/// on with details such as an index.
fn is_trap(code: TrapCode, message: &str) -> bool {
    let fits = |name: &&str| name.starts_with(message) || message.starts_with(*name);
    std::iter::once(&code.message()).chain(other_names(code)).any(fits)
}

/// What the suite calls the trap `code` as well: it tells apart by what kind of access a trap came about.
fn other_names(code: TrapCode) -> &'static [&'static str] {
    match code {
        // An indirect call beyond the table's end.
        TrapCode::TableOutOfBounds => &["undefined element"],
        TrapCode::NullReference => &[
            "null function reference",
            "null structure reference",
            "null array reference",
            "null i31 reference",
            "null exception reference",
        ],
        _ => &[],
    }
}

fn display_values(types: &[ValueType], slots: &[Slot]) -> String {
    match (types, slots) {
        ([], _) => "nothing".to_owned(),
        _ => types.iter().zip(slots).map(|(ty, slot)| display_value(*ty, *slot)).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trap_messages_match_by_prefix() {
        assert!(is_trap(TrapCode::UninitializedElement, "uninitialized"));
        assert!(is_trap(TrapCode::UninitializedElement, "uninitialized element 7"));
        assert!(is_trap(TrapCode::TableOutOfBounds, "undefined element"));
        assert!(is_trap(TrapCode::TableOutOfBounds, "out of bounds table access"));
        assert!(!is_trap(TrapCode::MemoryOutOfBounds, "out of bounds table access"));
        assert!(!is_trap(TrapCode::IntegerOverflow, "integer divide by zero"));
        assert!(is_trap(TrapCode::NullReference, "null array reference"));
        assert!(!is_trap(TrapCode::CastFailure, "null reference"));
        assert!(is_trap(TrapCode::ArrayOutOfBounds, "out of bounds array access"));
        assert!(!is_trap(TrapCode::TableOutOfBounds, "out of bounds array access"));
    }

    #[test]
    fn a_trap_is_not_a_result() {
        let record = Record { status: Status::Trapped(TrapCode::Unreachable), results: Vec::new() };
        assert_eq!(
            judge(&record, &[], &Expected::Results(Vec::new())),
            Outcome::Failed("trapped: \"unreachable\"".into())
        );
        assert_eq!(judge(&record, &[], &Expected::Trap("unreachable".into())), Outcome::Passed);
        assert_eq!(judge(&record, &[], &Expected::Exception), Outcome::Failed("trapped: \"unreachable\"".into()));
        let uncaught = Record { status: Status::Trapped(TrapCode::UncaughtException), results: Vec::new() };
        assert_eq!(judge(&uncaught, &[], &Expected::Exception), Outcome::Passed);
    }
}
