//! The application: the state, the jobs, and when which is asked.

use eframe::{App, Frame, Storage, egui};
use wasmelt_workbench_model::{
    Action, Jobs, Picker, Session, State,
    pages::module::{self, Origin},
    shell::Theme,
    update, view,
};

use crate::{dialogs, keys, shell};

/// What the session is stored as.
const SESSION: &str = "session";

/// The workbench in a window.
#[derive(Debug)]
pub struct Workbench {
    state: State,
    jobs: Jobs,
}

impl Workbench {
    /// A workbench with this state, drawn by `context`, with the desktop's dialogs.
    pub fn new(context: &egui::Context, state: State) -> Workbench {
        Workbench::with_picker(context, state, dialogs::picker())
    }

    /// The same, with other dialogs.
    pub fn with_picker(context: &egui::Context, state: State, picker: Picker) -> Workbench {
        // The model knows the scale, and the keys that change it.
        context.options_mut(|options| options.zoom_with_keyboard = false);
        let context = context.clone();
        Workbench { state, jobs: Jobs::new(move || context.request_repaint()).with_picker(picker) }
    }

    /// Brings back what was stored when the workbench was closed, as far as it can be read.
    pub fn restore(&mut self, storage: &dyn Storage) {
        if let Some(session) = storage.get_string(SESSION).and_then(|text| Session::parse(&text)) {
            session.restore(&mut self.state);
        }
    }

    /// What it knows.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Does what `action` asks; what takes time is only started.
    pub fn apply(&mut self, action: Action) {
        for effect in update(&mut self.state, action) {
            self.jobs.perform(effect);
        }
    }

    fn apply_look(&self, context: &egui::Context) {
        context.set_theme(match self.state.shell.theme {
            Theme::System => egui::ThemePreference::System,
            Theme::Light => egui::ThemePreference::Light,
            Theme::Dark => egui::ThemePreference::Dark,
        });
        context.set_zoom_factor(f32::from(self.state.shell.scale.percent()) / 100.0);
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
        for action in keys::take(context, &self.state) {
            self.apply(action);
        }
        self.apply_look(context);
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

    fn save(&mut self, storage: &mut dyn Storage) {
        storage.set_string(SESSION, Session::of(&self.state).to_text());
    }
}
