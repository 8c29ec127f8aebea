//! Policies as files: TOML, which people write and `wasmelt learn` prints.
//!
//! ```toml
//! clocks = "exact"                 # or "coarse"; "none" unless it is given
//! random = "real"                  # or a number: the seed; "none" unless it is given
//!
//! [args]
//! fixed = ["--fast"]               # always, first
//! inherit = true                   # those that the program is started with
//!
//! [env]
//! inherit = ["HOME"]               # from the process
//! inherit-all = true               # all that the process has
//! set = { LANG = "C" }
//!
//! [[dir]]
//! host = "./data"
//! guest = "/data"                  # as the host's, unless it is given
//! access = "read"                  # or "write", which includes reading
//!
//! [[file]]
//! host = "/etc/hosts"
//! access = "read"
//!
//! [stdio]
//! stdin = false                    # true unless it is given; so are stdout and stderr
//!
//! [network]
//! connect = ["10.0.0.0/8:443"]
//! listen = ["127.0.0.1:8080"]
//!
//! [limits]
//! memory = "64M"                   # stack, output; cpu-time and wall-time: "2s"; open-files: 32
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::{
    Access, Clocks, Direction, Directory, GrantedFile, LimitKind, Policy, Randomness, Text, Variable, amount,
    limit_name, parse_amount, parse_rule, rule_text,
};

/// Why a file is no policy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the policy is refused")]
pub struct DocumentError {
    /// All that is wrong.
    pub problems: Vec<DocumentProblem>,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProblem {
    /// What.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line itself.
    pub content: String,
}

/// What a value in a file is, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Why it cannot be.
    pub message: String,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// A policy as it is written: by itself, or as a part of another TOML file. It has to be deserialised from text, since it
/// remembers the places of its values.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Document {
    clocks: Option<ClocksText>,
    random: Option<RandomValue>,
    args: ArgumentsTable,
    env: EnvironmentTable,
    dir: Vec<Spanned<PathTable>>,
    file: Vec<Spanned<PathTable>>,
    stdio: StreamsTable,
    network: NetworkTable,
    limits: BTreeMap<Spanned<String>, Spanned<AmountValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClocksText {
    Exact,
    Coarse,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected \"real\", \"none\" or a number, the seed")]
