//! What a program was denied.

use wasmelt_driver::AuditEvent;
use wasmelt_policy::Allowance;

/// Something that a program tried and was denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What its audit says.
    pub event: AuditEvent,
    /// What would have allowed it, if the audit says that.
    pub allowance: Option<Allowance>,
    /// How many times it tried.
    pub times: u64,
    /// Whether it was decided that this stays denied.
    pub kept: bool,
}

impl Denied {
    pub(in super::super) fn new(event: AuditEvent, times: u64) -> Denied {
        let allowance = event.allow.parse().ok();
        Denied { event, allowance, times, kept: false }
    }

    /// What it tried, as a sentence.
    pub fn words(&self) -> String {
        let path = |doing: &str| match self.event.path.as_deref() {
            Some(path) => format!("Tried to {doing} {path}"),
            None => format!("Tried to {doing} files"),
        };
        match &self.allowance {
            Some(Allowance::Read(_)) if self.event.call == "fd_readdir" => path("list"),
            Some(Allowance::Read(_)) => path("read"),
            Some(Allowance::Write(_)) => path("write"),
            Some(Allowance::Environment(_)) => "Tried to read environment variables".to_owned(),
            Some(Allowance::Arguments) => "Tried to read its arguments".to_owned(),
            Some(Allowance::Connect(_)) => "Tried to connect".to_owned(),
            Some(Allowance::Listen(_)) => "Tried to use a network socket".to_owned(),
            Some(Allowance::Streams(streams)) if streams.input => "Tried to read standard input".to_owned(),
            Some(Allowance::Streams(streams)) if streams.output => "Tried to write to standard output".to_owned(),
            Some(Allowance::Streams(_)) => "Tried to write to standard error".to_owned(),
            Some(Allowance::Clocks(_)) => "Tried to read the clock".to_owned(),
            Some(Allowance::Randomness(_)) => "Tried to take random bytes".to_owned(),
            None => format!("Called {} and was denied", self.event.call),
        }
    }
}
