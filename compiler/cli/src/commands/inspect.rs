//! `wasmelt inspect`: what an executable says of itself.

use std::fs;

use serde_json::{Value, json};
use wasmelt_driver::{Diagnostic, Executable, Sandbox, diagnostics::Code};

use crate::{
    args::InspectArgs,
    report::{self, Status},
};

/// Prints what is in an executable.
pub(crate) fn inspect(args: InspectArgs) -> Status {
    let file = args.file.display().to_string();
    let read = fs::read(&args.file).map_err(|error| Diagnostic::error(Code::Unreadable, error));
    let executable = match read.and_then(|bytes| Executable::read(&bytes)) {
        Ok(executable) => executable,
        Err(diagnostic) => return report::failure(&[diagnostic.in_file(file)]),
    };
    let text = if args.json {
        let json = serde_json::to_string_pretty(&as_json(&file, &executable));
        json.expect("invariant: keys are strings") + "\n"
    } else {
        as_text(&file, &executable)
    };
    report::result(&text)
}

fn as_text(file: &str, executable: &Executable) -> String {
    let mut lines = vec![format!("{file}: for {}-linux, {}", executable.architecture, executable.cpu_level)];
    lines.push(match executable.sandbox {
        Sandbox::Off => "sandbox: off".to_owned(),
        Sandbox::On => format!("sandbox: on, filter of {} instructions", executable.filter_instructions),
        Sandbox::Required => format!("sandbox: required, filter of {} instructions", executable.filter_instructions),
    });
    if let Some(functions) = &executable.functions {
        lines.push(format!("functions: {}", functions.join(", ")));
    }
    lines.push("grants:".to_owned());
    lines.extend(executable.policy.explain().into_iter().map(|line| format!("  {line}")));
    lines.push(String::new());
    lines.join("\n")
}

fn as_json(file: &str, executable: &Executable) -> Value {
    let sandbox = match executable.sandbox {
        Sandbox::Off => "off",
        Sandbox::On => "on",
        Sandbox::Required => "required",
    };
    let policy: Value =
        toml::from_str(&executable.policy.to_document()).expect("invariant: a policy is written as TOML");
    json!({
        "file": file,
        "target": format!("{}-linux", executable.architecture),
        "cpu-level": executable.cpu_level,
        "sandbox": sandbox,
        "filter-instructions": executable.filter_instructions,
        "functions": executable.functions,
        "policy": policy,
    })
}
