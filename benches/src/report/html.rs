//! The report as one HTML file: a table, and plots as SVG. It loads nothing.

use std::time::Duration;

use super::{
    RatioText, SpanText, add, describe, escape,
    plots::{self, PLOT_STYLE, Scale},
};
use crate::laboratory::{Entry, Report};

const STYLE: &str = "\
body{font:15px system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}\
td,th{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #ddd}\
td:first-child,th:first-child{text-align:left}\
.warning{color:#a40000;font-weight:600}";

/// The file's text.
pub fn html(report: &Report) -> String {
    let mut text = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    let name = escape(&report.module);
    add(&mut text, format_args!("<title>Start-up of {name}</title><style>{STYLE}{PLOT_STYLE}</style></head><body>\n"));
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
    plots::medians(&mut text, report, &scale);
    text.push_str("<h2>Samples</h2><p>Each run, from spawn to exit; the line is the median.</p>\n");
    plots::samples(&mut text, report, &scale);
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
