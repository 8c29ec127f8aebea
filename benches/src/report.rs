//! A report as text for other programs and for people.

mod csv;
mod html;
mod plots;

use std::{fmt, fmt::Write, time::Duration};

pub use csv::csv;
pub use html::html;
pub use plots::svg;

use crate::{
    Ratio,
    laboratory::Report,
    startup::{PageCache, Row, Series},
};

/// A time with three digits and its unit.
#[derive(Clone, Copy, Debug)]
pub struct SpanText(pub Duration);

impl fmt::Display for SpanText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let microseconds = self.0.as_secs_f64() * 1e6;
        let (value, unit) = match microseconds {
            ..1e3 => (microseconds, "µs"),
            ..1e6 => (microseconds / 1e3, "ms"),
            _ => (microseconds / 1e6, "s"),
        };
        write!(formatter, "{} {unit}", RatioText(value))
    }
}

/// A number with three digits, at most two of them after the point.
#[derive(Clone, Copy, Debug)]
pub struct RatioText(pub f64);

impl fmt::Display for RatioText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = match self.0.abs() {
            ..9.995 => 2,
            ..99.95 => 1,
            _ => 0,
        };
        write!(formatter, "{:.digits$}", self.0)
    }
}

/// What was measured, how, and where: a few lines.
pub fn describe(report: &Report) -> Vec<String> {
    let unknown = || "unknown".to_owned();
    let machine = &report.machine;
    let pinned = machine.pinned.map_or("not pinned".to_owned(), |processor| format!("pinned to processor {processor}"));
    let cache = match report.plan.page_cache {
        PageCache::Warm => "files in the page cache",
        PageCache::Cold => "files dropped from the page cache before each run",
    };
    vec![
        format!("{}, {} bytes", report.module, report.module_bytes),
        format!("{} rounds in turn after {} to warm up; {pinned}; {cache}", report.plan.rounds, report.plan.warm_up),
        format!(
            "{} × {}, Linux {}, load {}",
            machine.processors,
            machine.processor.clone().unwrap_or_else(unknown),
            machine.kernel.clone().unwrap_or_else(unknown),
            machine.load.map_or_else(unknown, |load| load.to_string()),
        ),
    ]
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("invariant: writing to a String cannot fail");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One figure of each row, and how it compares with the first row's: a line each under a line of headings. Rows without the
/// figure are left out.
pub fn in_turn(rows: &[Row], figure: impl Fn(&Row) -> Option<&Series>) -> Vec<String> {
    let heading = format!(
        "{:18} {:>10} {:>10} {:>10} {:>12} {:>12}",
        "in turn", "min", "median", "p99", "min ratio", "median ratio"
    );
    let line = |row: &Row| {
        let Series { summary, to_first, .. } = figure(row)?;
        let ratio = |of: fn(&Ratio) -> f64| to_first.as_ref().map_or_else(String::new, |it| format!("{:.3}", of(it)));
        Some(format!(
            "{:18} {:>10} {:>10} {:>10} {:>12} {:>12}",
            row.name,
            SpanText(summary.minimum).to_string(),
            SpanText(summary.median).to_string(),
            SpanText(summary.p99).to_string(),
            ratio(|it| it.minimum),
            ratio(|it| it.median),
        ))
    };
    std::iter::once(heading).chain(rows.iter().filter_map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        for (nanoseconds, text) in
            [(0, "0.00 µs"), (1_234, "1.23 µs"), (99_960, "100 µs"), (12_345_678, "12.3 ms"), (2_000_000_000, "2.00 s")]
        {
            assert_eq!(SpanText(Duration::from_nanos(nanoseconds)).to_string(), text);
        }
    }
}
