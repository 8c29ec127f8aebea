//! How much of everything a program may use.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use wasmelt_abi::grants::LimitKind;

use crate::LimitError;

/// How much of everything a program may use; `None` for what the machine has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of each memory.
    pub memory: Option<u64>,
    /// Bytes of stack.
    pub stack: Option<u64>,
    /// Milliseconds of processor time.
    pub cpu_time: Option<u64>,
    /// Milliseconds from the start.
    pub wall_time: Option<u64>,
    /// Descriptors that are open at a time, the standard streams and the granted directories included.
    pub open_files: Option<u64>,
    /// Bytes that are written, to whatever.
    pub output: Option<u64>,
}

impl Limits {
    /// The limit of `kind`.
    pub fn get(&self, kind: LimitKind) -> Option<u64> {
        match kind {
            LimitKind::Memory => self.memory,
            LimitKind::Stack => self.stack,
            LimitKind::CpuTime => self.cpu_time,
            LimitKind::WallTime => self.wall_time,
            LimitKind::OpenFiles => self.open_files,
            LimitKind::Output => self.output,
        }
    }

    /// Whether there are any whose functions are not part of every program.
    pub fn need_functions(&self) -> bool {
        let everywhere = [LimitKind::Memory, LimitKind::Stack];
        LimitKind::ALL.into_iter().any(|kind| !everywhere.contains(&kind) && self.get(kind).is_some())
    }

    /// The place of the limit of `kind`.
    pub fn get_mut(&mut self, kind: LimitKind) -> &mut Option<u64> {
        match kind {
            LimitKind::Memory => &mut self.memory,
            LimitKind::Stack => &mut self.stack,
            LimitKind::CpuTime => &mut self.cpu_time,
            LimitKind::WallTime => &mut self.wall_time,
            LimitKind::OpenFiles => &mut self.open_files,
            LimitKind::Output => &mut self.output,
        }
    }
}

/// The name of a limit in flags and files.
pub fn limit_name(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::Memory => "memory",
        LimitKind::Stack => "stack",
        LimitKind::CpuTime => "cpu-time",
        LimitKind::WallTime => "wall-time",
        LimitKind::OpenFiles => "open-files",
        LimitKind::Output => "output",
    }
}

/// A limit, `NAME=VALUE` as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is limited.
    pub kind: LimitKind,
    /// To how much, in the unit of the kind.
    pub value: u64,
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Limit, LimitError> {
        let (name, value) = text.split_once('=').ok_or_else(|| LimitError::Form { text: text.to_owned() })?;
        let kind = LimitKind::ALL.into_iter().find(|&kind| limit_name(kind) == name);
        let kind = kind.ok_or_else(|| LimitError::Name { name: name.to_owned() })?;
        Ok(Limit { kind, value: parse_amount(kind, value)? })
    }
}

/// What `text` says of a limit of `kind`: bytes with a suffix K, M or G, a time with ms, s, m or h, a number.
///
/// # Errors
///
/// If it says nothing of that kind, or more than 2⁶⁴.
pub fn parse_amount(kind: LimitKind, text: &str) -> Result<u64, LimitError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = match (kind, unit) {
        (LimitKind::OpenFiles, "") => Some(1),
        (LimitKind::CpuTime | LimitKind::WallTime, unit) => match unit {
            "ms" => Some(1),
            "s" => Some(1000),
            "m" => Some(60_000),
            "h" => Some(3_600_000),
            _ => None,
        },
        (LimitKind::Memory | LimitKind::Stack | LimitKind::Output, unit) => match unit {
            "" => Some(1),
            "K" => Some(1 << 10),
            "M" => Some(1 << 20),
            "G" => Some(1 << 30),
            _ => None,
        },
        _ => None,
    };
    let value = factor.and_then(|factor| number.parse::<u64>().ok()?.checked_mul(factor));
    value.ok_or_else(|| LimitError::Amount { kind: limit_name(kind), text: text.to_owned() })
}

/// The text that parses to the same limit.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", limit_name(self.kind), amount(self.kind, self.value))
    }
}

/// The shortest text that [`parse_amount`] reads as `value`.
pub fn amount(kind: LimitKind, value: u64) -> String {
    match kind {
        LimitKind::OpenFiles => value.to_string(),
        LimitKind::CpuTime | LimitKind::WallTime if value.is_multiple_of(1000) => {
            format!("{}s", Duration::from_millis(value).as_secs())
        }
        LimitKind::CpuTime | LimitKind::WallTime => format!("{value}ms"),
        LimitKind::Memory | LimitKind::Stack | LimitKind::Output => {
            let units = [(30, "G"), (20, "M"), (10, "K")];
            let unit = units.into_iter().find(|(shift, _)| value != 0 && value.is_multiple_of(1 << shift));
            unit.map_or_else(|| value.to_string(), |(shift, name)| format!("{}{name}", value >> shift))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_parse_and_display() {
        let cases = [
            ("memory=64M", LimitKind::Memory, 64 << 20),
            ("stack=65537", LimitKind::Stack, 65537),
            ("cpu-time=1500ms", LimitKind::CpuTime, 1500),
            ("wall-time=90s", LimitKind::WallTime, 90_000),
            ("open-files=8", LimitKind::OpenFiles, 8),
            ("output=0", LimitKind::Output, 0),
        ];
        for (text, kind, value) in cases {
            assert_eq!(text.parse(), Ok(Limit { kind, value }));
            assert_eq!(Limit { kind, value }.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in [
            "memory",
            "speed=1",
            "memory=1T",
            "wall-time=5",
            "open-files=1K",
            "output=-1",
            "memory=",
            "memory=99999999999G",
        ] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }
}
