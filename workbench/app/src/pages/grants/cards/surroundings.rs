//! The cards of what every process has around it: variables, arguments, streams, clocks, random bytes, limits.

use eframe::egui::{Grid, TextEdit, Ui};
use wasmelt_workbench_model::{
    pages::grants::{Action, Change, Field, LimitView, VariableView},
    policy::{Clocks, Randomness},
};

use super::{field, removable};
use crate::pages::grants::switch::switch;

/// A switch with its words after it.
fn switched(ui: &mut Ui, is_on: bool, words: &str, change: impl FnOnce(bool) -> Change, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if switch(ui, is_on, words) {
            actions.push(Action::Change(change(!is_on)));
        }
        ui.label(words);
    });
}

/// One of several, with the words that say what it is.
fn choice(ui: &mut Ui, is_chosen: bool, words: &str, change: Change, actions: &mut Vec<Action>) {
    if ui.radio(is_chosen, words).clicked() {
        actions.push(Action::Change(change));
    }
}

pub(super) fn environment(
    ui: &mut Ui,
    all: bool,
    variables: &[VariableView<'_>],
    (name, value): (&str, &str),
    actions: &mut Vec<Action>,
) {
    switched(ui, all, "Every variable there is", Change::AllVariables, actions);
    for (at, variable) in variables.iter().enumerate() {
        let text = match variable.value {
            Some(value) => format!("{} = {value}", variable.name),
            None => format!("{} (yours)", variable.name),
        };
        removable(ui, &text, Change::RemoveVariable(at), actions);
    }
    ui.add_space(4.0);
    let mut entered = false;
    Grid::new("new variable").num_columns(2).spacing([8.0, 6.0]).show(ui, |ui| {
        entered |= field(ui, "Variable", "LANG", name, Field::VariableName, actions);
        ui.end_row();
        entered |= field(ui, "Value", "yours, when it starts", value, Field::VariableValue, actions);
        ui.end_row();
    });
    if ui.button("Add variable").clicked() || entered {
        actions.push(Action::Change(Change::AddVariable));
    }
}

pub(super) fn arguments(ui: &mut Ui, inherit: bool, fixed: &[&str], text: &str, actions: &mut Vec<Action>) {
    switched(ui, inherit, "The arguments that it is started with", Change::InheritArguments, actions);
    ui.add_space(4.0);
    ui.strong("Always, before them");
    if fixed.is_empty() {
        ui.weak("nothing");
    }
    for (at, argument) in fixed.iter().enumerate() {
        removable(ui, argument, Change::RemoveArgument(at), actions);
    }
    let mut entered = false;
    Grid::new("new argument").num_columns(2).spacing([8.0, 6.0]).show(ui, |ui| {
        entered = field(ui, "Argument", "--fast", text, Field::FixedArgument, actions);
        ui.end_row();
    });
    if ui.button("Add argument").clicked() || entered {
        actions.push(Action::Change(Change::AddArgument));
    }
}

pub(super) fn streams(ui: &mut Ui, [input, output, error]: [bool; 3], actions: &mut Vec<Action>) {
    switched(ui, input, "Read what is typed (standard input)", Change::Input, actions);
    switched(ui, output, "Print (standard output)", Change::Output, actions);
    switched(ui, error, "Print errors (standard error)", Change::Error, actions);
}

pub(super) fn clocks(ui: &mut Ui, clocks: Clocks, actions: &mut Vec<Action>) {
    for (choices, words) in [
        (Clocks::None, "No clock"),
        (Clocks::Coarse, "Whole milliseconds: too coarse to measure others by"),
        (Clocks::Exact, "Exact"),
    ] {
        choice(ui, clocks == choices, words, Change::Clocks(choices), actions);
    }
}

pub(super) fn random(ui: &mut Ui, randomness: Randomness, seed: &str, actions: &mut Vec<Action>) {
    let seeded = match randomness {
        Randomness::Seeded(seed) => seed,
        _ => seed.trim().parse().unwrap_or(0),
    };
    for (choices, words) in [
        (Randomness::None, "No random bytes"),
        (Randomness::Real, "The system's"),
        (Randomness::Seeded(seeded), "The same each time, from a seed: not fit for secrets"),
    ] {
        choice(ui, randomness == choices, words, Change::Random(choices), actions);
    }
    if let Randomness::Seeded(_) = randomness {
        Grid::new("seed").num_columns(2).show(ui, |ui| {
            field(ui, "Seed", "a number", seed, Field::Seed, actions);
            ui.end_row();
        });
    }
}

pub(super) fn limits(ui: &mut Ui, limits: &[LimitView<'_>], actions: &mut Vec<Action>) {
    Grid::new("limits").num_columns(2).spacing([8.0, 6.0]).show(ui, |ui| {
        for limit in limits {
            let name = ui.label(limit.title);
            let mut text = limit.text.to_string();
            let edit = TextEdit::singleline(&mut text).hint_text(limit.example).desired_width(110.0);
            if ui.add(edit).labelled_by(name.id).changed() {
                actions.push(Action::Edit(Field::Limit(limit.kind), text));
            }
            ui.end_row();
        }
    });
    if ui.button("No limits").clicked() {
        actions.push(Action::Change(Change::NoLimits));
    }
}
