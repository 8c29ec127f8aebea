//! `wasmelt.toml`: a project's modules, and what they are to become.
//!
//! ```toml
//! targets = ["x86_64-linux", "aarch64-linux"]   # this machine's, unless they are given
//! output = "dist"                               # the directory for the executables
//! emit = "exe"                                  # what modules become, as `--emit` says it
//!
//! [compile]                                     # flags of `wasmelt build`, by their long names
//! optimize = "size"
//!
//! policy = "app.toml"                           # what the programs may reach: a policy file, or the same written here
//! [grants.env]
//! inherit = ["LANG"]
//!
//! [[module]]
//! path = "server.wasm"
//! name = "server"                               # of the executable: the module's, unless it is given
//! targets = ["aarch64-linux"]                   # in the place of the project's
//! emit = "oci"
//! [module.compile]                              # beside the project's
//! strip = true
//! [module.grants.args]                          # in the place of the project's, or of the project's file
//! inherit = true
//! ```
//!
//! Paths count from the working directory, which is where the file is.

mod document;
mod flags;

use std::path::PathBuf;

use toml::Spanned;
use wasmelt_driver::{
    Diagnostic, Sandbox,
    diagnostics::{Code, Location},
};
use wasmelt_policy::{self as policy, Policy};
use wasmelt_targets::Target;

use crate::{
    args::{CompileArgs, EmitMode},
    request::read_policy,
};

use document::{Document, Module, Settings};

/// The file's name.
pub(crate) const FILE: &str = "wasmelt.toml";

/// What a project file says.
#[derive(Debug)]
pub(crate) struct Project {
    /// The directory for the executables.
    pub(crate) output: Option<PathBuf>,
    /// At least one.
    pub(crate) modules: Vec<ProjectModule>,
}

/// A module of a project; what it does not say itself is the project's.
#[derive(Debug)]
pub(crate) struct ProjectModule {
    pub(crate) path: PathBuf,
    pub(crate) name: Option<PathBuf>,
    pub(crate) targets: Vec<Target>,
    pub(crate) emit: Option<EmitMode>,
    pub(crate) compile: CompileArgs,
    pub(crate) policy: Policy,
    pub(crate) sandbox: Sandbox,
}

/// Reads the project file in the working directory.
///
/// # Errors
///
/// If there is none, or all that is wrong with it.
pub(crate) fn read() -> Result<Project, Vec<Diagnostic>> {
    let text = std::fs::read_to_string(FILE).map_err(|error| {
        let message = format_args!("no module is named, and the project file cannot be read: {error}");
        let help = "name modules, as in `wasmelt build app.wasm`, or let `wasmelt init app.wasm` write a project file";
        vec![Diagnostic::error(Code::Unreadable, message).in_file(FILE).with_help(help)]
    })?;
    parse(&text)
}

fn parse(text: &str) -> Result<Project, Vec<Diagnostic>> {
    let in_text =
        |problems: Vec<Problem>| in_order(problems.into_iter().map(|problem| problem.in_text(text)).collect());
    let Document { output, settings, modules } = document::read(text).map_err(in_text)?;
    let (mut resolved, mut problems) = (Vec::new(), Vec::new());
    for module in modules {
        match resolve(module, &settings, text) {
            Ok(module) => resolved.push(module),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(Project { output, modules: resolved }) } else { Err(in_order(problems)) }
}

/// The diagnostics in the order of their places, each once: what is wrong with the project is wrong with each module.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |diagnostic: &Diagnostic| match diagnostic.location {
        Some(Location::Text { line, column, .. }) => (line, column),
        _ => (0, 0),
    };
    diagnostics.sort_by_key(|diagnostic| (diagnostic.file.clone(), place(diagnostic)));
    diagnostics.dedup();
    diagnostics
}

/// What is wrong with a project file, and the byte where.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    message: String,
    start: usize,
}

impl Problem {
    fn of(error: &toml::de::Error) -> Problem {
        Problem { message: error.message().to_owned(), start: error.span().map_or(0, |span| span.start) }
    }

