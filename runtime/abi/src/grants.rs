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

mod network;

pub use network::{Direction, NETWORK_RULE_BYTES, NetworkRule, Protocol};

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
    /// What every process has around it. Flags: the bits of [`ambient`]. No payload.
    Ambient = 7,
    /// Random bytes that follow from a number. Payload: u64 the number.
    Seed = 8,
    /// A limit. Flags: the number of a [`LimitKind`]. Payload: u64.
    Limit = 9,
    /// All environment variables of the process. No payload.
    InheritEnvironment = 10,
    /// Addresses and ports. Payload: a [`NetworkRule`], as bytes.
    Network = 11,
    /// A directory of which the program has nothing but the files of the [`Kind::File`]s that follow. Payload: as for
    /// [`Kind::Directory`].
    FilesIn = 12,
    /// A file in the directory of the [`Kind::FilesIn`] before it. Payload: its name.
    File = 13,
    /// Which families of functions are linked, the bits of [`family`]: no grant, but what one can be good for.
    Families = 14,
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
            7 => Kind::Ambient,
            8 => Kind::Seed,
            9 => Kind::Limit,
            10 => Kind::InheritEnvironment,
            11 => Kind::Network,
            12 => Kind::FilesIn,
            13 => Kind::File,
            14 => Kind::Families,
            _ => return None,
        })
    }
}

/// Flag of a [`Kind::Directory`] or a [`Kind::File`]: nothing in it can be created, changed or removed.
pub const DIRECTORY_READ_ONLY: u16 = 1;

/// Bits of a [`Kind::Ambient`].
pub mod ambient {
    /// Standard input.
    pub const STDIN: u16 = 1;
    /// Standard output.
    pub const STDOUT: u16 = 1 << 1;
    /// Standard error.
    pub const STDERR: u16 = 1 << 2;
    /// The clocks, as exact as the host's.
    pub const EXACT_CLOCKS: u16 = 1 << 3;
    /// The clocks, to [`COARSE_NANOSECONDS`](super::COARSE_NANOSECONDS).
    pub const COARSE_CLOCKS: u16 = 1 << 4;
    /// Random bytes that nobody can foresee.
    pub const RANDOM: u16 = 1 << 5;
    /// The standard streams.
    pub const STREAMS: u16 = STDIN | STDOUT | STDERR;
    /// Everything.
    pub const ALL: u16 = STREAMS | EXACT_CLOCKS | RANDOM;
}

/// Nanoseconds that a coarse clock moves by.
pub const COARSE_NANOSECONDS: u64 = 1_000_000;

/// Families of functions, which are linked as a whole or not at all: bits of a [`Kind::Families`].
pub mod family {
    /// Paths and directories.
    pub const FILES: u16 = 1;
    /// Sockets.
    pub const SOCKETS: u16 = 1 << 1;
    /// Clocks.
    pub const CLOCKS: u16 = 1 << 2;
    /// Random bytes.
    pub const RANDOM: u16 = 1 << 3;
    /// Limits of time, open files and output. (Those of memory and stack are part of every start.)
    pub const LIMITS: u16 = 1 << 4;
    /// The families that host functions belong to.
    pub const HOST_FUNCTIONS: u16 = FILES | SOCKETS | CLOCKS | RANDOM;
    /// Every family.
    pub const ALL: u16 = HOST_FUNCTIONS | LIMITS;
}

/// What is limited.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// Bytes of all memories together.
    Memory = 1,
    /// Bytes of stack.
    Stack = 2,
    /// Milliseconds of processor time.
    CpuTime = 3,
    /// Milliseconds from the start.
    WallTime = 4,
    /// Descriptors that are open at a time, the standard streams and the granted directories included.
    OpenFiles = 5,
    /// Bytes that are written, to whatever.
    Output = 6,
}

impl LimitKind {
    /// All of them, in the order of their numbers.
    pub const ALL: [LimitKind; 6] = [
        LimitKind::Memory,
        LimitKind::Stack,
        LimitKind::CpuTime,
        LimitKind::WallTime,
        LimitKind::OpenFiles,
        LimitKind::Output,
    ];

