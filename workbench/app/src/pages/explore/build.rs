//! A build: what is chosen about it, and what there is to say while it has no code to show.

use eframe::egui::{ComboBox, Role, Ui, WidgetInfo};
use wasmelt_workbench_model::pages::explore::{self, ColumnsView, Side, SideView};

use crate::widgets;

/// What can be chosen about the build on `side`. The accessible names of those on the right say so.
pub(super) fn choices(ui: &mut Ui, side: Side, view: &SideView<'_>, ask: &mut dyn FnMut(explore::Action)) {
    for choice in &view.choices {
        let name = match side {
            Side::Left => choice.dial.title().to_owned(),
            Side::Right => format!("{} on the right", choice.dial.title()),
        };
        let chosen = choice.options.get(choice.chosen).map_or("", String::as_str);
        let combo = ComboBox::from_id_salt((side, choice.dial)).selected_text(chosen).width(0.0);
        let shown = combo.show_ui(ui, |ui| {
            for (option, text) in choice.options.iter().enumerate() {
                if ui.selectable_label(option == choice.chosen, text).clicked() {
                    ask(explore::Action::Choose { side, dial: choice.dial, option });
                }
            }
        });
        let response = shown.response.on_hover_text(&name);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, &name);
            info.current_text_value = Some(chosen.to_owned());
            info
        });
    }
}

/// Instead of code.
pub(super) fn pending(ui: &mut Ui, columns: &ColumnsView<'_>) {
    match columns {
        ColumnsView::Failed { text } => widgets::diagnostics(ui, "This function cannot be shown", text),
        ColumnsView::Empty | ColumnsView::Waiting | ColumnsView::Ready { .. } => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("Compiling the function");
            });
        }
    }
}

/// Why there is no code.
pub(super) fn problem(ui: &mut Ui, text: &str) {
    widgets::diagnostics(ui, "This function cannot be compiled", text);
}
