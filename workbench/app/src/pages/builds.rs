//! The builds: progress by stage, then the result or the diagnostics, and what else can be made of it.

use eframe::egui::{Label, ProgressBar, RichText, Ui};
use wasmelt_workbench_model::{
    Action, ExportKind, bytes, duration,
    pages::targets::{self, BuildStatusView, BuildView, ExportView, Reproducible, StageView},
};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, builds: &[BuildView<'_>], actions: &mut Vec<Action>) {
    if builds.is_empty() {
        return;
    }
    ui.add_space(8.0);
    ui.heading("Builds");
    for (at, build) in builds.iter().enumerate() {
        ui.separator();
        ui.push_id(at, |ui| show_build(ui, at, build, actions));
    }
}

fn show_build(ui: &mut Ui, at: usize, build: &BuildView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.strong(&build.target);
        ui.weak(format!("bounds {}, optimise {}", build.column.bounds, build.column.optimization));
    });
    match &build.status {
        BuildStatusView::Waiting => _ = ui.label("Waiting"),
        BuildStatusView::Cancelled => _ = ui.label("Cancelled"),
        BuildStatusView::Running => progress(ui, build),
        BuildStatusView::Failed { text } => {
            let stage = build.stages.iter().find(|stage| stage.current);
            let place = stage.map_or(String::new(), |stage| format!(" in stage {}", stage.name));
            widgets::diagnostics(ui, &format!("Failed{place}"), text);
        }
        BuildStatusView::Done { size, elapsed, sha256, reproducible } => {
            ui.label(format!("Built {} in {}", bytes(*size), duration(*elapsed)));
            ui.add(Label::new(RichText::new(build.output.display().to_string()).monospace()).wrap());
            ui.weak(stage_times(&build.stages));
            digest(ui, sha256, *reproducible);
            command_line(ui, &build.command_line);
            exports(ui, at, &build.exports, actions);
        }
    }
}

fn digest(ui: &mut Ui, sha256: &str, reproducible: Reproducible) {
    ui.horizontal_wrapped(|ui| {
        ui.label("SHA-256");
        ui.add(Label::new(RichText::new(sha256).monospace().small()).wrap());
        match reproducible {
            Reproducible::Comparing => {
                ui.spinner();
                ui.weak("building again, to compare")
            }
            Reproducible::Yes => ui.label("Reproducible: a second build gave the same"),
            Reproducible::No => ui.colored_label(ui.visuals().error_fg_color, "A second build gave another file"),
            Reproducible::Unknown => ui.weak("not compared with a second build"),
        };
    });
}

fn command_line(ui: &mut Ui, text: &str) {
    ui.horizontal_wrapped(|ui| {
        if ui.small_button("Copy command").clicked() {
            ui.ctx().copy_text(text.to_owned());
        }
        ui.add(Label::new(RichText::new(text).monospace().small()).wrap());
    });
}

fn exports(ui: &mut Ui, at: usize, exports: &[ExportView<'_>], actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.label("Export:");
        for kind in ExportKind::ALL {
            if ui.small_button(kind.title()).clicked() {
                actions.push(Action::Targets(targets::Action::Export { build: at, kind }));
            }
        }
    });
    for export in exports {
        match export.error {
            Some(text) => widgets::diagnostics(ui, &format!("No {}", export.kind.title()), text),
            None if export.running => {
                ui.horizontal(|ui| {
                    ui.spinner();
                    ui.weak(format!("{}: being made", export.kind.title()));
                });
            }
            None => {
                let text = format!("{}: wrote {}", export.kind.title(), export.output.display());
                ui.add(Label::new(RichText::new(text).monospace()).wrap());
            }
        }
    }
}

fn progress(ui: &mut Ui, build: &BuildView<'_>) {
    let current = build.stages.iter().find(|stage| stage.current);
    let text = match (current, build.compiled) {
        (Some(stage), Some((done, total))) if done < total => format!("{}: {done} of {total} functions", stage.name),
        (Some(stage), _) => stage.name.clone(),
        (None, _) => "write".to_owned(),
    };
    ui.add(ProgressBar::new(fraction(build)).text(text));
    ui.weak(stage_times(&build.stages));
}

/// The share of the work that is done, counting every stage alike, and functions within theirs.
fn fraction(build: &BuildView<'_>) -> f32 {
    let ended = build.stages.iter().filter(|stage| stage.elapsed.is_some()).count();
    // Precision: a bar has a few hundred pixels.
    let compiling = build.compiled.filter(|(done, total)| done < total);
    let current = compiling.map_or(0.0, |(done, total)| done as f32 / total as f32);
    (ended as f32 + current) / build.stages.len() as f32
}

/// `parse 1.2 ms, compile 30 ms`, for the stages that have ended.
fn stage_times(stages: &[StageView]) -> String {
    let ended = stages.iter().filter_map(|stage| Some(format!("{} {}", stage.name, duration(stage.elapsed?))));
    ended.collect::<Vec<_>>().join(", ")
}
