//! JSON for machines: one object a line, on standard output.
//!
//! ```text
//! {"reason":"executable","module":…,"target":…,"path":…,"bytes":…,"milliseconds":…}
//! {"reason":"image","module":…,"target":…,"targets":[…],"path":…,"bytes":…,"milliseconds":…,"digest":"sha256:…"}
//! {"reason":"diagnostic","module":…,"target":…,"code":…,"class":…,"level":…,"message":…,"file":…,"location":…,"help":…,"rendered":…}
//! {"reason":"finished","built":…,"failed":…,"skipped":…,"functions":{"reused":…,"kept":…}}
//! ```
//!
//! A diagnostic that belongs to no job has no module and no target. The target of an image is all its targets, with commas.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use serde_json::{Value, json};
use wasmelt_driver::{
    Diagnostic,
    cache::FunctionCache,
    diagnostics::{Class, Location, Severity, Style, render},
};

use wasmelt_targets::Target;

use super::{Listener, Outcome};
use crate::request::{BuildRequest, Job};

/// Tells everything as JSON.
#[derive(Debug)]
pub(crate) struct Json<'r>(pub(crate) &'r BuildRequest);

impl Listener for Json<'_> {
    fn warned(&self, job: &Job, warning: &Diagnostic) {
        let module = self.0.modules[job.module].display().to_string();
        line(&diagnostic(warning, Some(&module), Some(&job.target_names())));
    }

    fn ended(&self, _: usize, job: &Job, outcome: &Outcome) {
        let module = self.0.modules[job.module].display().to_string();
        let target = job.target_names();
        match outcome {
            Outcome::Built { bytes, elapsed, digest } => {
                let mut built = json!({
                    "reason": if job.image.is_some() { "image" } else { "executable" },
                    "module": module,
                    "target": target,
                    "path": job.output.display().to_string(),
                    "bytes": bytes,
                    "milliseconds": u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                });
                if let Some(digest) = digest {
                    built["targets"] = job.targets().iter().map(Target::to_string).collect();
                    built["digest"] = digest.as_str().into();
                }
                line(&built);
            }
            Outcome::Failed(diagnostics) => {
                for one in diagnostics {
                    line(&diagnostic(one, Some(&module), Some(&target)));
                }
            }
            Outcome::Skipped => {}
        }
    }

    fn finished(&self, _: &[Job], _: &[PathBuf], outcomes: &[Outcome]) {
        let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
        let (reused, kept) = self.0.functions.as_ref().map_or((0, 0), FunctionCache::counts);
        line(&json!({
            "reason": "finished",
            "built": count(|outcome| matches!(outcome, Outcome::Built { .. })),
            "failed": count(|outcome| matches!(outcome, Outcome::Failed(_))),
            "skipped": count(|outcome| matches!(outcome, Outcome::Skipped)),
            "functions": { "reused": reused, "kept": kept },
        }));
    }
}

impl Json<'_> {
    /// Tells what is wrong with the request itself.
    pub(crate) fn refused(diagnostics: &[Diagnostic]) {
        for one in diagnostics {
            line(&diagnostic(one, None, None));
        }
    }
}

fn diagnostic(diagnostic: &Diagnostic, module: Option<&str>, target: Option<&str>) -> Value {
    let class = match diagnostic.class() {
        Class::User => "user",
        Class::Environment => "environment",
        Class::Bug => "bug",
    };
    let level = match diagnostic.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    json!({
        "reason": "diagnostic",
        "module": module,
        "target": target,
        "code": diagnostic.code.id(),
        "class": class,
        "level": level,
        "message": diagnostic.message,
        "file": diagnostic.file,
        "location": diagnostic.location.as_ref().map(location),
        "help": diagnostic.help,
        "rendered": render(diagnostic, Style::Plain),
    })
}

fn location(location: &Location) -> Value {
    match location {
        Location::Binary { offset, assembled, function } => {
            json!({ "offset": offset, "assembled": assembled, "function": function })
        }
        Location::Text { line, column, .. } => json!({ "line": line, "column": column }),
    }
}

/// One write, so that lines of several threads do not mix.
fn line(value: &Value) {
    // Who has stopped reading wants no more; the exit status still says how it went.
    let _ = io::stdout().lock().write_all(format!("{value}\n").as_bytes());
}
