//! The table of module × target.
//!
//! ```text
//! module     x86_64-linux        aarch64-linux
//! hello.wat  17.3 KiB  12ms    16.9 KiB  15ms
//! bad.wat    failed: E0103     failed: E0103
//! 2 of 4 executables were built
//! ```
//!
//! An image has a column for its targets together.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Outcome, display_size, noun};
use crate::request::Job;

/// The table of what `jobs` became.
pub(crate) fn table(jobs: &[Job], modules: &[PathBuf], outcomes: &[Outcome]) -> String {
    let mut targets: Vec<String> = Vec::new();
    let mut cells: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let target = job.target_names();
        let column = targets.iter().position(|known| *known == target).unwrap_or_else(|| {
            targets.push(target);
            targets.len() - 1
        });
        cells.insert((job.module, column), cell(outcome));
    }
    let mut rows = vec![[vec![String::from("module")], targets.clone()].concat()];
    for (module, path) in modules.iter().enumerate() {
        let of_target = |column| cells.get(&(module, column)).cloned().unwrap_or_default();
        rows.push([vec![path.display().to_string()], (0..targets.len()).map(of_target).collect()].concat());
    }
    let built = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Built { .. })).count();
    format!("{}{built} of {} {} were built\n", aligned(&rows), jobs.len(), noun(jobs))
}

fn cell(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Built { bytes, elapsed, .. } => format!("{:>9}  {elapsed:.1?}", display_size(*bytes)),
        Outcome::Failed(diagnostics) => {
            let mut codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
            codes.sort_unstable();
            codes.dedup();
            format!("failed: {}", codes.join(", "))
        }
        Outcome::Skipped => String::from("skipped"),
    }
}

/// The rows as lines, each column as wide as its widest cell.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let mut text = String::new();
    for row in rows {
        let padded = row.iter().enumerate().map(|(at, cell)| format!("{cell:<0$}", width(at).unwrap_or(0)));
        text.push_str(padded.collect::<Vec<_>>().join("   ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wasmelt_driver::{BuildOptions, Diagnostic, diagnostics::Code};

    use super::*;

    #[test]
    fn columns_are_targets_and_rows_are_modules() {
        let job = |module, target: &str| Job {
            module,
            options: BuildOptions::new(target.parse().unwrap()),
            image: None,
            output: PathBuf::new(),
        };
        let jobs = [job(0, "x86_64-linux"), job(0, "aarch64-linux"), job(1, "aarch64-linux")];
        let error = |code| Diagnostic::error(code, "");
        let outcomes = [
            Outcome::Built { bytes: 2048, elapsed: Duration::from_millis(12), digest: None },
            Outcome::Failed(vec![error(Code::ImportType), error(Code::UnknownImport), error(Code::ImportType)]),
            Outcome::Skipped,
        ];
        let expected = "\
module     x86_64-linux        aarch64-linux
a.wasm       2.0 KiB  12.0ms   failed: E0105, E0106
long.wat                       skipped
1 of 3 executables were built
";
        let modules = ["a.wasm", "long.wat"].map(PathBuf::from);
        assert_eq!(table(&jobs, &modules, &outcomes), expected);
    }
}
