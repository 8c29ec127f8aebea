//! Distributions: box plots, and cumulative ones. Times are on a logarithmic axis, in decades of a second.

use std::time::Duration;

use eframe::egui::{Align2, Color32, Rangef, Rect, RichText, Stroke, Ui, pos2, vec2};
use egui_plot::{
    AxisHints, BoxElem, BoxPlot, BoxSpread, GridInput, GridMark, HoverPosition, Legend, Line, LineStyle, Plot,
    PlotPoint, PlotPoints, PlotUi, Points, Text, VLine,
};
use wasmelt_workbench_model::{
    duration,
    pages::compare::{RowView, View},
};

/// Height of a box with its surroundings, in points.
const ROW_HEIGHT: f32 = 30.0;

/// Height of the cumulative plot, in points.
const CUMULATIVE_HEIGHT: f32 = 300.0;

/// Room at both ends of the axis of times, in decades.
const MARGIN: f64 = 0.08;

const CLAIM: Color32 = Color32::from_rgb(0x3f, 0xa0, 0x4f);

/// The colour of a candidate: ours stand out, the floor steps back.
pub(super) fn color(ui: &Ui, at: usize, row: &RowView<'_>) -> Color32 {
    const OTHERS: [Color32; 8] = [
        Color32::from_rgb(0xe0, 0x8a, 0x2c),
        Color32::from_rgb(0x9a, 0x6f, 0xc9),
        Color32::from_rgb(0xd9, 0x5f, 0x6e),
        Color32::from_rgb(0x35, 0xa8, 0x9a),
        Color32::from_rgb(0xb5, 0x8b, 0x5a),
        Color32::from_rgb(0xcf, 0x6f, 0xb4),
        Color32::from_rgb(0x8a, 0xa2, 0x35),
        Color32::from_rgb(0x7f, 0x8f, 0xa6),
    ];
    match at {
        0 => ui.visuals().weak_text_color(),
        _ if row.ours && row.name.contains("off") => Color32::from_rgb(0x6f, 0xb3, 0xe8),
        _ if row.ours => Color32::from_rgb(0x2a, 0x7f, 0xd0),
        _ => OTHERS[at % OTHERS.len()],
    }
}

/// A box with whiskers for each candidate, the floor at the top. Where it was drawn.
pub(super) fn boxes(ui: &mut Ui, view: &View<'_>) -> Rect {
    let names: Vec<String> = view.rows.iter().map(|row| row.name.to_owned()).collect();
    let rows = names.len();
    let name = move |mark: GridMark| match usize::try_from(-mark.value.round() as i64) {
        Ok(at) => names.get(at).cloned().unwrap_or_default(),
        Err(_) => String::new(),
    };
    let plot = base("boxes", view)
        .height(ROW_HEIGHT * (rows as f32 + 2.0))
        .custom_y_axes(vec![
            AxisHints::new_y()
                .formatter(move |mark, _| name(mark))
                .min_thickness(150.0)
                .label_spacing(Rangef::new(8.0, 14.0)),
        ])
        .y_grid_spacer(move |_| (0..rows).map(|at| GridMark { value: -(at as f64), step_size: 1.0 }).collect())
        .include_y(1.4)
        .include_y(0.4 - rows as f64)
        .show_grid([true, false]);
    let colors: Vec<_> = view.rows.iter().enumerate().map(|(at, row)| color(ui, at, row)).collect();
    let draw = |plot: &mut PlotUi<'_>| {
        claims(plot, view, (1.4, 0.45));
        for (at, row) in view.rows.iter().enumerate() {
            one_box(plot, at, row, colors[at]);
        }
    };
    with_axes(ui, |ui| plot.show(ui, draw).response.rect)
}

fn one_box(plot: &mut PlotUi<'_>, at: usize, row: &RowView<'_>, color: Color32) {
    let Some(shape) = row.shape else { return };
    let (y, summary) = (-(at as f64), &shape.summary);
    let spread = BoxSpread::new(
        decade(shape.lower_whisker),
        decade(summary.lower_quartile),
        decade(summary.median),
        decade(summary.upper_quartile),
        decade(shape.upper_whisker),
    );
    let element = BoxElem::new(y, spread)
        .box_width(0.56)
        .whisker_width(0.3)
        .fill(color.gamma_multiply(0.35))
        .stroke(Stroke::new(1.5, color));
    let text = format!(
        "{}\nmedian {}\nhalf of the runs: {} to {}\nmin {}, p99 {}",
        row.name,
        duration(summary.median),
        duration(summary.lower_quartile),
        duration(summary.upper_quartile),
        duration(summary.minimum),
        duration(summary.p99),
    );
    let formatter = move |_: &BoxElem, _: &BoxPlot| text.clone();
    let element = BoxPlot::new(row.name, vec![element]).horizontal().element_formatter(Box::new(formatter));
    plot.box_plot(element);
    let beyond: Vec<_> = shape.beyond.iter().map(|sample| [decade(*sample), y]).collect();
    if !beyond.is_empty() {
        let points = Points::new(row.name, PlotPoints::from(beyond)).radius(1.5).color(color.gamma_multiply(0.6));
        plot.points(points.allow_hover(false));
    }
}

