//! The cards: closed, a line of what is granted; open, what can be changed.

mod paths;
mod surroundings;

use eframe::egui::{
    Align, CornerRadius, Frame, Label, Layout, Margin, RichText, Role, Sense, TextStyle, Ui, UiBuilder, WidgetInfo,
    containers::collapsing_header::paint_default_icon, vec2,
};
use wasmelt_workbench_model::pages::grants::{Action, Body, CardView, Change, Field};

/// Height of a closed card's contents, in points.
const HEADER: f32 = 34.0;

/// Draws a card.
pub(super) fn show(ui: &mut Ui, card: &CardView<'_>, enabled: bool, actions: &mut Vec<Action>) {
    let frame = Frame::new()
        .fill(ui.visuals().faint_bg_color)
        .stroke(ui.visuals().widgets.noninteractive.bg_stroke)
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(12, 7));
    let drawn = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        header(ui, card, actions);
        let Some(open) = &card.body else { return };
        ui.add_space(4.0);
        if let Some(asks_for) = card.asks_for {
            ui.add(Label::new(RichText::new(format!("The module {asks_for}.")).italics()).wrap());
        }
        ui.add_space(4.0);
        ui.add_enabled_ui(enabled, |ui| body(ui, open, actions));
        if let Some(problem) = card.problem {
            ui.add_space(4.0);
            ui.add(Label::new(RichText::new(problem).color(ui.visuals().error_fg_color)).wrap());
        }
    });
    // While it opens, what comes into being stays in sight.
    let openness = ui.ctx().animate_bool(drawn.response.id, card.body.is_some());
    if card.body.is_some() && openness < 1.0 {
        drawn.response.scroll_to_me(None);
    }
    ui.add_space(6.0);
}

/// The line that opens and closes the card, all of which can be clicked.
fn header(ui: &mut Ui, card: &CardView<'_>, actions: &mut Vec<Action>) {
    let builder = UiBuilder::new().id_salt(card.title).sense(Sense::click());
    let header = ui.scope_builder(builder, |ui| {
        let size = vec2(ui.available_width(), HEADER);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            let (_, arrow) = ui.allocate_exact_size([12.0, 12.0].into(), Sense::hover());
            paint_default_icon(ui, if card.body.is_some() { 1.0 } else { 0.0 }, &arrow);
            dot(ui, card.granted);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.add(Label::new(RichText::new(card.title).strong()).selectable(false));
                ui.add(Label::new(RichText::new(&card.summary).weak()).selectable(false).truncate());
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if card.asks_for.is_some() {
                    badge(ui, "asks for it", !card.granted);
                }
            });
        });
    });
    let response = header.response;
    let name = format!("{}: {}", card.title, card.summary);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.clicked() {
        actions.push(Action::Toggle(card.card));
    }
}

/// Whether anything is granted, at a glance.
fn dot(ui: &mut Ui, granted: bool) {
    let color = if granted { ui.visuals().selection.bg_fill } else { ui.visuals().widgets.inactive.bg_fill };
    let (place, _) = ui.allocate_exact_size([10.0, 10.0].into(), Sense::hover());
    ui.painter().circle_filled(place.center(), 4.5, color);
}

/// Words in a pill; loud ones are about something that may have to be done.
fn badge(ui: &mut Ui, text: &str, loud: bool) {
    let color = if loud { ui.visuals().warn_fg_color } else { ui.visuals().weak_text_color() };
    let words = ui.painter().layout_no_wrap(text.to_owned(), TextStyle::Small.resolve(ui.style()), color);
    let (place, _) = ui.allocate_exact_size(words.size() + vec2(16.0, 6.0), Sense::hover());
    let fill = if loud { color.gamma_multiply(0.2) } else { ui.visuals().widgets.noninteractive.bg_fill };
    ui.painter().rect_filled(place, place.height() / 2.0, fill);
    ui.painter().galley(place.center() - words.size() / 2.0, words, color);
}

fn body(ui: &mut Ui, body: &Body<'_>, actions: &mut Vec<Action>) {
    match body {
        Body::Files { folders, files, host_path, guest_path } => {
            paths::files(ui, folders, files, (host_path, guest_path), actions);
        }
        Body::Network { connect, listen, connect_field, listen_field } => {
            paths::network(ui, (connect, connect_field), (listen, listen_field), actions);
        }
        Body::Environment { all, variables, name_field, value_field } => {
            surroundings::environment(ui, *all, variables, (name_field, value_field), actions);
        }
        Body::Arguments { inherit, fixed, field } => surroundings::arguments(ui, *inherit, fixed, field, actions),
        Body::Streams { input, output, error } => surroundings::streams(ui, [*input, *output, *error], actions),
        Body::Clocks { clocks } => surroundings::clocks(ui, *clocks, actions),
        Body::Random { randomness, seed_field } => surroundings::random(ui, *randomness, seed_field, actions),
        Body::Limits { limits } => surroundings::limits(ui, limits, actions),
    }
}

/// A field of text with its label before it. Returns whether the text is to be taken: Enter was pressed.
fn field(ui: &mut Ui, label: &str, hint: &str, text: &str, field: Field, actions: &mut Vec<Action>) -> bool {
    let name = ui.label(label);
    let mut edited = text.to_owned();
    let edit =
        eframe::egui::TextEdit::singleline(&mut edited).id_salt(label).hint_text(hint).desired_width(f32::INFINITY);
    let response = ui.add(edit).labelled_by(name.id);
    if response.changed() {
        actions.push(Action::Edit(field, edited));
    }
    response.lost_focus() && ui.input(|input| input.key_pressed(eframe::egui::Key::Enter))
}

/// A line with a text on its left, and a button that takes it back on its right.
fn removable(ui: &mut Ui, text: &str, remove: Change, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            remove_button(ui, text, remove, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(text).monospace()).truncate());
            });
        });
    });
}

fn remove_button(ui: &mut Ui, what: &str, remove: Change, actions: &mut Vec<Action>) {
    let name = format!("Remove {what}");
    let response = ui.small_button("×");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.on_hover_text(name).clicked() {
        actions.push(Action::Change(remove));
    }
}
