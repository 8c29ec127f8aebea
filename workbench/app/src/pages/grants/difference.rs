//! What was learnt from a run, line by line beside what is granted.

use eframe::egui::{RichText, Ui};
use wasmelt_workbench_model::pages::grants::{Action, DifferenceMark, LearnedView};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, learned: &LearnedView, actions: &mut Vec<Action>) {
    ui.add_space(6.0);
    if learned.is_same {
        ui.horizontal(|ui| {
            ui.label("It needed exactly what it is granted.");
            if ui.button("Good").clicked() {
                actions.push(Action::DiscardLearned);
            }
        });
        return;
    }
    ui.strong("What this run needed, and how that differs");
    widgets::sheet(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for line in &learned.lines {
            let (mark, color) = match line.mark {
                DifferenceMark::Kept => (' ', ui.visuals().weak_text_color()),
                DifferenceMark::Added => ('+', ui.visuals().hyperlink_color),
                DifferenceMark::Removed => ('−', ui.visuals().error_fg_color),
            };
            ui.label(RichText::new(format!("{mark} {}", line.text)).monospace().color(color));
        }
    });
    ui.horizontal(|ui| {
        if ui.button("Use this policy").clicked() {
            actions.push(Action::UseLearned);
        }
        if ui.button("Keep the present one").clicked() {
            actions.push(Action::DiscardLearned);
        }
    });
}
