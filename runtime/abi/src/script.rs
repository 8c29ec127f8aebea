//! Test scripts: the calls that a test program makes, and how it reports their results.
//!
//! A test program runs the steps of its script in order. A trap ends a step, not the program. For each step it writes a
//! record to standard output:
//!
//! ```text
//! u32        the status: 0, or the TrapCode the step ended with
//! results × 16 bytes, little-endian, if the status is 0
//! ```
//!
//! A result that refers to an object on the heap has the object's [`ReferentKind`] in the upper half of its 16 bytes.

/// Bytes of an argument or result of a step: each takes the low bytes of a slot of its own.
pub const SLOT_BYTES: usize = 16;

/// Most arguments, and most results, of a step.
pub const SCRIPT_MAX_SLOTS: usize = 64;

/// The steps of a script; constant data at [`symbols::SCRIPT_HEADER`](crate::symbols).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptHeader {
    /// Address of the array of steps.
    pub steps: u64,
    /// How many steps there are.
    pub step_count: u64,
}

/// One call.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptStep {
    /// Address of an `extern "C" fn(slots: *mut [u8; 16])`, which takes its arguments from the slots and leaves its
    /// results there.
    pub function: u64,
    /// Address of the arguments' slots.
    pub arguments: u64,
    /// How many arguments there are.
    pub argument_count: u32,
    /// How many results there are.
    pub result_count: u32,
}

/// What a reference to an object on the heap refers to.
#[repr(u64)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferentKind {
    /// A structure.
    Struct = 1,
    /// An array.
    Array = 2,
    /// An exception.
    Exception = 3,
}

impl ReferentKind {
    /// The kind with number `number`.
    pub fn from_number(number: u64) -> Option<ReferentKind> {
        let kinds = [ReferentKind::Struct, ReferentKind::Array, ReferentKind::Exception];
        kinds.into_iter().find(|&kind| kind as u64 == number)
    }
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It returned.
    Returned,
    /// It trapped.
    Trapped(crate::TrapCode),
}

impl Status {
    /// The status as it stands in a record.
    pub fn to_number(self) -> u32 {
        match self {
            Status::Returned => 0,
            Status::Trapped(code) => u32::from(code as u8),
        }
    }

    /// The status that stands in a record as `number`.
    pub fn from_number(number: u32) -> Option<Status> {
        match u8::try_from(number).ok()? {
            0 => Some(Status::Returned),
            code => crate::TrapCode::from_number(code).map(Status::Trapped),
        }
    }
}
