//! Plots of a report as SVG.

use std::time::Duration;

use super::{SpanText, add, escape};
use crate::{
    Claim, claims,
    laboratory::{Entry, Report},
};

/// Sizes in the plots, in CSS pixels.
const LABELS: f64 = 190.0;
const PLOT: f64 = 620.0;
const ROW: f64 = 26.0;

/// How the parts of plots look, in CSS.
pub(super) const PLOT_STYLE: &str = "\
svg text{font:12px system-ui,sans-serif;fill:#222}\
.first{fill:#2a6fbb}.rest{fill:#a9c9ea}.sample{fill:#2a6fbb;fill-opacity:.25}.middle{stroke:#a40000;stroke-width:2}\
.grid{stroke:#ddd}.claim{stroke:#3a8a3a;stroke-dasharray:4 3}svg .claimed{fill:#3a8a3a}";

/// The samples as one SVG file, which loads nothing.
pub fn svg(report: &Report) -> String {
    let mut text = String::new();
    samples(&mut text, report, &Scale::of(report));
    // A file of its own brings its style, and a background for viewers that have a dark one.
    let inner = format!("<style>{PLOT_STYLE}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    let begin = text.find('\n').map_or(text.len(), |end| end + 1);
    text.insert_str(begin, &inner);
    text
}

/// A bar for each median, and in it the way to the first instruction.
pub(super) fn medians(text: &mut String, report: &Report, scale: &Scale) {
    plot(text, report, scale, bar);
}

/// A dot for each sample.
pub(super) fn samples(text: &mut String, report: &Report, scale: &Scale) {
    plot(text, report, scale, strip);
}

/// Logarithmic, over whole decades.
pub(super) struct Scale {
    least: f64,
    decades: f64,
}

impl Scale {
    pub(super) fn of(report: &Report) -> Scale {
        let samples = report.entries.iter().flat_map(|entry| entry.row.total.samples.iter().copied());
        let spans = samples.chain(claims_of(report).into_iter().map(|claim| claim.limit));
        let decade = spans.map(|sample| sample.as_secs_f64().max(1e-9).log10());
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
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n"
        ),
    );
    let mut decade = 0.0;
    while decade <= scale.decades {
        let (x, bottom) = (LABELS + decade / scale.decades * PLOT, height - ROW);
        let label = SpanText(Duration::from_secs_f64(10f64.powf(scale.least + decade)));
        add(text, format_args!("<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom}\"/>"));
        add(text, format_args!("<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>\n", height - 8.0));
        decade += 1.0;
    }
    for claim in claims_of(report) {
        let (x, bottom) = (scale.x(claim.limit), height - ROW);
        add(text, format_args!("<line class=\"claim\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom}\"/>"));
        let label = escape(&claim.text);
        add(text, format_args!("<text class=\"claimed\" x=\"{:.1}\" y=\"10\">{label}</text>\n", x + 3.0));
    }
    for (index, entry) in report.entries.iter().enumerate() {
        let y = index as f64 * ROW;
        add(text, format_args!("<text x=\"0\" y=\"{}\">{}</text>", y + 17.0, escape(&entry.row.name)));
        row(text, entry, scale, y);
        text.push('\n');
    }
    text.push_str("</svg>\n");
}

fn claims_of(report: &Report) -> Vec<Claim> {
    claims(report.entries.iter().map(|entry| (entry.row.name.as_str(), entry.row.total.summary.median)))
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
