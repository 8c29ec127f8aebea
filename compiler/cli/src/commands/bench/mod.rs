//! `wasmelt bench`: the laboratory of `benches/`, on the command line.

mod table;

use std::{fs, ops::ControlFlow};

use indicatif::{ProgressBar, ProgressStyle};
use wasmelt_benches::{
    laboratory::{LaboratoryError, Progress, Report, Request, startup},
    report as reports,
    startup::{PageCache, Plan},
};
use wasmelt_driver::{Diagnostic, Source, diagnostics::Code};

use crate::{
    args::{BenchArgs, StartupArgs, Subject},
    report::{self, Status},
};

/// Measures, and prints what came of it.
pub(crate) fn bench(args: BenchArgs) -> Status {
    let Subject::Startup(args) = args.subject;
    match measure(&args).and_then(|report| told(&args, &report)) {
        Ok(text) => report::result(&text),
        Err(diagnostics) => report::failure(&diagnostics),
    }
}

fn measure(args: &StartupArgs) -> Result<Report, Vec<Diagnostic>> {
    let source = Source::read(&args.file).map_err(|diagnostic| vec![diagnostic])?;
    let page_cache = if args.cold { PageCache::Cold } else { PageCache::Warm };
    let plan = Plan { warm_up: args.warm_up as usize, rounds: args.rounds as usize, page_cache };
    let (arguments, native) = (args.arguments.clone(), args.native.clone());
    let bar = progress_bar();
    let request = Request { source, arguments, native, plan, pin: !args.no_pin, search: None };
    let told = startup(&request, &mut |progress| {
        match progress {
            Progress::Begins(what) => bar.set_message(what.to_owned()),
            Progress::Rounds { done, of, .. } => {
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
            Progress::Candidates(_) | Progress::Missing(_) => {}
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    told.map_err(|error| match error {
        LaboratoryError::Build(diagnostics) => diagnostics,
        LaboratoryError::Architecture => vec![Diagnostic::error(Code::TargetNotBuiltIn, error)],
        LaboratoryError::Files(_) => vec![Diagnostic::error(Code::Unwritable, error)],
        LaboratoryError::Startup(_) | LaboratoryError::Stopped => vec![Diagnostic::error(Code::NotStarted, error)],
    })
}

/// On standard error, and only on a terminal.
fn progress_bar() -> ProgressBar {
    const TEMPLATE: &str = "{msg:20} {bar:40} {pos}/{len} rounds, {eta} left";
    let style = ProgressStyle::with_template(TEMPLATE).expect("invariant: this is a template");
    ProgressBar::new(0).with_style(style)
}

/// The text for standard output; the file is written.
fn told(args: &StartupArgs, report: &Report) -> Result<String, Vec<Diagnostic>> {
    if let Some(path) = &args.html {
        fs::write(path, reports::html(report)).map_err(|error| {
            let diagnostic = Diagnostic::error(Code::Unwritable, format_args!("cannot write the report: {error}"));
            vec![diagnostic.in_file(path.display().to_string())]
        })?;
    }
    Ok(match (args.json, args.csv) {
        (true, _) => serde_json::to_string_pretty(report).expect("invariant: reports are plain data") + "\n",
        (_, true) => reports::csv(report),
        _ => table::render(report),
    })
}
