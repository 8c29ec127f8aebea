//! The grants table: what a program may reach, as bytes in a section of its executable.
//!
//! ```text
//! header     8 bytes  "WMGRANTS"
//!            u32      ABI_VERSION
//!            u32      bytes of the whole table, a multiple of 4
//! records    { u16 kind, u16 flags, u32 bytes, bytes × u8, zero bytes up to a multiple of 4 } until the table ends
//! ```
//!
//! All numbers are little-endian. What the table does not grant is denied; a table that cannot be read grants nothing.

use crate::{ABI_VERSION, bytes};

/// First bytes of a table.
pub const MAGIC: [u8; 8] = *b"WMGRANTS";
/// Bytes of the header.
pub const HEADER_BYTES: usize = 16;
/// Bytes of a record before its payload.
pub const RECORD_HEADER_BYTES: usize = 8;
/// Records start at multiples of this many bytes.
pub const ALIGNMENT: usize = 4;

/// What a record grants, by its number in the table.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The program's name, argument 0. Payload: the name.
    ProgramName = 1,
    /// An argument that the program always gets, after argument 0 and in order of the records. Payload: the argument.
    Argument = 2,
    /// The arguments that the process is started with, after the fixed ones. No payload.
    InheritArguments = 3,
    /// An environment variable. Payload: `NAME=VALUE`.
    Variable = 4,
    /// The environment variable of the process, if it has it. Payload: `NAME`.
    InheritVariable = 5,
    /// A directory. Payload: u32 bytes of the host path, the host path, the guest path. A relative host path counts from
    /// the working directory of the process.
    Directory = 6,
}

impl Kind {
    /// The kind with number `number`.
    pub fn from_number(number: u16) -> Option<Kind> {
        Some(match number {
            1 => Kind::ProgramName,
            2 => Kind::Argument,
            3 => Kind::InheritArguments,
            4 => Kind::Variable,
            5 => Kind::InheritVariable,
            6 => Kind::Directory,
            _ => return None,
        })
    }
}

/// Flag of a [`Kind::Directory`]: nothing in it can be created, changed or removed.
pub const DIRECTORY_READ_ONLY: u16 = 1;

/// One grant, as read from a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant<'a> {
    /// [`Kind::ProgramName`]
    ProgramName(&'a [u8]),
    /// [`Kind::Argument`]
    Argument(&'a [u8]),
    /// [`Kind::InheritArguments`]
    InheritArguments,
    /// [`Kind::Variable`]
    Variable(&'a [u8]),
    /// [`Kind::InheritVariable`]
    InheritVariable(&'a [u8]),
    /// [`Kind::Directory`]
    Directory {
        /// Path on the host.
        host: &'a [u8],
        /// Path that the guest sees.
        guest: &'a [u8],
        /// Whether it is granted for reading only.
        read_only: bool,
    },
}

/// The grants of a table.
#[derive(Clone, Debug)]
pub struct Grants<'a> {
    records: &'a [u8],
}

impl<'a> Grants<'a> {
    /// The grants in `table`, or `None` if it is not a table of this version that lies in it whole.
    pub fn new(table: &'a [u8]) -> Option<Grants<'a>> {
        let length = table_bytes(table)?;
        Some(Grants { records: table.get(HEADER_BYTES..length)? })
    }
}

/// The length in bytes that a table's header states, or `None` if `header` is not the start of a table of this version.
pub fn table_bytes(header: &[u8]) -> Option<usize> {
    if header.get(..8)? != MAGIC || bytes::u32_at(header, 8)? != ABI_VERSION {
        return None;
    }
    usize::try_from(bytes::u32_at(header, 12)?).ok().filter(|&length| length >= HEADER_BYTES)
}

impl<'a> Iterator for Grants<'a> {
    type Item = Grant<'a>;

    /// The next grant; a record that cannot be read ends the table.
    fn next(&mut self) -> Option<Grant<'a>> {
        let kind = Kind::from_number(bytes::u16_at(self.records, 0)?)?;
        let flags = bytes::u16_at(self.records, 2)?;
        let length = usize::try_from(bytes::u32_at(self.records, 4)?).ok()?;
        let (payload, rest) = self.records.get(RECORD_HEADER_BYTES..)?.split_at_checked(length)?;
        let padding = length.next_multiple_of(ALIGNMENT) - length;
        self.records = rest.get(padding..).unwrap_or_default();
        read_grant(kind, flags, payload)
    }
}

fn read_grant(kind: Kind, flags: u16, payload: &[u8]) -> Option<Grant<'_>> {
    Some(match kind {
        Kind::ProgramName => Grant::ProgramName(payload),
        Kind::Argument => Grant::Argument(payload),
        Kind::InheritArguments => Grant::InheritArguments,
        Kind::Variable => Grant::Variable(payload),
        Kind::InheritVariable => Grant::InheritVariable(payload),
        Kind::Directory => {
            let host_length = usize::try_from(bytes::u32_at(payload, 0)?).ok()?;
            let (host, guest) = payload.get(4..)?.split_at_checked(host_length)?;
            Grant::Directory { host, guest, read_only: flags & DIRECTORY_READ_ONLY != 0 }
        }
    })
}
