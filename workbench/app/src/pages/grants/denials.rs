//! What the program was denied, with what can be done about it.

use eframe::egui::{CornerRadius, Frame, Label, Margin, Response, RichText, Role, Stroke, Ui, WidgetInfo};
use wasmelt_workbench_model::pages::grants::{Action, DenialView, Remedy};

pub(super) fn show(ui: &mut Ui, denials: &[DenialView<'_>], actions: &mut Vec<Action>) {
    for denial in denials {
        ui.add_space(6.0);
        if denial.kept { kept(ui, denial, actions) } else { card(ui, denial, actions) }
    }
}

fn card(ui: &mut Ui, denial: &DenialView<'_>, actions: &mut Vec<Action>) {
    let color = ui.visuals().warn_fg_color;
    let frame = Frame::new()
        .fill(color.gamma_multiply(0.10))
        .stroke(Stroke::new(1.0, color.gamma_multiply(0.6)))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(12, 9));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.strong(&denial.title);
            ui.weak(format!("{}{}", denial.call, times(denial.times)));
        });
        match &denial.remedy {
            Remedy::Allow { gains } => {
                ui.add(Label::new(format!("If you allow it, the module {}.", gains.join(", "))).wrap());
            }
            Remedy::Choose { why, .. } | Remedy::None { why } => _ = ui.add(Label::new(*why).wrap()),
            Remedy::Done => _ = ui.label("It is allowed from the next run on."),
        }
        ui.add_space(2.0);
        ui.horizontal_wrapped(|ui| buttons(ui, denial, actions));
    });
}

fn buttons(ui: &mut Ui, denial: &DenialView<'_>, actions: &mut Vec<Action>) {
    match denial.remedy {
        Remedy::Allow { .. } => {
            if button(ui, "Allow once", denial).clicked() {
                actions.push(Action::AllowOnce(denial.denial));
            }
            if button(ui, "Allow and rerun", denial).clicked() {
                actions.push(Action::AllowAndRerun(denial.denial));
            }
        }
        Remedy::Choose { card, .. } => {
            if button(ui, "Choose what it may have", denial).clicked() {
                actions.push(Action::Open(card));
            }
        }
        Remedy::Done => {
            if button(ui, "Run again", denial).clicked() {
                actions.push(Action::Run);
            }
        }
        Remedy::None { .. } => {}
    }
    if button(ui, "Keep denied", denial).clicked() {
        actions.push(Action::KeepDenied(denial.denial));
    }
}

fn kept(ui: &mut Ui, denial: &DenialView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.weak(format!("Kept denied: {}{}", denial.title, times(denial.times)));
        if let Remedy::Allow { .. } = denial.remedy
            && button(ui, "Allow and rerun", denial).clicked()
        {
            actions.push(Action::AllowAndRerun(denial.denial));
        }
    });
}

/// A button whose name says what it is about: several denials have the same buttons.
fn button(ui: &mut Ui, text: &str, denial: &DenialView<'_>) -> Response {
    let response = ui.button(RichText::new(text));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{text}: {}", denial.title)));
    response
}

fn times(times: u64) -> String {
    match times {
        0 | 1 => String::new(),
        times => format!(", {times} times"),
    }
}
