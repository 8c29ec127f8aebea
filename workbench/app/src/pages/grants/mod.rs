//! What the module may reach, and how it runs with that.
//!
//! ```text
//! ┌ cards ────────┬ Run · Policy text ──────┐     in a narrow window the cards are one more part beside the two
//! │ files         │ denials, console        │
//! │ network …     │                         │
//! └───────────────┴─────────────────────────┘
//! ```

mod cards;
mod console;
mod denials;
mod difference;
mod run;
mod switch;
mod text;

use eframe::egui::{CentralPanel, Frame, Label, Margin, Panel, RichText, ScrollArea, Ui};
use wasmelt_workbench_model::{
    Action,
    pages::grants::{self, Pane, View},
};

/// Width from which the cards have a place of their own, in points.
const WIDE: f32 = 760.0;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let mut asked = Vec::new();
    if ui.available_width() >= WIDE {
        let width = ui.available_width() * 0.45;
        Panel::left("grants cards").resizable(true).default_size(width).size_range(300.0..=width * 1.4).show(
            ui,
            |ui| {
                permissions(ui, view, &mut asked);
            },
        );
        let beside = Frame::new().inner_margin(Margin { left: 12, ..Margin::ZERO });
        CentralPanel::default().frame(beside).show(ui, |ui| {
            tabs(ui, view, &[Pane::Run, Pane::Text], &mut asked);
            part(ui, if view.pane == Pane::Text { Pane::Text } else { Pane::Run }, view, &mut asked);
        });
    } else {
        tabs(ui, view, &[Pane::Cards, Pane::Run, Pane::Text], &mut asked);
        part(ui, view.pane, view, &mut asked);
    }
    actions.extend(asked.into_iter().map(Action::Grants));
}

fn tabs(ui: &mut Ui, view: &View<'_>, panes: &[Pane], actions: &mut Vec<grants::Action>) {
    let current = if panes.contains(&view.pane) { view.pane } else { Pane::Run };
    ui.horizontal(|ui| {
        for &pane in panes {
            let title = match pane {
                Pane::Cards => "Permissions",
                Pane::Run => "Run",
                Pane::Text => "Policy text",
            };
            if ui.selectable_label(pane == current, title).clicked() {
                actions.push(grants::Action::Show(pane));
            }
        }
    });
    ui.separator();
}

fn part(ui: &mut Ui, pane: Pane, view: &View<'_>, actions: &mut Vec<grants::Action>) {
    match pane {
        Pane::Cards => permissions(ui, view, actions),
        Pane::Run => run::show(ui, &view.run, actions),
        Pane::Text => text::show(ui, &view.text, actions),
    }
}

fn permissions(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<grants::Action>) {
    ui.heading("Permissions");
    // In the place of other words, so that nothing moves while somebody types.
    ui.horizontal(|ui| {
        if !view.text.problems.is_empty() {
            ui.colored_label(ui.visuals().warn_fg_color, "The text has errors: these are its last permissions.");
            if ui.small_button("Go back to them").clicked() {
                actions.push(grants::Action::Revert);
            }
            return;
        }
        let name = view.module.unwrap_or("a module");
        ui.add(
            Label::new(RichText::new(format!("What {name} may reach. Nothing else is there for it.")).weak())
                .truncate(),
        );
    });
    ui.add_space(6.0);
    let enabled = view.text.problems.is_empty();
    ScrollArea::vertical().id_salt("cards").auto_shrink(false).show(ui, |ui| {
        // Beside the bar.
        Frame::new().inner_margin(Margin { right: 10, ..Margin::ZERO }).show(ui, |ui| {
            for card in &view.cards {
                cards::show(ui, card, enabled, actions);
            }
        });
    });
}
