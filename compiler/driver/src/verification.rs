//! Whether an executable is what this compiler makes of given modules: it is built again, and compared byte for byte.

use std::{fmt, ops::Range};

use object::{Object, ObjectSection};

use crate::{
    BuildOptions, Diagnostic, Executable, Library, Observer, Origin, OriginModule, Source, diagnostics::Code, pipeline,
};

/// How an executable differs from what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another version of the compiler made it: this one.
    Compiler(String),
    /// It was made of other modules: what it says, and what was given.
    Module {
        /// What it says; `None` if it says that there are fewer.
        recorded: Option<OriginModule>,
        /// What was given; `None` if too few were.
        given: Option<OriginModule>,
    },
    /// Its grants are not those that were written by the compiler or by `wasmelt grant`.
    Grants,
    /// It has more or fewer bytes: how many it has, and should have.
    Length(usize, usize),
    /// Bytes of a part are others.
    Part {
        /// The part: the name of a section, or what lies outside of all.
        part: String,
        /// Where the first of them is in the file.
        first: usize,
        /// How many they are.
        bytes: usize,
    },
}

/// Compares the executable with these `bytes` with what `source` becomes, with the options and grants that the executable
/// records and these libraries. All that differs; nothing does if it is what it says.
///
/// # Errors
///
/// If it is no executable that can be built again, or the modules cannot be compiled.
pub fn verify(
    bytes: &[u8],
    source: &Source,
    libraries: Vec<Library>,
    observer: &dyn Observer,
) -> Result<Vec<Difference>, Vec<Diagnostic>> {
    let one = |diagnostic| vec![diagnostic];
    let executable = Executable::read(bytes).map_err(one)?;
    let unknown = || one(Diagnostic::error(Code::NotAnExecutable, "it does not say what it was made of"));
    let origin = executable.origin.as_ref().ok_or_else(unknown)?;
    let mut differences = foreign(origin, &pipeline::origin_modules(source, &libraries)?);
    if !origin.has_grants(&executable.policy.to_table()) {
        differences.push(Difference::Grants);
    }
    // Built from other modules, or by another compiler, everything may differ.
    if !differences.is_empty() {
        return Ok(differences);
    }
    let options = origin.to_options().ok_or_else(unknown)?;
    let options = BuildOptions { policy: executable.policy.clone(), libraries, ..options };
    let rebuilt = pipeline::rebuild(source, &options, observer, executable.grants_room())?;
    Ok(compare(bytes, &rebuilt))
}

/// What another compiler or other modules explain.
fn foreign(origin: &Origin, given: &[OriginModule]) -> Vec<Difference> {
    let mut differences = Vec::new();
    if origin.compiler != crate::COMPILER_VERSION {
        differences.push(Difference::Compiler(origin.compiler.clone()));
    }
    for at in 0..origin.modules.len().max(given.len()) {
        let (recorded, given) = (origin.modules.get(at), given.get(at));
        if recorded != given {
            differences.push(Difference::Module { recorded: recorded.cloned(), given: given.cloned() });
        }
    }
    differences
}

/// Where `bytes` are others than `expected`, by parts of the latter.
fn compare(bytes: &[u8], expected: &[u8]) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    if bytes.len() != expected.len() {
        differences.push(Difference::Length(bytes.len(), expected.len()));
    }
    for (part, range) in parts(expected) {
        let found = bytes.get(range.start..range.end.min(bytes.len())).unwrap_or_default();
        let mut others = found.iter().zip(&expected[range.clone()]).zip(range).filter(|((found, it), _)| found != it);
        if let Some((_, first)) = others.next() {
            differences.push(Difference::Part { part, first, bytes: 1 + others.count() });
        }
    }
    differences
}

/// The parts of an executable of ours, by their places in the file: all of its bytes are in one.
fn parts(executable: &[u8]) -> Vec<(String, Range<usize>)> {
    let file = object::File::parse(executable).expect("invariant: what was linked is an ELF file");
    let place = |at: u64| usize::try_from(at).expect("invariant: what was linked lies in memory");
    let mut sections: Vec<(Range<usize>, String)> = Vec::new();
    for section in file.sections() {
        if let (Some((start, size)), Ok(name)) = (section.file_range(), section.name()) {
            sections.push((place(start)..place(start + size), name.to_owned()));
        }
    }
    sections.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut parts, mut end) = (Vec::new(), 0);
    for (range, name) in sections {
        if end < range.start {
            let before = if end == 0 { "the headers" } else { "padding" };
            parts.push((before.to_owned(), end..range.start));
        }
        end = range.end;
        parts.push((name, range));
    }
    parts.push(("the section headers".to_owned(), end..executable.len()));
    parts
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Compiler(version) => {
                write!(f, "wasmelt {version} made it, and this is wasmelt {}", crate::COMPILER_VERSION)
            }
            Difference::Module { recorded: Some(recorded), given: Some(given) } => {
                write!(f, "it was made of {recorded}, not of {given}")
            }
            Difference::Module { recorded: Some(recorded), given: None } => {
                write!(f, "it was made of {recorded} as well, which was not given")
            }
            Difference::Module { given, .. } => {
                let given = given.as_ref().map_or(String::new(), ToString::to_string);
                write!(f, "it was not made of {given}")
            }
            Difference::Grants => f.write_str("its grants are not those that wasmelt has written"),
            Difference::Length(found, expected) => write!(f, "it has {found} bytes in the place of {expected}"),
            Difference::Part { part, first, bytes } => {
                let plural = if *bytes == 1 { "byte differs" } else { "bytes differ" };
                write!(f, "in {part} {bytes} {plural}, the first at offset {first:#x} of the file")
            }
        }
    }
}

/// `module 9f86d0… (env)`
impl fmt::Display for OriginModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the module {}", self.sha256)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " (`{name}`)"))
    }
}