    fn from_number(number: u16) -> Option<LimitKind> {
        LimitKind::ALL.into_iter().find(|&kind| kind as u16 == number)
    }
}

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
    /// [`Kind::Ambient`]
    Ambient(u16),
    /// [`Kind::Seed`]
    Seed(u64),
    /// [`Kind::Limit`]
    Limit(LimitKind, u64),
    /// [`Kind::InheritEnvironment`]
    InheritEnvironment,
    /// [`Kind::Network`]
    Network(NetworkRule),
    /// [`Kind::FilesIn`]
    FilesIn {
        /// Path of the directory on the host.
        host: &'a [u8],
        /// Path of the directory that the guest sees.
        guest: &'a [u8],
    },
    /// [`Kind::File`]
    File {
        /// Its name, the same on both sides.
        name: &'a [u8],
        /// Whether it is granted for reading only.
        read_only: bool,
    },
    /// [`Kind::Families`]
    Families(u16),
}

/// A record of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// What it grants.
    pub kind: Kind,
    /// As the kind says.
    pub flags: u16,
    /// As the kind says.
    pub payload: &'a [u8],
}

/// The records of a table: for who looks for a kind that is easily read, and needs nothing that reads the others. The default
/// has none.
#[derive(Clone, Debug, Default)]
pub struct Records<'a> {
    bytes: &'a [u8],
}

impl<'a> Records<'a> {
    /// The records in `table`, or `None` if it is not a table of this version that lies in it whole.
    pub fn new(table: &'a [u8]) -> Option<Records<'a>> {
        let length = table_bytes(table)?;
        Some(Records { bytes: table.get(HEADER_BYTES..length)? })
    }
}

impl Record<'_> {
    /// The limit of `kind`, if that is what it is.
    pub fn limit(&self, kind: LimitKind) -> Option<u64> {
        match self.kind == Kind::Limit && self.flags == kind as u16 {
            true => u64_of(self.payload),
            false => None,
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    /// The next record; one of no known kind ends the table.
    fn next(&mut self) -> Option<Record<'a>> {
        let (header, rest) = self.bytes.split_first_chunk::<RECORD_HEADER_BYTES>()?;
        let [kind_low, kind_high, flags_low, flags_high, length @ ..] = *header;
        let kind = Kind::from_number(u16::from_le_bytes([kind_low, kind_high]))?;
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        let (payload, rest) = rest.split_at_checked(length)?;
        let padding = length.next_multiple_of(ALIGNMENT) - length;
        self.bytes = rest.get(padding..).unwrap_or_default();
        Some(Record { kind, flags: u16::from_le_bytes([flags_low, flags_high]), payload })
    }
}

/// The grants of a table.
#[derive(Clone, Debug)]
pub struct Grants<'a> {
    records: Records<'a>,
}

impl<'a> Grants<'a> {
    /// The grants in `table`, or `None` if it is not a table of this version that lies in it whole.
    pub fn new(table: &'a [u8]) -> Option<Grants<'a>> {
        Records::new(table).map(|records| Grants { records })
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
        read_grant(self.records.next()?)
    }
}

fn read_grant(record: Record<'_>) -> Option<Grant<'_>> {
    let Record { kind, flags, payload } = record;
    Some(match kind {
        Kind::ProgramName => Grant::ProgramName(payload),
        Kind::Argument => Grant::Argument(payload),
        Kind::InheritArguments => Grant::InheritArguments,
        Kind::Variable => Grant::Variable(payload),
        Kind::InheritVariable => Grant::InheritVariable(payload),
        Kind::Ambient => Grant::Ambient(flags),
        Kind::Seed => Grant::Seed(u64_of(payload)?),
        Kind::Limit => Grant::Limit(LimitKind::from_number(flags)?, u64_of(payload)?),
        Kind::InheritEnvironment => Grant::InheritEnvironment,
        Kind::Network => Grant::Network(NetworkRule::from_bytes(payload)?),
        Kind::File => Grant::File { name: payload, read_only: flags & DIRECTORY_READ_ONLY != 0 },
        Kind::Families => Grant::Families(flags),
        Kind::FilesIn => {
            let (host, guest) = two_paths(payload)?;
            Grant::FilesIn { host, guest }
        }
        Kind::Directory => {
            let (host, guest) = two_paths(payload)?;
            Grant::Directory { host, guest, read_only: flags & DIRECTORY_READ_ONLY != 0 }
        }
    })
}

fn two_paths(payload: &[u8]) -> Option<(&[u8], &[u8])> {
    let host_length = usize::try_from(bytes::u32_at(payload, 0)?).ok()?;
    payload.get(4..)?.split_at_checked(host_length)
}

fn u64_of(payload: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(payload.try_into().ok()?))
}
