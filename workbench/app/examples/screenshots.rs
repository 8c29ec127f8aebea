//! Takes a picture of each page, in a window, with something to see on it:
//!
//! ```text
//! LIBGL_ALWAYS_SOFTWARE=1 xvfb-run -a cargo run -p wasmelt-workbench --example screenshots -- docs/screenshots
//! ```
//!
//! The pictures are those of the README; they are taken in the order of [`tour`], each after what it waits for.

use std::{
    collections::VecDeque,
    env,
    error::Error,
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::Duration,
};

use eframe::{
    App, Frame, NativeOptions,
    egui::{self, ColorImage, ViewportBuilder, ViewportCommand, vec2},
};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{
    Action, Page, State,
    pages::{
        compare,
        explore::Slot,
        grants::{self, Card, Phase},
        module::{self, Module, Origin, SAMPLES},
        targets::{self, BuildStatus, Cell},
    },
    shell::{self, PaletteAction, Theme},
};

/// What is done, what is waited for, and the name of the picture that is taken then, if one is.
struct Stop {
    name: Option<&'static str>,
    actions: Vec<Action>,
    ready: fn(&State) -> bool,
}

/// Frames after which animations have ended and scroll bars are where they belong.
const SETTLED: u32 = 30;

fn tour() -> VecDeque<Stop> {
    let stop = |name, actions, ready| Stop { name: Some(name), actions, ready };
    let shell = |action| Action::Shell(action);
    let always = |_: &State| true;
    VecDeque::from([
        stop("gallery", vec![shell(shell::Action::Theme(Theme::Light))], always),
        stop("module", vec![open("QuickJS")], |state| matches!(state.module.module, Module::Open(_))),
        stop("palette", vec![shell(shell::Action::Palette(PaletteAction::Toggle))], always),
        stop("targets", build(), |state| {
            state.targets.builds.iter().all(|build| matches!(build.status, BuildStatus::Done(_)))
        }),
        opening("Notes"),
        stop("grants", run(), |state| matches!(state.grants.run.phase, Phase::Ended { .. })),
        opening("Fibonacci"),
        stop("explore", vec![Action::Show(Page::Explore)], |state| {
            let Some(function) = state.explore.selected else { return false };
            matches!(state.explore.cache.get(function, state.explore.left), Some(Slot::Ready(_)))
        }),
        opening("Hello"),
        stop("compare", measure(), |state| state.compare.run.measured().is_some()),
    ])
}

/// Opens a sample, without a picture of it.
fn opening(title: &str) -> Stop {
    Stop { name: None, actions: vec![open(title)], ready: is_open }
}

fn is_open(state: &State) -> bool {
    matches!(state.module.module, Module::Open(_))
}

/// Opens a sample.
fn open(title: &str) -> Action {
    let sample = SAMPLES.iter().find(|sample| sample.title == title).expect("invariant: it is a sample");
    Action::Module(module::Action::Open(Origin::Sample(sample)))
}

/// Builds Hello for both architectures, as `wasmelt build` would.
fn build() -> Vec<Action> {
    let defaults = Cell::all().into_iter().enumerate().filter(|(_, cell)| *cell == unticked(cell));
    let tick = |(cell, _)| Action::Targets(targets::Action::Tick { cell, ticked: true });
    let mut actions = vec![Action::Shell(shell::Action::Palette(PaletteAction::Close))];
    actions.extend(defaults.map(tick));
    actions.push(Action::Targets(targets::Action::Build));
    actions
}

/// The default cell of a platform, as `cell` is if it is that.
fn unticked(cell: &Cell) -> Cell {
    let target = wasmelt_targets::Target::baseline(cell.target.architecture);
    Cell { unavailable: cell.unavailable.clone(), ticked: cell.ticked, ..Cell::new(target) }
}

/// Runs a program that is denied what it tries.
fn run() -> Vec<Action> {
    let grants = [grants::Action::Open(Card::Files), grants::Action::Run];
    let show = [Action::Show(Page::Grants)];
    show.into_iter().chain(grants.map(Action::Grants)).collect()
}

/// Measures Hello beside what the machine has.
fn measure() -> Vec<Action> {
    let compare = [compare::Action::SetRounds(100), compare::Action::Start];
    let show = [Action::Show(Page::Compare)];
    show.into_iter().chain(compare.map(Action::Compare)).collect()
}

struct Tour {
    workbench: Workbench,
    stops: VecDeque<Stop>,
    folder: PathBuf,
    begun: bool,
    settled: u32,
    /// Pictures on their way from the graphics card.
    images: (Sender<Arc<ColorImage>>, Receiver<Arc<ColorImage>>),
}

impl Tour {
    /// Does the next thing that is due; once a frame.
    fn proceed(&mut self, context: &egui::Context) {
        let Some(stop) = self.stops.front_mut() else {
            context.send_viewport_cmd(ViewportCommand::Close);
            return;
        };
        if !self.begun {
            self.begun = true;
            self.settled = 0;
            std::mem::take(&mut stop.actions).into_iter().for_each(|action| self.workbench.apply(action));
        } else if (stop.ready)(self.workbench.state()) {
            if stop.name.is_none() {
                self.begun = false;
                self.stops.pop_front();
                return;
            }
            self.settled += 1;
            if self.settled == SETTLED {
                let images = self.images.0.clone();
                // The receiver lives as long as the window.
                context.request_screenshot(move |image| _ = images.send(image));
            }
        }
    }

    fn taken(&mut self, image: &ColorImage) {
        if let Some(name) = self.stops.pop_front().and_then(|stop| stop.name) {
            let path = self.folder.join(format!("{name}.png"));
            match write(&path, image) {
                Ok(()) => println!("{}", path.display()),
                Err(error) => eprintln!("{}: {error}", path.display()),
            }
            self.begun = false;
        }
    }
}

impl App for Tour {
    fn logic(&mut self, context: &egui::Context, frame: &mut Frame) {
        if let Ok(image) = self.images.1.try_recv() {
            self.taken(&image);
        }
        self.proceed(context);
        self.workbench.logic(context, frame);
        context.request_repaint_after(Duration::from_millis(16));
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        self.workbench.ui(ui, frame);
    }
}

fn write(path: &Path, image: &ColorImage) -> Result<(), Box<dyn Error>> {
    let [width, height] = image.size;
    let mut encoder =
        png::Encoder::new(BufWriter::new(File::create(path)?), u32::try_from(width)?, u32::try_from(height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let bytes: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    encoder.write_header()?.write_image_data(&bytes)?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("name the folder for the pictures")?;
    let folder = std::path::absolute(folder)?;
    std::fs::create_dir_all(&folder)?;
    // The pages show paths: those of a folder that is nobody's in particular.
    let scratch = tempfile::tempdir()?;
    env::set_current_dir(scratch.path())?;
    let options = NativeOptions {
        viewport: ViewportBuilder::default().with_inner_size(vec2(1100.0, 720.0)),
        persist_window: false,
        persistence_path: Some(scratch.path().join("session")),
        ..NativeOptions::default()
    };
    let start = |creation: &eframe::CreationContext<'_>| {
        let workbench = Workbench::new(&creation.egui_ctx, State::new(PathBuf::from("dist"), Cell::all()));
        Tour { workbench, stops: tour(), folder, begun: false, settled: 0, images: mpsc::channel() }
    };
    eframe::run_native("Wasmelt", options, Box::new(|creation| Ok(Box::new(start(creation)))))?;
    Ok(())
}
