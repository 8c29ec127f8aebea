//! The report as a table for a terminal.

use std::fmt::Write;

use wasmelt_benches::{
    laboratory::{Entry, Report},
    report::{RatioText, SpanText, describe},
};

/// Characters of the longest bar.
const BAR: usize = 24;

/// What `report` says.
pub(crate) fn render(report: &Report) -> String {
    let mut text = describe(report).join("\n") + "\n\n";
    let width = report.entries.iter().map(|entry| entry.row.name.len()).max().unwrap_or(0);
    line(
        &mut text,
        [
            &format!("{:width$}", ""),
            "     min",
            "  median",
            "     p99",
            " outliers",
            "   first",
            "  × floor (95 %)       ",
            "× wasmelt",
            "  faults",
            "    peak",
            "    size",
            "",
        ],
    );
    let bar = Bar::new(report);
    for entry in &report.entries {
        row(&mut text, entry, width, &bar);
    }
    text.push_str(
        "\nTimes are from spawn to exit; `first` is the median from spawn to the guest's first instruction.\n",
    );
    text.push_str("Bars are logarithmic, of medians.\n");
    if let Some(reason) = &report.unmarked {
        text.push_str(&format!("The first instruction is not seen: {reason}.\n"));
    }
    for missing in &report.missing {
        text.push_str(&format!("Not measured: {} ({})\n", missing.name, missing.reason));
    }
    for warning in &report.warnings {
        text.push_str(&format!("Warning: {warning}\n"));
    }
    text
}

fn row(text: &mut String, entry: &Entry, width: usize, bar: &Bar) {
    let total = &entry.row.total;
    let summary = total.summary;
    let nothing = || "–".to_owned();
    let span = |span| format!("{:>8}", SpanText(span).to_string());
    let first = entry.row.first_instruction.as_ref().map(|series| SpanText(series.summary.median).to_string());
    let ratio = total
        .to_first
        .map(|ratio| format!("{} ({}–{})", RatioText(ratio.median), RatioText(ratio.low), RatioText(ratio.high)));
    line(
        text,
        [
            &format!("{:width$}", entry.row.name),
            &span(summary.minimum),
            &span(summary.median),
            &span(summary.p99),
            &format!("{:>9}", summary.outliers),
            &format!("{:>8}", first.unwrap_or_else(nothing)),
            &format!("{:>23}", ratio.unwrap_or_else(nothing)),
            &format!("{:>9}", entry.to_ours.map_or_else(nothing, |ratio| RatioText(ratio.median).to_string())),
            &format!(
                "{:>8}",
                entry.usage.map_or_else(nothing, |usage| (usage.minor_faults + usage.major_faults).to_string())
            ),
            &format!("{:>8}", entry.usage.map_or_else(nothing, |usage| bytes(usage.peak_kib << 10))),
            &format!("{:>8}", entry.program_bytes.map_or_else(nothing, bytes)),
            &bar.of(entry),
        ],
    );
}

fn line(text: &mut String, cells: [&str; 12]) {
    writeln!(text, "{}", cells.join(" ").trim_end()).expect("invariant: writing to a String cannot fail");
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..0x10_0000 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20)),
    }
}

/// The scale: the least median is one character, the greatest all.
struct Bar {
    least: f64,
    range: f64,
}

impl Bar {
    fn new(report: &Report) -> Bar {
        let logarithms = report.entries.iter().map(|entry| entry.row.total.summary.median.as_secs_f64().ln());
        let (least, greatest) =
            logarithms.fold((f64::MAX, f64::MIN), |(least, greatest), one| (least.min(one), greatest.max(one)));
        Bar { least, range: (greatest - least).max(f64::MIN_POSITIVE) }
    }

    fn of(&self, entry: &Entry) -> String {
        let part = (entry.row.total.summary.median.as_secs_f64().ln() - self.least) / self.range;
        let filled = (0..BAR).filter(|at| *at as f64 <= part * (BAR - 1) as f64).count();
        "█".repeat(filled)
    }
}
