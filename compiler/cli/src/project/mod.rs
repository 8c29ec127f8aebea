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

mod flags;

use std::{
    fmt::{self, Display},
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::ValueEnum;
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
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

use flags::Flags;

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
/// If there is none, or something is wrong with it.
pub(crate) fn read() -> Result<Project, Vec<Diagnostic>> {
    let text = std::fs::read_to_string(FILE).map_err(|error| {
        let message = format_args!("no module is named, and the project file cannot be read: {error}");
        let help = "name modules, as in `wasmelt build app.wasm`, or let `wasmelt init app.wasm` write a project file";
        vec![Diagnostic::error(Code::Unreadable, message).in_file(FILE).with_help(help)]
    })?;
    parse(&text)
}

fn parse(text: &str) -> Result<Project, Vec<Diagnostic>> {
    let document: Document = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        vec![Problem { message: error.message().to_owned(), start }.in_text(text)]
    })?;
    if document.module.is_empty() {
        let message = String::from("the project has no module: write `[[module]]` and its `path`");
        return Err(vec![Problem { message, start: 0 }.in_text(text)]);
    }
    let (mut modules, mut problems) = (Vec::new(), Vec::new());
    for module in &document.module {
        match document.resolve(module, text) {
            Ok(module) => modules.push(module),
            // What is wrong with the project is wrong with each module.
            Err(found) => problems.extend(found.into_iter().filter(|it| !problems.contains(it)).collect::<Vec<_>>()),
        }
    }
    if problems.is_empty() { Ok(Project { output: document.output, modules }) } else { Err(problems) }
}

/// What is wrong with a project file, and the byte where.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    message: String,
    start: usize,
}

impl Problem {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    targets: Option<Vec<Parsed<Target>>>,
    output: Option<PathBuf>,
    emit: Option<Emitted>,
    sandbox: Option<SandboxText>,
    #[serde(default)]
    compile: Flags,
    policy: Option<Spanned<PathBuf>>,
    grants: Option<policy::Document>,
    #[serde(default)]
    module: Vec<ModuleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleTable {
    path: PathBuf,
    name: Option<Spanned<String>>,
    targets: Option<Vec<Parsed<Target>>>,
    emit: Option<Emitted>,
    sandbox: Option<SandboxText>,
    #[serde(default)]
    compile: Flags,
    policy: Option<Spanned<PathBuf>>,
    grants: Option<policy::Document>,
}

/// A value of `--emit`.
#[derive(Clone, Copy)]
struct Emitted(EmitMode);

impl<'de> Deserialize<'de> for Emitted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Emitted, D::Error> {
        text_as(deserializer, |text| {
            EmitMode::from_str(text, false).map(Emitted).map_err(|_| {
                let modes = EmitMode::value_variants().iter().filter_map(ValueEnum::to_possible_value);
                let names: Vec<_> = modes.map(|mode| mode.get_name().to_owned()).collect();
                format!("`{text}` is nothing that modules become: one of {}", names.join(", "))
            })
        })
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SandboxText {
    On,
    Off,
    Required,
}

impl Document {
    /// `text` is where all of it stands.
    fn resolve(&self, module: &ModuleTable, text: &str) -> Result<ProjectModule, Vec<Diagnostic>> {
        let one = |problem: Problem| vec![problem.in_text(text)];
        let targets = module.targets.as_ref().or(self.targets.as_ref());
        let policy = match (&module.policy, &module.grants) {
            (None, None) => granted(self.policy.as_ref(), self.grants.as_ref(), text)?,
            (policy, grants) => granted(policy.as_ref(), grants.as_ref(), text)?,
        };
        Ok(ProjectModule {
            path: module.path.clone(),
            name: module.name.as_ref().map(file_name).transpose().map_err(one)?,
            targets: targets.map_or(Vec::new(), |targets| targets.iter().map(|target| target.0).collect()),
            emit: module.emit.or(self.emit).map(|emit| emit.0),
            compile: self.compile.overridden_by(&module.compile).map_err(one)?,
            policy,
            sandbox: match module.sandbox.or(self.sandbox) {
                None | Some(SandboxText::On) => Sandbox::On,
                Some(SandboxText::Off) => Sandbox::Off,
                Some(SandboxText::Required) => Sandbox::Required,
            },
        })
    }
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

/// A name is no path: where executables go is said once, as `output`.
fn file_name(name: &Spanned<String>) -> Result<PathBuf, Problem> {
    let path = Path::new(name.get_ref());
    if path.file_name() == Some(path.as_os_str()) {
        Ok(path.to_owned())
    } else {
        Err(Problem {
            message: String::from("a name is the name of a file, without directories"),
            start: name.span().start,
        })
    }
}

/// A string that stands for a `T`.
#[derive(Debug)]
struct Parsed<T>(T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<T>, D::Error> {
        text_as(deserializer, |text| text.parse().map(Parsed))
    }
}

/// What `convert` makes of a string. It fails within the string's own deserializer, so that errors have its place.
fn text_as<'de, D: Deserializer<'de>, T, E: Display>(
    deserializer: D,
    convert: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    struct Text<F>(F);

    impl<T, E: Display, F: Fn(&str) -> Result<T, E>> Visitor<'_> for Text<F> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<Error: de::Error>(self, text: &str) -> Result<T, Error> {
            (self.0)(text).map_err(Error::custom)
        }
    }

    deserializer.deserialize_str(Text(convert))
}

#[cfg(test)]
mod tests {
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
}
