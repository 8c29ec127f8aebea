//! What `WASMELT_AUDIT` makes a program tell: a line of JSON for each capability that it was denied, or has used.

use serde::Deserialize;

/// A line of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AuditEvent {
    /// What came of the call.
    pub event: AuditOutcome,
    /// The function that the program has called.
    pub call: String,
    /// The path that it was called with, as the program sees it.
    pub path: Option<String>,
    /// What the call has answered: an error of WASI, or 0.
    pub errno: u16,
    /// The flag that allows it, as [`wasmelt_policy::Allowance`] reads it.
    pub allow: String,
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditOutcome {
    /// It was denied.
    Denied,
    /// It was not, whether it has succeeded or not.
    Used,
}

impl AuditEvent {
    /// The event that `line` tells; `None` if it tells none, as the last line of a program that was killed.
    pub fn parse(line: &str) -> Option<AuditEvent> {
        serde_json::from_str(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_runtime_are_read() {
        let line =
            r#"{"event":"denied","call":"path_open","path":"/data/\"x","errno":76,"allow":"--allow-write=/data/\"x"}"#;
        let expected = AuditEvent {
            event: AuditOutcome::Denied,
            call: "path_open".to_owned(),
            path: Some("/data/\"x".to_owned()),
            errno: 76,
            allow: "--allow-write=/data/\"x".to_owned(),
        };
        assert_eq!(AuditEvent::parse(line), Some(expected));
        let clock = AuditEvent::parse(r#"{"event":"used","call":"clock_time_get","errno":0,"allow":"--allow-clock"}"#);
        assert_eq!(clock.map(|event| (event.event, event.path)), Some((AuditOutcome::Used, None)));
        assert_eq!(AuditEvent::parse(&line[..40]), None);
    }
}
