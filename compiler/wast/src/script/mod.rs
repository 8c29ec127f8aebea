//! The script: directives as plain data (WebAssembly specification repository, `interpreter/README.md`, "Scripts").

mod legacy;
mod number;
mod parse;
mod pattern;
mod value;

pub(crate) use parse::parse;
pub(crate) use pattern::Pattern;
pub(crate) use value::{Argument, Hierarchy, Slot, ValueType, display_value};

/// A script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Script {
    pub(crate) directives: Vec<Directive>,
}

/// A directive and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Directive {
    pub(crate) position: Position,
    /// Its keyword.
    pub(crate) keyword: &'static str,
    pub(crate) kind: DirectiveKind,
}

/// A place in the script; line and column count from 1, columns in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What a directive asks for. Names of instances and definitions are script-wide; without a name, the latest one is meant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DirectiveKind {
    /// Defines and instantiates a module; it becomes the latest instance.
    Module { name: Option<String>, source: Source },
    /// Defines a module.
    Definition { name: Option<String>, source: Source },
    /// Instantiates a definition; it becomes the latest instance.
    Instance { name: Option<String>, definition: Option<String> },
    /// Makes an instance's exports importable from module `import_name`.
    Register { import_name: String, instance: Option<String> },
    /// Performs an action.
    Perform { action: Action, expected: Expected },
    /// The module is valid and links, but its instantiation ends like this: with a trap or an exception.
    Uninstantiable { source: Source, expected: Expected },
    /// The module is valid, but does not link.
    Unlinkable { source: Source, message: String },
    /// The module is malformed or invalid.
    Rejected { source: Source },
    /// Something that is not supported: what.
    Unsupported(String),
}

/// A module's binary, or what is wrong with its text.
pub(crate) type Source = Result<Vec<u8>, String>;

/// Something that is done to an instance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Action {
    pub(crate) instance: Option<String>,
    /// Name of the export.
    pub(crate) export: String,
    pub(crate) kind: ActionKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ActionKind {
    /// Calls a function.
    Invoke(Vec<Argument>),
    /// Reads a global.
    Get,
}

/// How an action has to end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expected {
    /// It returns whatever it returns.
    Return,
    /// It returns values that match.
    Results(Vec<Pattern>),
    /// It traps, with this message.
    Trap(String),
    /// It throws an exception.
    Exception,
    /// It returns, which says that what a module imports is as large as it asks for.
    LargeEnough,
}
