//! The samples, one run a line (RFC 4180).

use std::{fmt::Write, time::Duration};

use crate::{laboratory::Report, startup::Series};

/// `candidate,round,total_ns,first_instruction_ns,remainder_ns`; the last two are empty where they are not seen.
pub fn csv(report: &Report) -> String {
    let mut text = String::from("candidate,round,total_ns,first_instruction_ns,remainder_ns\r\n");
    for row in report.entries.iter().map(|entry| &entry.row) {
        let name = row.name.replace('"', "\"\"");
        for (round, total) in row.total.samples.iter().enumerate() {
            let phase = |series: &Option<Series>| {
                let sample = series.as_ref().and_then(|series| series.samples.get(round));
                sample.map_or(String::new(), |sample| nanoseconds(*sample))
            };
            let (total, first, rest) = (nanoseconds(*total), phase(&row.first_instruction), phase(&row.remainder));
            write!(text, "\"{name}\",{round},{total},{first},{rest}\r\n")
                .expect("invariant: writing to a String cannot fail");
        }
    }
    text
}

fn nanoseconds(span: Duration) -> String {
    span.as_nanos().to_string()
}
