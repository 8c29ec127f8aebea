//! The module as it runs.

use eframe::egui::{Align, Button, Key, Layout, RichText, ScrollArea, TextEdit, Ui};
use wasmelt_workbench_model::{
    bytes, duration,
    pages::grants::{Action, Change, EndView, Field, RunState, RunView, Usage},
};

use super::{console, denials, difference};
use crate::widgets;

/// Height that the console has at least, in points.
const CONSOLE: f32 = 150.0;

pub(super) fn show(ui: &mut Ui, view: &RunView<'_>, actions: &mut Vec<Action>) {
    controls(ui, view, actions);
    ui.add_space(4.0);
    let room = (ui.available_height() - CONSOLE).max(100.0);
    // What there is to decide comes first, and leaves room for what the program says.
    ScrollArea::vertical().id_salt("run").max_height(room).auto_shrink([false, true]).show(ui, |ui| {
        state(ui, &view.state);
        denials::show(ui, &view.denials, actions);
        if let Some(learned) = &view.learned {
            difference::show(ui, learned, actions);
        }
    });
    ui.add_space(4.0);
    ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
        if view.takes_input {
            input(ui, view, actions);
        }
        ui.with_layout(Layout::top_down(Align::Min), |ui| console::show(ui, &view.console));
    });
}

fn controls(ui: &mut Ui, view: &RunView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        if ui.add_enabled(view.can_run, Button::new(RichText::new("Run module").strong())).clicked() {
            actions.push(Action::Run);
        }
        if ui.add_enabled(view.can_stop, Button::new("Stop")).clicked() {
            actions.push(Action::Stop);
        }
        let learn = ui.add_enabled(view.can_run, Button::new("Learn"));
        if learn
            .on_hover_text("Run it once on copies of its folders, and propose the least policy that would do")
            .clicked()
        {
            actions.push(Action::Learn);
        }
        ui.separator();
        for &(platform, is_chosen) in &view.platforms {
            if ui.selectable_label(is_chosen, platform.name()).clicked() {
                actions.push(Action::RunOn(platform));
            }
        }
    });
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let label = ui.label("Arguments");
        let mut text = view.arguments.to_owned();
        let field = TextEdit::singleline(&mut text).hint_text("--flag \"two words\"").desired_width(f32::INFINITY);
        if ui.add(field).labelled_by(label.id).changed() {
            actions.push(Action::Edit(Field::RunArguments, text));
        }
    });
    if let Some(note) = view.arguments_note {
        ui.horizontal(|ui| {
            ui.colored_label(ui.visuals().warn_fg_color, note);
            if view.can_grant_arguments && ui.small_button("Grant them").clicked() {
                actions.push(Action::Change(Change::InheritArguments(true)));
            }
        });
    }
}

fn state(ui: &mut Ui, state: &RunState<'_>) {
    match state {
        RunState::Idle { hint } => _ = ui.weak(*hint),
        RunState::Building => busy(ui, "Building".to_owned()),
        RunState::Running { learns, emulator } => {
            let what = if *learns { "Running on copies, to learn what it needs" } else { "Running in the sandbox" };
            busy(ui, what.to_owned() + &under(*emulator));
        }
        RunState::Ended(end) => ended(ui, end),
        RunState::Failed { text } => widgets::diagnostics(ui, "Could not run", text),
    }
}

fn busy(ui: &mut Ui, text: String) {
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(text);
    });
}

fn under(emulator: Option<&str>) -> String {
    emulator
        .map_or(String::new(), |emulator| format!(", under {emulator} and without the kernel's part of the sandbox"))
}

fn ended(ui: &mut Ui, end: &EndView<'_>) {
    ui.horizontal_wrapped(|ui| {
        let color = if end.failed { ui.visuals().error_fg_color } else { ui.visuals().strong_text_color() };
        ui.label(RichText::new(&end.title).strong().color(color));
        ui.weak(used(&end.usage) + &under(end.emulator));
    });
    if let Some(message) = end.message {
        ui.label(RichText::new(message).monospace().color(ui.visuals().error_fg_color));
    }
}

/// `1.20 s, 0.9 s of processor time, 12.0 MiB at most`
fn used(usage: &Usage) -> String {
    let memory = usage.peak.map_or(String::new(), |peak| format!(", {} seen", bytes(peak)));
    format!("{}, {} of processor time{memory}", duration(usage.wall), duration(usage.user + usage.system))
}

fn input(ui: &mut Ui, view: &RunView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("Input");
        let mut text = view.input.to_owned();
        let room = (ui.available_width() - 150.0).max(60.0);
        let field = ui.add(TextEdit::singleline(&mut text).desired_width(room)).labelled_by(label.id);
        if field.changed() {
            actions.push(Action::Edit(Field::Input, text));
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if ui.button("Send").clicked() || entered {
            actions.push(Action::SendInput);
            field.request_focus();
        }
        if ui.button("End of input").clicked() {
            actions.push(Action::EndInput);
        }
    });
}