/// For each candidate the part of its runs that ended by a certain time. Where it was drawn.
pub(super) fn cumulative(ui: &mut Ui, view: &View<'_>) -> Rect {
    let plot = base("cumulative", view)
        .height(CUMULATIVE_HEIGHT)
        .legend(Legend::default())
        .custom_y_axes(vec![
            AxisHints::new_y().formatter(|mark, _| format!("{:.0} %", mark.value * 100.0)).min_thickness(50.0),
        ])
        .y_grid_spacer(|_| (0..=4u8).map(|at| GridMark { value: f64::from(at) / 4.0, step_size: 0.25 }).collect())
        .include_y(0.0)
        .include_y(1.09);
    let colors: Vec<_> = view.rows.iter().enumerate().map(|(at, row)| color(ui, at, row)).collect();
    let draw = |plot: &mut PlotUi<'_>| {
        claims(plot, view, (1.08, 0.05));
        for (row, color) in view.rows.iter().zip(colors) {
            let Some(shape) = row.shape else { continue };
            let mut points = vec![[decade(shape.summary.minimum), 0.0]];
            for &(span, part) in &shape.steps {
                let before = points.last().map_or(0.0, |point| point[1]);
                points.extend([[decade(span), before], [decade(span), part]]);
            }
            let width = if row.ours { 2.5 } else { 1.5 };
            plot.line(Line::new(row.name, PlotPoints::from(points)).color(color).width(width));
        }
    };
    with_axes(ui, |ui| plot.show(ui, draw).response.rect)
}

/// Where a plot is, together with its axes, which stand below it and at its left.
fn with_axes(ui: &mut Ui, draw: impl FnOnce(&mut Ui) -> Rect) -> Rect {
    let start = ui.cursor().min;
    let plot = draw(ui);
    Rect::from_min_max(start, pos2(plot.right(), ui.cursor().top().max(plot.bottom())))
}

/// What both have: the axis of times, wide enough for all samples and claims.
fn base<'a>(name: &'a str, view: &View<'_>) -> Plot<'a> {
    let shapes = view.rows.iter().filter_map(|row| row.shape);
    let ends =
        shapes.flat_map(|shape| [shape.summary.minimum, shape.beyond.last().copied().unwrap_or(shape.upper_whisker)]);
    let spans = ends.chain(view.claims.iter().map(|claim| claim.limit)).map(decade);
    let (least, most) = spans.fold((f64::MAX, f64::MIN), |(least, most), one| (least.min(one), most.max(one)));
    Plot::new(name)
        .set_margin_fraction(vec2(0.01, 0.01))
        .include_x(least - MARGIN)
        .include_x(most + MARGIN)
        .x_grid_spacer(decades)
        .x_axis_formatter(|mark, _| {
            // Between decades lines are enough.
            let is_decade = (mark.value - mark.value.round()).abs() < 1e-6;
            if is_decade { duration(span(mark.value)) } else { String::new() }
        })
        .label_formatter(|hover| match hover {
            HoverPosition::NearDataPoint { plot_name, position, .. } => {
                Some(format!("{plot_name}\n{}", duration(span(position.x))))
            }
            HoverPosition::Elsewhere { position } => Some(duration(span(position.x))),
        })
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(true)
}

/// Reference lines; their names stand at `top`, or below by as many `step`s as there are before it.
fn claims(plot: &mut PlotUi<'_>, view: &View<'_>, (top, step): (f64, f64)) {
    for (at, claim) in view.claims.iter().enumerate() {
        let line = VLine::new(&claim.text, decade(claim.limit)).color(CLAIM).style(LineStyle::dashed_loose());
        plot.vline(line);
        let text = RichText::new(&claim.text).small().color(CLAIM);
        // One below the other, since the lines may be close together.
        let at = PlotPoint::new(decade(claim.limit) + 0.01, top - step * at as f64);
        plot.text(Text::new("claim", at, text).anchor(Align2::LEFT_TOP));
    }
}

/// A line for each decade, and fainter ones for its digits.
fn decades(input: GridInput) -> Vec<GridMark> {
    let (least, most) = (input.bounds.0.floor() as i32, input.bounds.1.ceil() as i32);
    let marks = (least..=most).flat_map(|decade| {
        (1..10u8).map(move |digit| GridMark {
            value: f64::from(decade) + f64::from(digit).log10(),
            step_size: if digit == 1 { 1.0 } else { 0.1 },
        })
    });
    marks.collect()
}

fn decade(span: Duration) -> f64 {
    span.as_secs_f64().max(1e-9).log10()
}

fn span(decade: f64) -> Duration {
    Duration::try_from_secs_f64(10f64.powf(decade)).unwrap_or_default()
}
