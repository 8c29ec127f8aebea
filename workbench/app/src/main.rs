//! The program: a window with a workbench in it.

use std::{env, path::PathBuf, process::ExitCode};

use clap::Parser;
use eframe::{
    NativeOptions,
    egui::{IconData, ViewportBuilder, vec2},
};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{
    Action, Page, State,
    pages::{
        module::{self, Origin},
        targets::Cell,
    },
};

/// See a WebAssembly module, choose targets, and build native executables.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// A module to open, binary or text.
    module: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasmelt-workbench: cannot open a window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> eframe::Result {
    let options = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_app_id("wasmelt-workbench")
            .with_icon(icon())
            .with_inner_size(vec2(1100.0, 720.0))
            .with_min_inner_size(vec2(640.0, 400.0)),
        ..NativeOptions::default()
    };
    eframe::run_native(
        "Wasmelt",
        options,
        Box::new(|creation| {
            let mut workbench = Workbench::new(&creation.egui_ctx, initial_state());
            if let Some(storage) = creation.storage {
                workbench.restore(storage);
            }
            if let Some(module) = arguments.module {
                workbench.apply(Action::Show(Page::Module));
                workbench.apply(Action::Module(module::Action::Open(Origin::File(module))));
            }
            Ok(Box::new(workbench))
        }),
    )
}

/// Executables of samples go to the current directory.
fn initial_state() -> State {
    State::new(env::current_dir().unwrap_or_else(|_| PathBuf::from(".")), Cell::all())
}

fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../assets/wasmelt-workbench.png"))
        .expect("invariant: the icon is a PNG")
}
