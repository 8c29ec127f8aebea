//! The guest's file descriptors.
//!
//! The table has room for [`MAX_DESCRIPTORS`] and lies in zeroed memory: what a program does not use costs it nothing. It
//! starts with the standard streams under 0, 1 and 2. The granted directories follow from 3 on, when a function first
//! needs them ([`crate::wasi::preopens`]): a program that has none does not carry the code that opens directories. Descriptors that the guest opens come after those, in the lowest free place from 3 on; so none of them
//! passes for a standard stream, even when the guest has closed one.
//!
//! Entries are copied out. No lock is held while a system call runs, so that a call that blocks stops nobody else.

use wasmelt_abi::grants::ambient;

use crate::grants;
use crate::limits;
use crate::sys::files::HostFile;
use crate::sys::lock::Lock;
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;

/// How many descriptors can be open at a time: the usual soft limit of a process on Linux.
pub(crate) const MAX_DESCRIPTORS: usize = 1024;

/// The first number after the standard streams.
const FIRST_OPENED: usize = 3;

/// What a descriptor refers to, as far as functions differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file, a device, a pipe: what is read and written.
    File,
    /// A directory.
    Directory,
    /// A directory of which the program has only some files.
    Files,
    /// A socket, listening or connected.
    Socket,
}

/// An open file descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// What it refers to on the host.
    pub(crate) host: HostFile,
    /// What that is.
    pub(crate) kind: Kind,
    /// What may be done with it.
    pub(crate) rights: Rights,
    /// What at most may be done with what is opened through it.
    pub(crate) inheriting: Rights,
    /// The granted directory that it is, counted from 0, if it is one.
    pub(crate) preopen: Option<u16>,
}

impl Descriptor {
    /// All bytes zero but for `preopen`, whose absence is zero as well: what a free slot holds.
    const UNUSED: Descriptor = Descriptor {
        host: HostFile::UNUSED,
        kind: Kind::File,
        rights: Rights::NONE,
        inheriting: Rights::NONE,
        preopen: None,
    };
}

/// A table of descriptors.
pub(crate) struct Descriptors {
    entries: Lock<Entries>,
}

/// The table of the process.
static PROCESS: Descriptors = Descriptors::new();

/// The table of the process. Granted directories are in it once [`crate::wasi::preopens::descriptors`] has been called.
pub(crate) fn descriptors() -> &'static Descriptors {
    &PROCESS
}

impl Descriptors {
    pub(crate) const fn new() -> Descriptors {
        let slots = [Slot { taken: false, descriptor: Descriptor::UNUSED }; MAX_DESCRIPTORS];
        Descriptors { entries: Lock::new(Entries { streams_are_there: false, preopens_are_there: false, slots }) }
    }

    /// The descriptor with number `fd`.
    ///
    /// # Errors
    ///
    /// [`Errno::Badf`] if none is open.
    pub(crate) fn get(&self, fd: u32) -> Result<Descriptor> {
        self.with(|entries| entries.get(fd).copied())
    }

    /// Whether one more descriptor can be opened: asked before what cannot be undone.
    ///
    /// # Errors
    ///
    /// [`Errno::Mfile`] if there is no room for it.
    pub(crate) fn check_room(&self) -> Result<()> {
        self.with(|entries| entries.free().map(drop))
    }

    /// Enters `descriptor` under the lowest free number.
    ///
    /// # Errors
    ///
    /// [`Errno::Mfile`] if there is none.
    pub(crate) fn insert(&self, descriptor: Descriptor) -> Result<u32> {
        self.with(|entries| {
            let (fd, slot) = entries.free()?;
            *slot = Slot { taken: true, descriptor };
            Ok(fd)
        })
    }

    /// Takes the descriptor with number `fd` out of the table.
    ///
    /// # Errors
    ///
    /// [`Errno::Badf`] if none is open.
    pub(crate) fn remove(&self, fd: u32) -> Result<Descriptor> {
        self.with(|entries| entries.take(fd))
    }

    /// Gives the descriptor `from` the number `to`, whose own descriptor leaves the table and is the result.
    ///
    /// # Errors
    ///
    /// [`Errno::Badf`] if one of them is not open.
    pub(crate) fn renumber(&self, from: u32, to: u32) -> Result<Option<Descriptor>> {
        self.with(|entries| {
            entries.get(to)?;
            if from == to {
                return Ok(None);
            }
            let moved = entries.take(from)?;
            let displaced = core::mem::replace(entries.get(to)?, moved);
            Ok(Some(displaced))
        })
    }

    /// Reduces the rights of the descriptor `fd`.
    ///
    /// # Errors
    ///
    /// [`Errno::Badf`] if it is not open, [`Errno::Notcapable`] if it does not have all these rights.
    pub(crate) fn restrict(&self, fd: u32, rights: Rights, inheriting: Rights) -> Result<()> {
        self.with(|entries| {
            let descriptor = entries.get(fd)?;
            if !descriptor.rights.contains(rights) || !descriptor.inheriting.contains(inheriting) {
                return Err(Errno::Notcapable);
            }
            descriptor.rights = rights;
            descriptor.inheriting = inheriting;
            Ok(())
        })
    }

    /// Whether the granted directories still have to be entered; from then on the answer is no.
    pub(crate) fn start_preopens(&self) -> bool {
        self.with(|entries| !core::mem::replace(&mut entries.preopens_are_there, true))
    }

    fn with<R>(&self, action: impl FnOnce(&mut Entries) -> R) -> R {
        self.entries.with(|entries| {
            entries.add_streams();
            action(entries)
        })
    }
}

/// The table's contents; all zero at the start. What every program looks at is in one page.
#[repr(C)]
struct Entries {
    streams_are_there: bool,
    preopens_are_there: bool,
    slots: [Slot; MAX_DESCRIPTORS],
}

#[derive(Clone, Copy)]
struct Slot {
    taken: bool,
    descriptor: Descriptor,
}

impl Entries {
    fn add_streams(&mut self) {
        if core::mem::replace(&mut self.streams_are_there, true) {
            return;
        }
        // Invariant: the streams' bits are in the order of their numbers.
        const _: () = assert!(ambient::STDIN == 1 && ambient::STDOUT == 1 << 1 && ambient::STDERR == 1 << 2);
        let granted = grants::surroundings();
        for (number, slot) in self.slots.iter_mut().take(FIRST_OPENED).enumerate() {
            let host = HostFile::standard_stream(number);
            let rights = match granted >> number & 1 {
                0 => Rights::NONE,
                _ if host == HostFile::STANDARD_INPUT => Rights::STANDARD_INPUT,
                _ => Rights::STANDARD_OUTPUT,
            };
            *slot = Slot { taken: true, descriptor: Descriptor { host, rights, ..Descriptor::UNUSED } };
        }
    }

    fn slot(&mut self, fd: u32) -> Result<&mut Slot> {
        self.slots.get_mut(fd as usize).filter(|slot| slot.taken).ok_or(Errno::Badf)
    }

    fn get(&mut self, fd: u32) -> Result<&mut Descriptor> {
        self.slot(fd).map(|slot| &mut slot.descriptor)
    }

    fn take(&mut self, fd: u32) -> Result<Descriptor> {
        let slot = self.slot(fd)?;
        slot.taken = false;
        Ok(slot.descriptor)
    }

    fn free(&mut self) -> Result<(u32, &mut Slot)> {
        let opened = self.slots.iter_mut().enumerate().take(limits::open_files()).skip(FIRST_OPENED);
        opened.map(|(fd, slot)| (fd as u32, slot)).find(|(_, slot)| !slot.taken).ok_or(Errno::Mfile)
    }
}
