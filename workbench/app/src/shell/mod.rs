//! What surrounds the pages: how a module is opened, the way from page to page, the palette, and notices.

mod header;
mod palette;

use eframe::egui::{Align, Button, CentralPanel, Frame, Layout, Margin, Panel, Ui, vec2};
use wasmelt_workbench_model::{
    Action, Page, View,
    shell::{self, PaletteAction, Theme, Zoom},
};

use crate::pages;

/// Draws the whole view; returns what the user asked for, in order.
pub(crate) fn show(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    Panel::top("open").show(ui, |ui| header::show(ui, view, &mut actions));
    Panel::bottom("status").show(ui, |ui| status(ui, &view.shell, &mut actions));
    let side = Panel::left("pages").resizable(false).exact_size(108.0);
    side.show(ui, |ui| navigation(ui, view.page.page(), &mut actions));
    let frame = Frame::central_panel(ui.style()).inner_margin(Margin::symmetric(14, 10));
    CentralPanel::default().frame(frame).show(ui, |ui| pages::show(ui, view, &mut actions));
    if let Some(palette) = &view.shell.palette {
        palette::show(ui, palette, &mut actions);
    }
    actions
}

fn navigation(ui: &mut Ui, current: Page, actions: &mut Vec<Action>) {
    ui.add_space(8.0);
    for (at, page) in Page::ALL.into_iter().enumerate() {
        let size = vec2(ui.available_width(), 28.0);
        let button = Button::selectable(page == current, page.title()).min_size(size);
        if ui.add(button).on_hover_text(format!("Ctrl+{}", at + 1)).clicked() {
            actions.push(Action::Show(page));
        }
    }
}

/// The line at the bottom: a notice, and how the workbench looks.
fn status(ui: &mut Ui, view: &shell::View<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            look(ui, view, actions);
            if ui.small_button("Commands").on_hover_text("Ctrl+K").clicked() {
                actions.push(Action::Shell(shell::Action::Palette(PaletteAction::Toggle)));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| notice(ui, view, actions));
        });
    });
}

fn notice(ui: &mut Ui, view: &shell::View<'_>, actions: &mut Vec<Action>) {
    if let Some(text) = view.notice {
        if ui.small_button("Dismiss").clicked() {
            actions.push(Action::Shell(shell::Action::Dismiss));
        }
        ui.label(text);
    }
}

/// From right to left.
fn look(ui: &mut Ui, view: &shell::View<'_>, actions: &mut Vec<Action>) {
    for theme in Theme::ALL.into_iter().rev() {
        if ui.selectable_label(view.theme == theme, theme.title()).clicked() {
            actions.push(Action::Shell(shell::Action::Theme(theme)));
        }
    }
    ui.separator();
    let zoom = |ui: &mut Ui, text: &str, name: &'static str, zoom, actions: &mut Vec<Action>| {
        let response = ui.small_button(text).on_hover_text(name);
        crate::widgets::name(&response, name);
        if response.clicked() {
            actions.push(Action::Shell(shell::Action::Zoom(zoom)));
        }
    };
    zoom(ui, "+", "Zoom in", Zoom::In, actions);
    zoom(ui, &format!("{} %", view.scale.percent()), "Reset the zoom", Zoom::Reset, actions);
    zoom(ui, "−", "Zoom out", Zoom::Out, actions);
    ui.separator();
}
