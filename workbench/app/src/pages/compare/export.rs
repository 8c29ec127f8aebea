//! Reports as files: text is the model's to write, the plot's picture is taken from the window.

use std::sync::Arc;

use eframe::egui::{ColorImage, Context, Id, Rect, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action,
    pages::compare::{self, Format, Picture, View},
};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, plot: Rect, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        let label = ui.label("Reports to");
        let mut folder = view.folder.display().to_string();
        if ui.add(TextEdit::singleline(&mut folder).desired_width(260.0)).labelled_by(label.id).changed() {
            actions.push(Action::Compare(compare::Action::EditFolder(folder)));
        }
        for format in Format::ALL {
            if ui.button(format!("Save {}", format.title())).clicked() {
                actions.push(Action::Compare(compare::Action::Export(format)));
            }
        }
        if ui.button("Save PNG").on_hover_text("the plot, as it is drawn here").clicked() {
            take_picture(ui.ctx(), plot);
        }
    });
    if let Some(picture) = taken(ui.ctx()) {
        actions.push(Action::Compare(compare::Action::ExportPicture(picture)));
    }
    match &view.saved {
        None => {}
        Some(saved) if saved.done => _ = ui.label(format!("Saved {}", saved.path)),
        Some(saved) => match saved.error {
            Some(error) => widgets::diagnostics(ui, "Not saved", error),
            None => _ = ui.weak(format!("Saving {}", saved.path)),
        },
    }
}

/// Where a picture waits for the frame after it was taken.
fn place() -> Id {
    Id::unique("picture of the plot")
}

/// Asks for a picture of `area`, in points.
fn take_picture(context: &Context, area: Rect) {
    let waiting = context.clone();
    context.request_screenshot(move |window: Arc<ColorImage>| {
        let area = window.region(&area, Some(waiting.pixels_per_point()));
        waiting.data_mut(|data| data.insert_temp(place(), Arc::new(area)));
        waiting.request_repaint();
    });
}

fn taken(context: &Context) -> Option<Picture> {
    let image: Arc<ColorImage> = context.data_mut(|data| data.remove_temp(place()))?;
    let size = |length: usize| u32::try_from(length).ok();
    let rgba = image.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
    Some(Picture { width: size(image.width())?, height: size(image.height())?, rgba })
}
