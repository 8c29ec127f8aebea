//! The file as it is written: keys and their values, each read by itself, so that all that is wrong is told at once.

use std::{
    collections::BTreeMap,
    fmt::Display,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};
use wasmelt_driver::Sandbox;
use wasmelt_policy as policy;
use wasmelt_targets::Target;

use super::{Problem, flags::Flags};
use crate::args::EmitMode;

/// What a project file says.
pub(super) struct Document {
    /// The directory for what is built.
    pub(super) output: Option<PathBuf>,
    /// What holds for modules that say nothing else.
    pub(super) settings: Settings,
    pub(super) modules: Vec<Module>,
}

/// `[[module]]`
pub(super) struct Module {
    pub(super) path: PathBuf,
    pub(super) name: Option<PathBuf>,
    pub(super) settings: Settings,
}

/// What can be said for the project and for a module.
pub(super) struct Settings {
    pub(super) targets: Option<Vec<Target>>,
    pub(super) emit: Option<EmitMode>,
    pub(super) sandbox: Option<Sandbox>,
    pub(super) compile: Flags,
    pub(super) policy: Option<Spanned<PathBuf>>,
    pub(super) grants: Option<policy::Document>,
}

/// Reads a project file.
///
/// # Errors
///
/// All that is wrong with its syntax; if nothing is, all keys that there are not and all values that cannot be.
pub(super) fn read(text: &str) -> Result<Document, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().map(Problem::of).collect());
    }
    let mut reader = Reader { problems: Vec::new() };
    let document = reader.document(Table::of(table.into_inner()));
    if document.modules.is_empty() && reader.problems.is_empty() {
        let message = String::from("the project has no module: write `[[module]]` and its `path`");
        reader.problems.push(Problem { message, start: 0 });
    }
    if reader.problems.is_empty() { Ok(document) } else { Err(reader.problems) }
}

/// A table whose values are taken one by one.
struct Table<'i> {
    /// The byte where each key stands, and its value.
    values: BTreeMap<String, (usize, Spanned<DeValue<'i>>)>,
}

impl<'i> Table<'i> {
    fn of(table: DeTable<'i>) -> Table<'i> {
        let values = table.into_iter().map(|(key, value)| {
            let start = key.span().start;
            (key.into_inner().into_owned(), (start, value))
        });
        Table { values: values.collect() }
    }
}

struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn document(&mut self, mut table: Table<'_>) -> Document {
        let modules = table.values.remove("module").and_then(|(start, value)| match value.into_inner() {
            DeValue::Array(modules) => Some(modules),
            _ => self.refuse(start, "modules are tables: write `[[module]]`"),
        });
        let document = Document {
            output: self.value(&mut table, "output"),
            settings: self.settings(&mut table),
            modules: modules.into_iter().flatten().filter_map(|module| self.module(module)).collect(),
        };
        self.end(table);
        document
    }

    fn module(&mut self, module: Spanned<DeValue<'_>>) -> Option<Module> {
        let start = module.span().start;
        let DeValue::Table(table) = module.into_inner() else { return self.refuse(start, "a module is a table") };
        let mut table = Table::of(table);
        let has_path = table.values.contains_key("path");
        let path = self.value(&mut table, "path");
        let name: Option<Spanned<String>> = self.value(&mut table, "name");
        let name = name.and_then(|name| self.parsed(&name, file_name));
        let settings = self.settings(&mut table);
        self.end(table);
        if !has_path {
            return self.refuse(start, "the module has no `path`");
        }
        Some(Module { path: path?, name, settings })
    }

    fn settings(&mut self, table: &mut Table<'_>) -> Settings {
        let targets: Option<Vec<Spanned<String>>> = self.value(table, "targets");
        let emit: Option<Spanned<String>> = self.value(table, "emit");
        let sandbox: Option<Spanned<String>> = self.value(table, "sandbox");
        Settings {
            targets: targets.map(|names| names.iter().filter_map(|name| self.parsed(name, str::parse)).collect()),
            emit: emit.and_then(|text| self.parsed(&text, emit_mode)),
            sandbox: sandbox.and_then(|text| self.parsed(&text, sandbox_mode)),
            compile: self.value(table, "compile").unwrap_or_default(),
            policy: self.value(table, "policy"),
            grants: self.value(table, "grants"),
        }
    }

    /// The value of `key`, if there is one and it is a `T`.
    fn value<'i, T: Deserialize<'i>>(&mut self, table: &mut Table<'i>, key: &str) -> Option<T> {
        let (_, value) = table.values.remove(key)?;
        T::deserialize(ValueDeserializer::from(value)).map_err(|error| self.problems.push(Problem::of(&error))).ok()
    }

    /// What `text` stands for.
    fn parsed<T, E: Display>(&mut self, text: &Spanned<String>, parse: fn(&str) -> Result<T, E>) -> Option<T> {
        parse(text.get_ref()).or_else(|error| self.refuse(text.span().start, &error.to_string()).ok_or(())).ok()
    }

    /// Refuses what is left of `table`.
    fn end(&mut self, table: Table<'_>) {
        for (key, (start, _)) in table.values {
            self.refuse(start, &format!("there is no key `{key}` here")).unwrap_or(());
        }
    }

    fn refuse<T>(&mut self, start: usize, message: &str) -> Option<T> {
        self.problems.push(Problem { message: message.to_owned(), start });
        None
    }
}

/// A name is no path: where executables go is said once, as `output`.
fn file_name(name: &str) -> Result<PathBuf, &'static str> {
    let path = Path::new(name);
    let is_name = path.file_name() == Some(path.as_os_str());
    if is_name { Ok(path.to_owned()) } else { Err("a name is the name of a file, without directories") }
}

fn emit_mode(text: &str) -> Result<EmitMode, String> {
    EmitMode::from_str(text, false).map_err(|_| {
        let modes = EmitMode::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = modes.map(|mode| mode.get_name().to_owned()).collect();
        format!("`{text}` is nothing that modules become: one of {}", names.join(", "))
    })
}

fn sandbox_mode(text: &str) -> Result<Sandbox, String> {
    match text {
        "on" => Ok(Sandbox::On),
        "off" => Ok(Sandbox::Off),
        "required" => Ok(Sandbox::Required),
        _ => Err(format!("`{text}` is no sandbox: one of on, off, required")),
    }
}
