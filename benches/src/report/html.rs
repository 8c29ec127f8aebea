//! The report as one HTML file: a table, and plots as SVG. It loads nothing.

use std::{fmt::Write, time::Duration};

use super::{RatioText, SpanText, describe};
use crate::laboratory::{Entry, Report};

/// Sizes in the plots, in CSS pixels.
const LABELS: f64 = 190.0;
const PLOT: f64 = 620.0;
const ROW: f64 = 26.0;

const STYLE: &str = "\
body{font:15px system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
td,th{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #ddd}\
td:first-child,th:first-child{text-align:left}\
.warning{color:#a40000;font-weight:600}svg text{font:12px system-ui,sans-serif;fill:#222}\
.first{fill:#2a6fbb}.rest{fill:#a9c9ea}.sample{fill:#2a6fbb;fill-opacity:.25}.middle{stroke:#a40000;stroke-width:2}\
.grid{stroke:#ddd}";

/// The file's text.
pub fn html(report: &Report) -> String {
    let mut text = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    let name = escape(&report.module);
    add(&mut text, format_args!("<title>Start-up of {name}</title><style>{STYLE}</style></head><body>\n"));
    add(&mut text, format_args!("<h1>Start-up of {name}</h1>\n"));
    for line in describe(report) {
        add(&mut text, format_args!("<p>{}</p>\n", escape(&line)));
    }
    for warning in &report.warnings {
        add(&mut text, format_args!("<p class=\"warning\">Warning: {}</p>\n", escape(warning)));
    }
    table(&mut text, report);
    let scale = Scale::of(report);
    text.push_str("<h2>Medians</h2><p>Dark: from spawn to the guest's first instruction. Light: to the exit.</p>\n");
    plot(&mut text, report, &scale, bar);
    text.push_str("<h2>Samples</h2><p>Each run, from spawn to exit; the line is the median.</p>\n");
    plot(&mut text, report, &scale, strip);
    missing(&mut text, report);
    text.push_str("</body></html>\n");
    text
}

fn table(text: &mut String, report: &Report) {
    text.push_str("<table><tr>");
    for heading in [
        "",
        "min",
        "median",
        "p99",
        "outliers",
        "first instruction",
        "× floor",
        "95 %",
        "× wasmelt",
        "faults",
        "peak KiB",
        "bytes",
    ] {
        add(text, format_args!("<th>{heading}</th>"));
    }
    text.push_str("</tr>\n");
    for entry in &report.entries {
        add(text, format_args!("<tr><td>{}</td>", escape(&entry.row.name)));
        for cell in cells(entry) {
            add(text, format_args!("<td>{cell}</td>"));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</table>\n");
}

fn cells(entry: &Entry) -> [String; 11] {
    let nothing = || "–".to_owned();
    let (total, usage) = (&entry.row.total, entry.usage);
    let span = |span: Duration| SpanText(span).to_string();
    let first = entry.row.first_instruction.as_ref();
    [
        span(total.summary.minimum),
        span(total.summary.median),
        span(total.summary.p99),
        total.summary.outliers.to_string(),
        first.map_or_else(nothing, |series| span(series.summary.median)),
        total.to_first.map_or_else(nothing, |ratio| RatioText(ratio.median).to_string()),
        total.to_first.map_or_else(nothing, |ratio| format!("{}–{}", RatioText(ratio.low), RatioText(ratio.high))),
        entry.to_ours.map_or_else(nothing, |ratio| RatioText(ratio.median).to_string()),
        usage.map_or_else(nothing, |usage| (usage.minor_faults + usage.major_faults).to_string()),
        usage.map_or_else(nothing, |usage| usage.peak_kib.to_string()),
        entry.program_bytes.map_or_else(nothing, |bytes| bytes.to_string()),
    ]
}

/// Logarithmic, over whole decades.
struct Scale {
    least: f64,
    decades: f64,
}

impl Scale {
    fn of(report: &Report) -> Scale {
        let samples = report.entries.iter().flat_map(|entry| &entry.row.total.samples);
        let decade = samples.map(|sample| sample.as_secs_f64().max(1e-9).log10());
        let (least, greatest) = decade.fold((f64::MAX, f64::MIN), |(least, most), one| (least.min(one), most.max(one)));
        Scale { least: least.floor(), decades: (greatest.ceil() - least.floor()).max(1.0) }
    }

    fn x(&self, span: Duration) -> f64 {
        LABELS + (span.as_secs_f64().max(1e-9).log10() - self.least).max(0.0) / self.decades * PLOT
    }
}

fn plot(text: &mut String, report: &Report, scale: &Scale, row: fn(&mut String, &Entry, &Scale, f64)) {
    let height = ROW * (report.entries.len() as f64 + 1.0);
    let width = LABELS + PLOT + 90.0;
    add(
        text,
        format_args!("<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n"),
    );
    let mut decade = 0.0;
    while decade <= scale.decades {
        let (x, bottom) = (LABELS + decade / scale.decades * PLOT, height - ROW);
        let label = SpanText(Duration::from_secs_f64(10f64.powf(scale.least + decade)));
        add(text, format_args!("<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom}\"/>"));
        add(text, format_args!("<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>\n", height - 8.0));
        decade += 1.0;
    }
    for (index, entry) in report.entries.iter().enumerate() {
        let y = index as f64 * ROW;
        add(text, format_args!("<text x=\"0\" y=\"{}\">{}</text>", y + 17.0, escape(&entry.row.name)));
        row(text, entry, scale, y);
        text.push('\n');
    }
    text.push_str("</svg>\n");
}

fn bar(text: &mut String, entry: &Entry, scale: &Scale, y: f64) {
    let median = entry.row.total.summary.median;
    let first = entry.row.first_instruction.as_ref().map(|series| series.summary.median.min(median));
    for (class, end) in [("rest", Some(median)), ("first", first)] {
        let width = end.map_or(0.0, |end| scale.x(end) - LABELS);
        add(
            text,
            format_args!(
                "<rect class=\"{class}\" x=\"{LABELS}\" y=\"{}\" width=\"{width:.1}\" height=\"18\"/>",
                y + 4.0
            ),
        );
    }
    add(text, format_args!("<text x=\"{:.1}\" y=\"{}\">{}</text>", scale.x(median) + 6.0, y + 17.0, SpanText(median)));
}

fn strip(text: &mut String, entry: &Entry, scale: &Scale, y: f64) {
    for (round, sample) in entry.row.total.samples.iter().enumerate() {
        // Four lines, so that equal samples can be told apart.
        let y = y + 7.0 + (round % 4) as f64 * 4.0;
        add(text, format_args!("<circle class=\"sample\" cx=\"{:.1}\" cy=\"{y}\" r=\"2\"/>", scale.x(*sample)));
    }
    let x = scale.x(entry.row.total.summary.median);
    add(
        text,
        format_args!("<line class=\"middle\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{}\"/>", y + 3.0, y + 23.0),
    );
}

fn missing(text: &mut String, report: &Report) {
    text.push_str("<h2>Not measured</h2><ul>\n");
    for rival in &report.missing {
        add(text, format_args!("<li>{}: {}</li>\n", escape(&rival.name), escape(&rival.reason)));
    }
    if let Some(reason) = &report.unmarked {
        add(text, format_args!("<li>the first instruction: {}</li>\n", escape(reason)));
    }
    text.push_str("</ul>\n");
}

fn add(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("invariant: writing to a String cannot fail");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
