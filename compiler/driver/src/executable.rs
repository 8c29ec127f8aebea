//! Executables that were built earlier: what they say about themselves, and other grants in the place of theirs.
//!
//! The table of grants is data in a section of its own, with room behind it. What is compiled and linked stays as it is; so
//! a grant can only be added where the functions that it needs are in the executable ([`Policy::families`]), and the
//! kernel's filter, which was computed from those functions, fits any table that is accepted here.

mod memories;
mod parts;

use std::{mem::offset_of, ops::Range};

use object::{Object, ObjectSection, ObjectSymbol};
use wasmelt_abi::{PROGRAM_MAGIC, ProgramHeader, WASI_PREVIEW_1, sections, symbols};
use wasmelt_policy::Policy;
use wasmelt_targets::Architecture;

use crate::{Diagnostic, FunctionSize, Origin, Sandbox, diagnostics::Code};

pub use memories::ExecutableMemory;
pub use parts::ExecutableSection;

/// An executable, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// What it runs on.
    pub architecture: Architecture,
    /// Name of the CPU level it was compiled for.
    pub cpu_level: String,
    /// What it may reach.
    pub policy: Policy,
    /// Whether the kernel enforces that.
    pub sandbox: Sandbox,
    /// Instructions of the kernel's filter of system calls.
    pub filter_instructions: u32,
    /// Its memories, by number.
    pub memories: Vec<ExecutableMemory>,
    /// WASI functions that are linked, by their names; `None` if it has no symbols.
    pub functions: Option<Vec<&'static str>>,
    /// What it was made of; `None` if it does not say so.
    pub origin: Option<Origin>,
    /// Its sections, in order of the file.
    pub sections: Vec<ExecutableSection>,
    /// Its largest functions, by their names for people, the largest first; none if it has no symbols.
    pub largest: Vec<FunctionSize>,
    /// Where in the file the grants are, and how many bytes there are for them.
    grants: Range<usize>,
    /// Where in the file it says what it was made of.
    origin_place: Range<usize>,
}

impl Executable {
    /// Reads the executable with these bytes.
    ///
    /// # Errors
    ///
    /// If Wasmelt has not made it, or another version of it has.
    pub fn read(bytes: &[u8]) -> Result<Executable, Diagnostic> {
        read(bytes).map_err(|reason| {
            Diagnostic::error(Code::NotAnExecutable, format_args!("this is no executable of wasmelt's: {reason}"))
        })
    }

    /// The bytes of the executable, with `policy` in the place of its grants.
    ///
    /// # Errors
    ///
    /// If the policy needs functions that are not linked, or does not fit.
    pub fn with_policy(&self, bytes: &[u8], policy: &Policy) -> Result<Vec<u8>, Diagnostic> {
        let policy = Policy { families: self.policy.families, ..policy.clone() };
        // What is granted already and not linked is of no use to the program.
        if policy.needed_families() & !(policy.families | self.policy.needed_families()) != 0 {
            let message = "the program was built without the functions that this grant needs";
            return Err(Diagnostic::error(Code::InvalidOption, message)
                .with_help("build it again with the grant, or with `--grantable`, which links them all"));
        }
        let table = policy.to_table();
        let room = self.grants_room();
        if table.len() > room {
            let message = format_args!("the grants take {} bytes, and the executable has room for {room}", table.len());
            return Err(Diagnostic::error(Code::InvalidOption, message).with_help("build it again with these grants"));
        }
        let mut changed = bytes.to_vec();
        let place = &mut changed[self.grants.clone()];
        place.fill(0);
        place[..table.len()].copy_from_slice(&table);
        if let Some(origin) = &self.origin {
            changed[self.origin_place.clone()].copy_from_slice(origin.with_grants(&table).to_text().as_bytes());
        }
        Ok(changed)
    }

    /// Bytes that there are for grants.
    pub(crate) fn grants_room(&self) -> usize {
        self.grants.len()
    }
}

fn read(bytes: &[u8]) -> Result<Executable, String> {
    let file = object::File::parse(bytes).map_err(|error| error.to_string())?;
    let section = |name: &str| file.section_by_name(name).ok_or_else(|| format!("it has no section {name}"));
    let header = section(sections::CONSTANTS)?.data().map_err(|error| error.to_string())?;
    if !header.starts_with(&PROGRAM_MAGIC) || header.len() < size_of::<ProgramHeader>() {
        return Err("it has no program header".to_owned());
    }
    let grants = section(sections::GRANTS)?;
    let table = grants.data().map_err(|error| error.to_string())?;
    let policy = Policy::from_table(table).map_err(|error| error.to_string())?;
    let architecture = match file.architecture() {
        object::Architecture::X86_64 => Architecture::X86_64,
        object::Architecture::Aarch64 => Architecture::Aarch64,
        _ => return Err("it is for another processor".to_owned()),
    };
    let sandbox = match (
        u64_at(header, offset_of!(ProgramHeader, sandbox)),
        u32_at(header, offset_of!(ProgramHeader, sandbox_required)),
    ) {
        (0, _) => Sandbox::Off,
        (_, 0) => Sandbox::On,
        _ => Sandbox::Required,
    };
    let origin = file.section_by_name(sections::ORIGIN);
    let origin_bytes = origin.as_ref().and_then(|origin| origin.data().ok());
    let level = &header[offset_of!(ProgramHeader, cpu_level)..size_of::<ProgramHeader>()];
    let level = level.split(|&byte| byte == 0).next().unwrap_or_default();
    Ok(Executable {
        architecture,
        cpu_level: String::from_utf8_lossy(level).into_owned(),
        policy,
        sandbox,
        filter_instructions: u32_at(header, offset_of!(ProgramHeader, filter_instructions)),
        memories: memories::read(&file, header)?,
        functions: functions(&file),
        origin: origin_bytes.and_then(|bytes| str::from_utf8(bytes).ok()).and_then(Origin::parse),
        sections: parts::sections(&file)?,
        largest: parts::largest_functions(&file),
        grants: parts::place(&grants)?,
        origin_place: origin.as_ref().map_or(Ok(0..0), parts::place)?,
    })
}

fn functions(file: &object::File<'_>) -> Option<Vec<&'static str>> {
    let names: std::collections::BTreeSet<&str> = file.symbols().filter_map(|symbol| symbol.name().ok()).collect();
    let linked = WASI_PREVIEW_1.iter().filter(|function| {
        names.contains(function.symbol)
            || names.contains(format!("{}{}", symbols::STREAMS_PREFIX, function.name).as_str())
    });
    (!names.is_empty()).then(|| linked.map(|function| function.name).collect())
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let field = bytes[offset..offset + 4].try_into().expect("invariant: four bytes");
    u32::from_le_bytes(field)
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let field = bytes[offset..offset + 8].try_into().expect("invariant: eight bytes");
    u64::from_le_bytes(field)
}
