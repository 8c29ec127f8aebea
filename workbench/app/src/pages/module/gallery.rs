//! Samples and recent files, while nothing is open.

use eframe::egui::{Frame, Label, Margin, RichText, Sense, Ui, UiBuilder, vec2};
use wasmelt_workbench_model::{
    Action,
    pages::module::{self, Origin, Sample, View},
};

const CARD_WIDTH: f32 = 252.0;
const CARD_HEIGHT: f32 = 84.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    ui.heading("No module is open");
    ui.label("Drop a .wasm or .wat file here, choose one with Browse…, or start with a sample.");
    ui.add_space(12.0);
    let mut open = |origin| actions.push(Action::Module(module::Action::Open(origin)));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(10.0, 10.0);
        for sample in view.samples {
            if card(ui, sample) {
                open(Origin::Sample(sample));
            }
        }
    });
    if !view.recent.is_empty() {
        ui.add_space(16.0);
        ui.strong("Opened before");
    }
    for path in view.recent {
        if ui.link(path.display().to_string()).clicked() {
            open(Origin::File(path.clone()));
        }
    }
}

/// A sample; whether it was clicked.
fn card(ui: &mut Ui, sample: &Sample) -> bool {
    let size = vec2(CARD_WIDTH.min(ui.available_width()), CARD_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = format!("Sample: {}", sample.title);
    response.widget_info(|| eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, &name));
    let visuals = *ui.style().interact(&response);
    let frame = Frame::new().inner_margin(Margin::same(10)).fill(visuals.weak_bg_fill).stroke(visuals.bg_stroke);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        frame.corner_radius(6.0).show(ui, |ui| {
            ui.set_min_size(size - vec2(20.0, 20.0));
            ui.vertical(|ui| {
                let title = RichText::new(sample.title).strong().size(15.0);
                ui.add(Label::new(title).selectable(false));
                ui.add(Label::new(RichText::new(sample.summary).size(11.5)).selectable(false).wrap());
            });
        });
    });
    response.clicked()
}
