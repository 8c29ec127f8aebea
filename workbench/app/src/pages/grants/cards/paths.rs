//! The cards with lists of places: files and folders, and addresses.

use eframe::egui::{Align, Grid, Label, Layout, RichText, Ui};
use wasmelt_workbench_model::{
    pages::grants::{Action, Change, Field, PathView},
    policy::{Access, Direction},
};

use super::{field, removable, remove_button};
use crate::pages::grants::switch::switch;

/// What is granted, and the fields for more.
pub(super) fn files(
    ui: &mut Ui,
    folders: &[PathView<'_>],
    files: &[PathView<'_>],
    (host, guest): (&str, &str),
    actions: &mut Vec<Action>,
) {
    for (at, folder) in folders.iter().enumerate() {
        path(ui, "folder", folder, (&|access| Change::FolderAccess(at, access), Change::RemoveFolder(at)), actions);
    }
    for (at, file) in files.iter().enumerate() {
        path(ui, "file", file, (&|access| Change::FileAccess(at, access), Change::RemoveFile(at)), actions);
    }
    if !folders.is_empty() || !files.is_empty() {
        ui.add_space(4.0);
        ui.separator();
    }
    let mut entered = false;
    Grid::new("new path").num_columns(2).spacing([8.0, 6.0]).show(ui, |ui| {
        entered |= field(ui, "On this computer", "a folder or a file", host, Field::HostPath, actions);
        ui.end_row();
        entered |= field(ui, "The module sees", "the same path", guest, Field::GuestPath, actions);
        ui.end_row();
    });
    ui.horizontal(|ui| {
        if ui.button("Add folder").clicked() || entered {
            actions.push(Action::Change(Change::AddFolder));
        }
        if ui.button("Add file").clicked() {
            actions.push(Action::Change(Change::AddFile));
        }
        if ui.button("Browse…").on_hover_text("Choose a folder").clicked() {
            actions.push(Action::Browse);
        }
        ui.weak("read-only at first");
    });
}

/// Both of its changes: another access, and none.
type Changes<'a> = (&'a dyn Fn(Access) -> Change, Change);

fn path(ui: &mut Ui, kind: &str, path: &PathView<'_>, (access, remove): Changes<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            remove_button(ui, &path.host, remove, actions);
            if switch(ui, path.writable, &format!("Let it write in {}", path.host)) {
                let other = if path.writable { Access::ReadOnly } else { Access::ReadWrite };
                actions.push(Action::Change(access(other)));
            }
            ui.weak(if path.writable { "may write" } else { "read-only" });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.weak(kind);
                let guest = path.guest.as_ref().map_or(String::new(), |guest| format!("  as {guest}"));
                ui.add(Label::new(RichText::new(format!("{}{guest}", path.host)).monospace()).truncate());
            });
        });
    });
}

/// A list of addresses, and the field for more.
type Addresses<'a> = (&'a [(usize, String)], &'a str);

pub(super) fn network(ui: &mut Ui, connect: Addresses<'_>, listen: Addresses<'_>, actions: &mut Vec<Action>) {
    addresses(ui, "It may connect to", connect, Direction::Connect, actions);
    ui.add_space(8.0);
    addresses(ui, "It may listen on", listen, Direction::Listen, actions);
}

fn addresses(
    ui: &mut Ui,
    title: &str,
    (addresses, text): Addresses<'_>,
    direction: Direction,
    actions: &mut Vec<Action>,
) {
    let (label, hint, place, button) = match direction {
        Direction::Connect => ("Address", "10.0.0.0/8:443, or * for all", Field::Connect, "Let it connect"),
        Direction::Listen => ("Own address", "127.0.0.1:8080", Field::Listen, "Let it listen"),
    };
    ui.strong(title);
    if addresses.is_empty() {
        ui.weak("nothing");
    }
    for (at, address) in addresses {
        removable(ui, address, Change::RemoveRule(*at), actions);
    }
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let clicked = ui.button(button).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if field(ui, label, hint, text, place, actions) || clicked {
                    actions.push(Action::Change(Change::AddRule(direction)));
                }
            });
        });
    });
}
