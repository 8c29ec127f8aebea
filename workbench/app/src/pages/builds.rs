//! The builds: progress by stage, then the result or the diagnostics.

use eframe::egui::{ProgressBar, RichText, Ui};
use wasmelt_workbench_model::{
    bytes, duration,
    pages::targets::{BuildStatusView, BuildView, StageView},
};

use crate::widgets;

pub(super) fn show(ui: &mut Ui, builds: &[BuildView<'_>]) {
    if builds.is_empty() {
        return;
    }
    ui.add_space(8.0);
    ui.heading("Builds");
    for build in builds {
        ui.separator();
        show_build(ui, build);
    }
}

fn show_build(ui: &mut Ui, build: &BuildView<'_>) {
    ui.strong(&build.target);
    match &build.status {
        BuildStatusView::Waiting => _ = ui.label("Waiting"),
        BuildStatusView::Cancelled => _ = ui.label("Cancelled"),
        BuildStatusView::Running => progress(ui, build),
        BuildStatusView::Failed { text } => {
            let stage = build.stages.iter().find(|stage| stage.current);
            let place = stage.map_or(String::new(), |stage| format!(" in stage {}", stage.name));
            widgets::diagnostics(ui, &format!("Failed{place}"), text);
        }
        BuildStatusView::Done { size, elapsed } => {
            ui.label(format!("Built {} in {}", bytes(*size), duration(*elapsed)));
            ui.label(RichText::new(build.output.display().to_string()).monospace());
            ui.weak(stage_times(&build.stages));
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
