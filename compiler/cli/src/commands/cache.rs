//! `wasmelt cache`: what is kept, and getting rid of it.

use wasmelt_driver::{Diagnostic, cache::Cache};

use crate::{
    batch::display_size,
    report::{self, Status},
};

/// `wasmelt cache`
#[derive(Debug, clap::Args)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say where the cache is, and what it holds
    Stat,
    /// Remove everything from the cache
    Clean,
}

/// Looks after the cache.
pub(crate) fn cache(args: &CacheArgs) -> Status {
    let done = Cache::of_user().and_then(|cache| match args.action {
        Action::Stat => stat(&cache),
        Action::Clean => cache.clean().map(|()| String::new()),
    });
    match done {
        Ok(text) => report::result(&text),
        Err(diagnostic) => report::failure(&[diagnostic]),
    }
}

fn stat(cache: &Cache) -> Result<String, Diagnostic> {
    let contents = cache.contents()?;
    let line = |what: &str, (entries, bytes): (usize, u64)| {
        format!("{what}: {entries} in {}\n", display_size(usize::try_from(bytes).unwrap_or(usize::MAX)))
    };
    Ok(format!(
        "{}\n{}{}",
        cache.root().display(),
        line("functions", contents.functions),
        line("executables", contents.executables)
    ))
}
