//! How to measure, and the buttons that start and stop it.

use eframe::egui::{Button, DragValue, Grid, ProgressBar, TextEdit, Ui};
use wasmelt_workbench_model::{
    Action,
    pages::compare::{self, RunView, Settings, View},
};

/// Width of text fields, in points.
const FIELD_WIDTH: f32 = 320.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let mut ask = |action| actions.push(Action::Compare(action));
    let is_running = matches!(view.run, RunView::Running { .. });
    ui.add_enabled_ui(!is_running, |ui| settings(ui, view.settings, &mut ask));
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        if ui.add_enabled(view.can_start, Button::new("Start")).clicked() {
            ask(compare::Action::Start);
        }
        let can_stop = matches!(view.run, RunView::Running { stopping: false, .. });
        if ui.add_enabled(can_stop, Button::new("Stop")).clicked() {
            ask(compare::Action::Stop);
        }
        if let RunView::Running { stage, rounds, stopping } = &view.run {
            progress(ui, stage, *rounds, *stopping);
        }
    });
}

fn settings(ui: &mut Ui, settings: &Settings, ask: &mut dyn FnMut(compare::Action)) {
    Grid::new("settings").num_columns(2).spacing([12.0, 4.0]).show(ui, |ui| {
        let label = ui.label("Rounds");
        ui.horizontal(|ui| {
            let mut rounds = settings.rounds;
            let dial = DragValue::new(&mut rounds).range(1..=Settings::MOST_ROUNDS).speed(1.0);
            if ui.add(dial).labelled_by(label.id).changed() {
                ask(compare::Action::SetRounds(rounds));
            }
            let mut pinned = settings.pinned;
            let hint = "Makes times comparable, but costs runtimes that compile on several threads.";
            if ui.checkbox(&mut pinned, "On one processor").on_hover_text(hint).changed() {
                ask(compare::Action::SetPinned(pinned));
            }
            let mut cold = settings.cold;
            let hint = "Drops the programs' files from memory before each run, as far as a user may.";
            if ui.checkbox(&mut cold, "Cold files").on_hover_text(hint).changed() {
                ask(compare::Action::SetCold(cold));
            }
        });
        ui.end_row();
        for (name, hint, value, edited) in [
            (
                "Native program",
                "path of the same program, compiled natively",
                &settings.native,
                compare::Action::EditNative as Edit,
            ),
            ("Arguments", "of the program, parted by spaces", &settings.arguments, compare::Action::EditArguments),
            (
                "Engines in",
                "folders, parted by colons; those of PATH if empty",
                &settings.search,
                compare::Action::EditSearch,
            ),
        ] {
            let label = ui.label(name);
            let mut text = value.clone();
            let field = TextEdit::singleline(&mut text).hint_text(hint).desired_width(FIELD_WIDTH);
            if ui.add(field).labelled_by(label.id).changed() {
                ask(edited(text));
            }
            ui.end_row();
        }
    });
}

type Edit = fn(String) -> compare::Action;

fn progress(ui: &mut Ui, stage: &str, rounds: Option<(usize, usize)>, stopping: bool) {
    ui.spinner();
    if stopping {
        ui.label("stopping");
        return;
    }
    match rounds {
        Some((done, of)) => {
            // Precision: a bar has a few hundred pixels.
            let part = done as f32 / of.max(1) as f32;
            ui.add(ProgressBar::new(part).text(format!("{stage}: {done} of {of} rounds")));
        }
        None => _ = ui.label(stage),
    }
}
