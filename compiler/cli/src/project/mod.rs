//! `wasmelt.toml`: a project's modules, and what they are to become.
//!
//! ```toml
//! targets = ["x86_64-linux", "aarch64-linux"]   # this machine's, unless they are given
//! output = "dist"                               # the directory for the executables
//!
//! [compile]                                     # flags of `wasmelt build`, by their long names
//! optimize = "size"
//!
//! [grants]                                      # what the programs may reach, as in a policy file
//! clocks = "coarse"
//! env = { inherit = ["LANG"] }
//!
//! [[module]]
//! path = "server.wasm"
//! name = "server"                               # of the executable: the module's, unless it is given
//! targets = ["aarch64-linux"]                   # in the place of the project's
//! [module.compile]                              # beside the project's
//! strip = true
//! [module.grants.args]                          # in the place of the project's
//! inherit = true
//! ```
//!
//! Paths count from the working directory, which is where the file is.

mod flags;

use std::{
    fmt::{self, Display},
    marker::PhantomData,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use toml::Spanned;
use wasmelt_driver::{
    Diagnostic, Sandbox,
    diagnostics::{Code, Location},
};
use wasmelt_policy::{Policy, PolicyDocument};
use wasmelt_targets::Target;

use crate::args::CompileArgs;

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
    pub(crate) compile: CompileArgs,
    pub(crate) policy: Policy,
    pub(crate) sandbox: Sandbox,
}

/// Reads the project file in the working directory.
///
/// # Errors
///
/// If there is none, or something is wrong with it.
pub(crate) fn read() -> Result<Project, Diagnostic> {
    let text = std::fs::read_to_string(FILE).map_err(|error| {
        Diagnostic::error(
            Code::Unreadable,
            format_args!("no module is named, and the project file cannot be read: {error}"),
        )
        .in_file(FILE)
        .with_help("name modules, as in `wasmelt build app.wasm`, or let `wasmelt init app.wasm` write a project file")
    })?;
    parse(&text).map_err(|problem| problem.in_text(&text))
}

fn parse(text: &str) -> Result<Project, Problem> {
    let document: Document = toml::from_str(text).map_err(|error| Problem {
        message: error.message().to_owned(),
        start: error.span().map_or(0, |span| span.start),
    })?;
    if document.module.is_empty() {
        return Err(Problem {
            message: String::from("the project has no module: write `[[module]]` and its `path`"),
            start: 0,
        });
    }
    let modules = document.module.iter().map(|module| document.resolve(module)).collect::<Result<_, _>>()?;
    Ok(Project { output: document.output, modules })
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
    sandbox: Option<SandboxText>,
    #[serde(default)]
    compile: Flags,
    #[serde(default)]
    grants: PolicyDocument,
    #[serde(default)]
    module: Vec<ModuleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleTable {
    path: PathBuf,
    name: Option<Spanned<String>>,
    targets: Option<Vec<Parsed<Target>>>,
    sandbox: Option<SandboxText>,
    #[serde(default)]
    compile: Flags,
    grants: Option<PolicyDocument>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SandboxText {
    On,
    Off,
    Required,
}

impl Document {
    fn resolve(&self, module: &ModuleTable) -> Result<ProjectModule, Problem> {
        let targets = module.targets.as_ref().or(self.targets.as_ref());
        let grants = module.grants.as_ref().unwrap_or(&self.grants);
        Ok(ProjectModule {
            path: module.path.clone(),
            name: module.name.as_ref().map(file_name).transpose()?,
            targets: targets.map_or(Vec::new(), |targets| targets.iter().map(|target| target.0).collect()),
            compile: self.compile.overridden_by(&module.compile)?,
            policy: policy(grants.clone())?,
            sandbox: match module.sandbox.or(self.sandbox) {
                None | Some(SandboxText::On) => Sandbox::On,
                Some(SandboxText::Off) => Sandbox::Off,
                Some(SandboxText::Required) => Sandbox::Required,
            },
        })
    }
}

/// What a table of grants says; of what is wrong with it, the first.
fn policy(grants: PolicyDocument) -> Result<Policy, Problem> {
    grants.into_policy().map_err(|problems| {
        let first = problems.into_iter().next().expect("invariant: what is refused has a problem");
        Problem { message: first.1, start: first.0.start }
    })
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
    /// Fails within the string's own deserializer, so that errors have its place.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Parsed<T>, D::Error> {
        struct Text<T>(PhantomData<T>);

        impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
            type Value = Parsed<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<Error: de::Error>(self, text: &str) -> Result<Parsed<T>, Error> {
                text.parse().map(Parsed).map_err(Error::custom)
            }
        }

        deserializer.deserialize_str(Text(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_policy::Clocks;

    use super::*;

    fn check_refused(text: &str, line: usize, column: usize, words: &str) {
        let diagnostic = parse(text).unwrap_err().in_text(text);
        let Some(Location::Text { line: found_line, column: found_column, .. }) = diagnostic.location else {
            panic!("{diagnostic} has no place")
        };
        assert_eq!((found_line, found_column), (line, column), "{diagnostic}");
        assert!(diagnostic.message.contains(words), "{diagnostic}");
    }

    #[test]
    fn a_module_has_what_the_project_has() {
        let text = r#"
            targets = ["x86_64-linux"]
            [compile]
            strip = true
            stack-size = "1M"
            [grants]
            clocks = "coarse"
            env = { inherit = ["LANG"] }
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
        assert_eq!((a.policy.clocks, b.policy.clocks), (Clocks::Coarse, Clocks::None));
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
    }
}