    fn in_text(self, text: &str) -> Diagnostic {
        let before = text.get(..self.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let location = Location::Text {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            content: text[line_start..].lines().next().unwrap_or_default().into(),
        };
        let message = self.message.split_whitespace().collect::<Vec<_>>().join(" ");
        Diagnostic::error(Code::ProjectFile, message).in_file(FILE).at(location)
    }
}

/// `module` in a project with these settings; `text` is where all of it stands.
fn resolve(module: Module, project: &Settings, text: &str) -> Result<ProjectModule, Vec<Diagnostic>> {
    let Module { path, name, settings } = module;
    let policy = match (&settings.policy, &settings.grants) {
        (None, None) => granted(project.policy.as_ref(), project.grants.as_ref(), text),
        (policy, grants) => granted(policy.as_ref(), grants.as_ref(), text),
    };
    let compile = project.compile.overridden_by(&settings.compile);
    let compile =
        compile.map_err(|problems| problems.into_iter().map(|problem| problem.in_text(text)).collect::<Vec<_>>());
    let (policy, compile) = match (policy, compile) {
        (Ok(policy), Ok(compile)) => (policy, compile),
        (policy, compile) => {
            return Err(policy.err().into_iter().chain(compile.err()).flatten().collect());
        }
    };
    Ok(ProjectModule {
        path,
        name,
        targets: settings.targets.or_else(|| project.targets.clone()).unwrap_or_default(),
        emit: settings.emit.or(project.emit),
        compile,
        policy,
        sandbox: settings.sandbox.or(project.sandbox).unwrap_or_default(),
    })
}

/// The policy that a file or a table says.
fn granted(
    file: Option<&Spanned<PathBuf>>,
    grants: Option<&policy::Document>,
    text: &str,
) -> Result<Policy, Vec<Diagnostic>> {
    match (file, grants) {
        (None, None) => Ok(Policy::default()),
        (Some(file), None) => read_policy(file.as_ref()),
        (None, Some(grants)) => grants.to_policy().map_err(|misfits| {
            let problem = |misfit: policy::Misfit| Problem { message: misfit.message, start: misfit.span.start };
            misfits.into_iter().map(|misfit| problem(misfit).in_text(text)).collect()
        }),
        (Some(file), Some(_)) => {
            let message = String::from("grants are written here or in another file, not both");
            Err(vec![Problem { message, start: file.span().start }.in_text(text)])
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn check_refused(text: &str, line: usize, column: usize, words: &str) {
        let diagnostics = parse(text).unwrap_err();
        let diagnostic = &diagnostics[0];
        let Some(Location::Text { line: found_line, column: found_column, .. }) = &diagnostic.location else {
            panic!("{diagnostic} has no place")
        };
        assert_eq!((*found_line, *found_column), (line, column), "{diagnostic}");
        assert!(diagnostic.message.contains(words), "{diagnostic}");
    }

    #[test]
    fn a_module_has_what_the_project_has() {
        let text = r#"
            targets = ["x86_64-linux"]
            [compile]
            strip = true
            stack-size = "1M"
            [grants.env]
            inherit = ["LANG"]
            [[module]]
            path = "a.wasm"
            [[module]]
            path = "b.wasm"
            name = "bee"
            targets = ["aarch64-linux"]
            sandbox = "required"
            compile = { strip = false }
            grants = { args = { inherit = true } }
        "#;
        let Project { modules, .. } = parse(text).unwrap();
        let [a, b] = &modules[..] else { panic!("two modules") };
        assert_eq!(
            (a.targets[0].to_string(), b.targets[0].to_string()),
            ("x86_64-linux".into(), "aarch64-linux".into())
        );
        assert_eq!((a.compile.strip, b.compile.strip), (true, false));
        assert_eq!(b.compile.stack_size.bytes(), 1 << 20);
        assert_eq!(a.policy.environment, ["LANG".parse().unwrap()]);
        assert!(b.policy.environment.is_empty() && b.policy.arguments.inherit);
        assert_eq!((a.sandbox, b.sandbox), (Sandbox::On, Sandbox::Required));
        assert_eq!(b.name.as_deref(), Some(Path::new("bee")));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        check_refused("targets = [\"x86_64-linux\", \"z80\"]", 1, 28, "z80");
        check_refused("\noutputs = \"dist\"", 2, 1, "outputs");
        check_refused("output = ", 1, 10, "");
        check_refused("targets = []", 1, 1, "no module");
        let module = |text: &str| format!("[[module]]\npath = \"a.wasm\"\n{text}");
        check_refused(&module("name = \"a/b\""), 3, 8, "without directories");
        check_refused(&module("[module.compile]\noptimise = \"size\""), 4, 1, "optimise");
        check_refused(&module("[module.compile]\noptimize = \"fast\""), 4, 12, "fast");
        check_refused(&module("[module.compile]\nstrip = \"yes\""), 4, 9, "yes");
        check_refused(&module("[[module.grants.dir]]\nhost = \"a\"\naccess = \"all\""), 5, 10, "all");
        check_refused(&module("[module.grants.env]\ninherit = [\"A=B\"]"), 4, 12, "A=B");
        check_refused(&module("[module.grants.network]\nlisten = [\"x\"]"), 4, 11, "`x`");
        check_refused(&module("[module.grants.limits]\nspeed = 1"), 4, 1, "speed");
        check_refused(&module("[module.grants]\nclock = \"none\""), 4, 1, "clock");
        check_refused(&module("policy = \"a.toml\"\n[module.grants]"), 3, 10, "not both");
    }

    #[test]
    fn grants_are_a_whole_policy_and_all_their_problems_are_told() {
        let grants = r#"
            clocks = "coarse"
            random = 7
            args = { fixed = ["-v"] }
            env = { inherit-all = true }
            dir = [{ host = "data", access = "write" }]
            file = [{ host = "/etc/hosts" }]
            stdio = { stdin = false }
            network = { listen = ["127.0.0.1:80"] }
            limits = { memory = "1M" }
        "#;
        let Project { modules, .. } = parse(&format!("[grants]\n{grants}\n[[module]]\npath = \"a.wasm\"")).unwrap();
        assert_eq!(modules[0].policy, Policy::from_document(grants).unwrap());
        let wrong = "[grants.env]\ninherit = [\"A=B\"]\n[grants.limits]\nspeed = 1\n\
                     [[module]]\npath = \"a\"\n[[module]]\npath = \"b\"\n";
        assert_eq!(parse(wrong).unwrap_err().len(), 2);
    }

    #[test]
    fn all_that_is_wrong_is_told_in_its_order() {
        let text = "targets = [\"z80\", \"x86_64-linux\", \"6502\"]\nsandbox = 3\noutputs = \"dist\"\n\
                    [compile]\nstrip = 1\nspeed = 9\n[grants.limits]\nspeed = 1\n\
                    [[module]]\npath = \"a.wasm\"\nemit = \"zip\"\n[[module]]\nname = \"a/b\"\n";
        let places = |text: &str| {
            let place = |diagnostic: &Diagnostic| match diagnostic.location {
                Some(Location::Text { line, column, .. }) => (line, column),
                _ => panic!("{diagnostic} has no place"),
            };
            parse(text).unwrap_err().iter().map(place).collect::<Vec<_>>()
        };
        assert_eq!(places(text), [(1, 12), (1, 35), (2, 11), (3, 1), (11, 8), (12, 1), (13, 8)]);
        // What keys and values mean together is looked at when each by itself is right.
        let text = "[compile]\nstrip = 1\nspeed = 9\n[grants.limits]\nspeed = 1\n\
                    [[module]]\npath = \"a.wasm\"\n[[module]]\npath = \"b.wasm\"\n";
        assert_eq!(places(text), [(2, 9), (3, 1), (5, 1)]);
        assert_eq!(places("output = \n[[module]\n").len(), 2);
    }
}
