//! The application: the state, the jobs, and when which is asked.

use eframe::{App, Frame, egui};
use wasmelt_workbench_model::{
    Action, Jobs, State,
    pages::module::{self, Origin},
    update, view,
};

use crate::shell;

/// The workbench in a window.
#[derive(Debug)]
pub struct Workbench {
    state: State,
    jobs: Jobs,
}

impl Workbench {
    /// A workbench with this state, drawn by `context`.
    pub fn new(context: &egui::Context, state: State) -> Workbench {
        let context = context.clone();
        Workbench { state, jobs: Jobs::new(move || context.request_repaint()) }
    }

    /// Does what `action` asks; what takes time is only started.
    pub fn apply(&mut self, action: Action) {
        for effect in update(&mut self.state, action) {
            self.jobs.perform(effect);
        }
    }
}

impl App for Workbench {
    fn logic(&mut self, context: &egui::Context, _: &mut Frame) {
        let reports: Vec<_> = self.jobs.reports().collect();
        for report in reports {
            self.apply(Action::Report(report));
        }
        // The workbench shows one module; of several files dropped at once the first is as good as any.
        let dropped = context.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
        if let Some(path) = dropped {
            self.apply(Action::Module(module::Action::Open(Origin::File(path))));
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut Frame) {
        let actions = shell::show(ui, &view(&self.state));
        if !actions.is_empty() {
            // What the actions change is drawn in the next frame.
            ui.ctx().request_repaint();
        }
        for action in actions {
            self.apply(action);
        }
    }
}
