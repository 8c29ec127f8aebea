//! The grants table, as it was given: wasmelt-policy writes it, the runtime and tools read it. Zero bytes follow, so that
//! another table can take its place in the executable (`wasmelt grant`).

use wasmelt_abi::grants::{ALIGNMENT, Direction, Grant, Grants, LimitKind, family};

use crate::{
    ObjectOptions,
    blob::Blob,
    file::{ObjectFile, Section},
    item::Item,
};

/// Bytes that there are for a table at least: enough for some names more.
const ROOM: usize = 128;
/// The same for a program of which everything is linked, so that anything can be granted later.
const GRANTABLE_ROOM: usize = 1024;

/// What of the runtime's start the grants of a program take, those included that it can be given without being compiled
/// again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Whether there are directories or files that are of use to the program.
    pub(crate) files: bool,
    /// Whether there are listening sockets.
    pub(crate) listeners: bool,
    /// Whether there are limits of time, open files or output.
    pub(crate) limits: bool,
}

impl Needs {
    /// What the grants in `table` take.
    pub(crate) fn of(table: &[u8]) -> Needs {
        let grants = Grants::new(table).into_iter().flatten();
        grants.fold(Needs::default(), |needs, grant| match grant {
            Grant::Network(rule) => {
                Needs { listeners: needs.listeners || rule.direction == Direction::Listen, ..needs }
            }
            Grant::Limit(LimitKind::Memory | LimitKind::Stack, _) => needs,
            Grant::Limit(..) => Needs { limits: true, ..needs },
            Grant::Families(families) => Needs {
                files: needs.files || families & family::FILES != 0,
                listeners: needs.listeners || families & family::SOCKETS != 0,
                limits: needs.limits || families & family::LIMITS != 0,
            },
            _ => needs,
        })
    }
}

/// Emits the table.
pub(crate) fn emit(file: &mut ObjectFile<'_>, options: &ObjectOptions<'_>) {
    let mut bytes = options.grants.to_vec();
    bytes.resize(options.grants_room.unwrap_or_else(|| room(options.grants)), 0);
    let blob = Blob { bytes, addresses: Vec::new() };
    // Lossless: a small number.
    file.define(Section::Grants, Item::Grants, blob, ALIGNMENT as u64);
}

/// Bytes that `table` and its successors get.
fn room(table: &[u8]) -> usize {
    let is_grantable = Grants::new(table).into_iter().flatten().any(|grant| grant == Grant::Families(family::ALL));
    (2 * table.len()).max(if is_grantable { GRANTABLE_ROOM } else { ROOM })
}