enum RandomValue {
    Seed(u64),
    Word(RandomText),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RandomText {
    Real,
    None,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ArgumentsTable {
    fixed: Vec<Spanned<String>>,
    inherit: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct EnvironmentTable {
    inherit: Vec<Spanned<String>>,
    inherit_all: bool,
    set: BTreeMap<Spanned<String>, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PathTable {
    host: String,
    guest: Option<String>,
    #[serde(default)]
    access: AccessText,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AccessText {
    #[default]
    Read,
    Write,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StreamsTable {
    stdin: Option<bool>,
    stdout: Option<bool>,
    stderr: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NetworkTable {
    connect: Vec<Spanned<String>>,
    listen: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text, or a number")]
enum AmountValue {
    Number(u64),
    Text(String),
}

impl Policy {
    /// The policy that a TOML file holds.
    ///
    /// # Errors
    ///
    /// If it is no TOML, has a key that means nothing, or a value that cannot be.
    pub fn from_document(text: &str) -> Result<Policy, DocumentError> {
        let document: Document = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            DocumentError { problems: vec![problem(text, span, error.message().to_owned())] }
        })?;
        document.to_policy().map_err(|misfits| {
            let problems = misfits.into_iter().map(|Misfit { message, span }| problem(text, span, message));
            DocumentError { problems: problems.collect() }
        })
    }

    /// The file that [`Policy::from_document`] reads as this policy, apart from the program's name and families.
    pub fn to_document(&self) -> String {
        let mut text = String::new();
        self.write_document(&mut text).expect("invariant: a string takes all that is written");
        text
    }
}

impl Document {
    /// The policy that is written.
    ///
    /// # Errors
    ///
    /// All values that cannot be.
    pub fn to_policy(&self) -> Result<Policy, Vec<Misfit>> {
        let mut reader = Reader { misfits: Vec::new(), policy: Policy::default() };
        reader.read(self);
        if reader.misfits.is_empty() { Ok(reader.policy) } else { Err(reader.misfits) }
    }
}

struct Reader {
    misfits: Vec<Misfit>,
    policy: Policy,
}

impl Reader {
    fn read(&mut self, document: &Document) {
        self.policy.clocks = match document.clocks {
            Some(ClocksText::Exact) => Clocks::Exact,
            Some(ClocksText::Coarse) => Clocks::Coarse,
            Some(ClocksText::None) | None => Clocks::None,
        };
        self.policy.randomness = match document.random {
            Some(RandomValue::Seed(seed)) => Randomness::Seeded(seed),
            Some(RandomValue::Word(RandomText::Real)) => Randomness::Real,
            Some(RandomValue::Word(RandomText::None)) | None => Randomness::None,
        };
        let StreamsTable { stdin, stdout, stderr } = &document.stdio;
        let streams = &mut self.policy.streams;
        (streams.input, streams.output, streams.error) =
            (stdin.unwrap_or(true), stdout.unwrap_or(true), stderr.unwrap_or(true));
        self.arguments(&document.args);
        self.environment(&document.env);
        self.paths(&document.dir, &document.file);
        for (direction, rules) in
            [(Direction::Connect, &document.network.connect), (Direction::Listen, &document.network.listen)]
        {
            for rule in rules {
                let parsed = parse_rule(direction, rule.as_ref());
                if let Some(rule) = self.checked(rule.span(), parsed) {
                    self.policy.grant_network(rule);
                }
            }
        }
        document.limits.iter().for_each(|(name, value)| self.limit(name, value));
    }

    fn arguments(&mut self, table: &ArgumentsTable) {
        self.policy.arguments.inherit = table.inherit;
        for argument in &table.fixed {
            let text = Text::try_from(argument.as_ref().as_str());
            if let Some(text) = self.checked(argument.span(), text) {
                self.policy.arguments.fixed.push(text);
            }
        }
    }

    fn environment(&mut self, table: &EnvironmentTable) {
        self.policy.inherit_environment = table.inherit_all;
        for name in &table.inherit {
            let variable = Variable::inherit(name.as_ref());
            self.variable(name.span(), variable);
        }
        for (name, value) in &table.set {
            let variable = Variable::inherit(name.as_ref()).and_then(|_| Variable::literal(name.as_ref(), value));
            self.variable(name.span(), variable);
        }
    }

    fn variable(&mut self, span: Range<usize>, variable: Result<Variable, crate::VariableError>) {
        if let Some(variable) = self.checked(span, variable) {
            self.policy.grant_variable(variable);
        }
    }

    fn paths(&mut self, directories: &[Spanned<PathTable>], files: &[Spanned<PathTable>]) {
        for table in directories {
            if let Some(directory) = self.checked(table.span(), table.as_ref().to_directory()) {
                self.policy.grant_directory(directory);
            }
        }
        for table in files {
            let Some(directory) = self.checked(table.span(), table.as_ref().to_directory()) else { continue };
            if let Some(file) = self.checked(table.span(), GrantedFile::new(&directory)) {
                self.policy.grant_file(file);
            }
        }
    }

    fn limit(&mut self, name: &Spanned<String>, value: &Spanned<AmountValue>) {
        let Some(kind) = LimitKind::ALL.into_iter().find(|&kind| limit_name(kind) == name.as_ref()) else {
            let error = crate::LimitError::Name { name: name.as_ref().clone() };
            return self.checked(name.span(), Err(error)).unwrap_or(());
        };
        let amount = match value.as_ref() {
            AmountValue::Number(number) => parse_amount(kind, &number.to_string()),
            AmountValue::Text(text) => parse_amount(kind, text),
        };
        if let Some(amount) = self.checked(value.span(), amount) {
            *self.policy.limits.get_mut(kind) = Some(amount);
        }
    }

    fn checked<T, E: std::fmt::Display>(&mut self, span: Range<usize>, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.misfits.push(Misfit { message: error.to_string(), span })).ok()
    }
}

impl PathTable {
    fn to_directory(&self) -> Result<Directory, crate::DirectoryError> {
        let access = match self.access {
            AccessText::Read => Access::ReadOnly,
            AccessText::Write => Access::ReadWrite,
        };
        Directory::new(&self.host, self.guest.as_deref().unwrap_or(&self.host), access)
    }
}

fn problem(text: &str, span: Range<usize>, message: String) -> DocumentProblem {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    DocumentProblem {
        message,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        content: text[line_start..].lines().next().unwrap_or("").to_owned(),
    }
}

impl Policy {
    fn write_document(&self, text: &mut String) -> std::fmt::Result {
        match self.clocks {
            Clocks::None => {}
            Clocks::Coarse => writeln!(text, "clocks = \"coarse\"")?,
            Clocks::Exact => writeln!(text, "clocks = \"exact\"")?,
        }
        match self.randomness {
            Randomness::None => {}
            Randomness::Real => writeln!(text, "random = \"real\"")?,
            Randomness::Seeded(seed) => writeln!(text, "random = {seed}")?,
        }
        if !self.arguments.fixed.is_empty() || self.arguments.inherit {
            writeln!(text, "\n[args]\nfixed = {}", list(self.arguments.fixed.iter().map(Text::as_str)))?;
            writeln!(text, "inherit = {}", self.arguments.inherit)?;
        }
        self.write_environment(text)?;
        for directory in &self.directories {
            write_path(text, "dir", directory.host(), directory.guest(), directory.access())?;
        }
        for file in &self.files {
            write_path(text, "file", &file.host(), &file.guest(), file.access())?;
        }
        let streams = [("stdin", self.streams.input), ("stdout", self.streams.output), ("stderr", self.streams.error)];
        if streams.iter().any(|(_, has)| !has) {
            writeln!(text, "\n[stdio]")?;
            streams.iter().try_for_each(|(name, has)| writeln!(text, "{name} = {has}"))?;
        }
        if !self.network.is_empty() {
            writeln!(text, "\n[network]")?;
            for (direction, name) in [(Direction::Connect, "connect"), (Direction::Listen, "listen")] {
                let rules = self.network.iter().filter(|rule| rule.direction == direction).map(rule_text);
                writeln!(text, "{name} = {}", list(rules))?;
            }
        }
        let limits: Vec<_> =
            LimitKind::ALL.into_iter().filter_map(|kind| Some((kind, self.limits.get(kind)?))).collect();
        if !limits.is_empty() {
            writeln!(text, "\n[limits]")?;
        }
        limits
            .iter()
            .try_for_each(|&(kind, value)| writeln!(text, "{} = \"{}\"", limit_name(kind), amount(kind, value)))
    }

    fn write_environment(&self, text: &mut String) -> std::fmt::Result {
        if self.environment.is_empty() && !self.inherit_environment {
            return Ok(());
        }
        writeln!(text, "\n[env]")?;
        let inherited: Vec<_> = self.environment.iter().filter(|variable| variable.value().is_none()).collect();
        if !inherited.is_empty() {
            writeln!(text, "inherit = {}", list(inherited.iter().map(|variable| variable.name())))?;
        }
        if self.inherit_environment {
            writeln!(text, "inherit-all = true")?;
        }
        let set = self.environment.iter().filter_map(|variable| Some((variable.name(), variable.value()?)));
        let set: Vec<String> = set.map(|(name, value)| format!("{} = {}", quoted(name), quoted(value))).collect();
        if set.is_empty() { Ok(()) } else { writeln!(text, "set = {{ {} }}", set.join(", ")) }
    }
}

fn write_path(text: &mut String, kind: &str, host: &str, guest: &str, access: Access) -> std::fmt::Result {
    let access = if access == Access::ReadOnly { "read" } else { "write" };
    writeln!(text, "\n[[{kind}]]\nhost = {}\nguest = {}\naccess = \"{access}\"", quoted(host), quoted(guest))
}

fn list<T: AsRef<str>>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: &str = r#"
        clocks = "coarse"
        random = 42
        [args]
        fixed = ["-v"]
        inherit = true
        [env]
        inherit = ["HOME"]
        set = { LANG = "C" }
        [[dir]]
        host = "./data"
        guest = "/data"
        [[dir]]
        host = "out"
        access = "write"
        [[file]]
        host = "/etc/hosts"
        [stdio]
        stdin = false
        [network]
        connect = ["10.0.0.0/8:443", "udp:*:53"]
        listen = ["[::1]:80"]
        [limits]
        memory = "64M"
        open-files = 8
    "#;

    #[test]
    fn a_document_says_everything_and_is_written_back() {
        let policy = Policy::from_document(EVERYTHING).unwrap();
        let directories: Vec<String> = policy.directories.iter().map(ToString::to_string).collect();
        assert_eq!(directories, ["./data::/data:ro", "out"]);
        assert_eq!(policy.files[0].to_string(), "/etc/hosts::/etc/hosts:ro");
        assert_eq!((policy.clocks, policy.randomness), (Clocks::Coarse, Randomness::Seeded(42)));
        assert_eq!(policy.limits.memory, Some(64 << 20));
        assert_eq!(policy.network.len(), 3);
        assert_eq!(Policy::from_document(&policy.to_document()), Ok(policy));
        assert_eq!(Policy::from_document(""), Ok(Policy::default()));
    }

    #[track_caller]
    fn check(text: &str, expected: &[(usize, usize, &str)]) {
        let problems = Policy::from_document(text).unwrap_err().problems;
        let found: Vec<_> = problems.iter().map(|it| (it.line, it.column)).collect();
        let places: Vec<_> = expected.iter().map(|&(line, column, _)| (line, column)).collect();
        assert_eq!(found, places, "{problems:?}");
        for (problem, (_, _, part)) in problems.iter().zip(expected) {
            assert!(problem.message.contains(part), "{problem:?}");
        }
    }

    #[test]
    fn problems_have_a_line_and_a_column() {
        check("clocks = \"slow\"", &[(1, 10, "slow")]);
        check("\nclock = \"none\"", &[(2, 1, "clock")]);
        check("[network]\nconnect = [\"*\", \"x\"]\nlisten = [\"1.2.3.4:x\"]", &[(2, 17, "`x`"), (3, 11, "1.2.3.4:x")]);
        check("[limits]\nmemory = \"1T\"\nspeed = 3", &[(2, 10, "1T"), (3, 1, "speed")]);
        check("[env]\ninherit = [\"A=B\"]", &[(2, 12, "A=B")]);
        check("random = ", &[(1, 10, "")]);
        check("[args]\nfixed = 3", &[(2, 9, "sequence")]);
    }
}
