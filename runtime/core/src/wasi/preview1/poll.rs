//! Waiting.

use super::{Status, answer, clock, known_flags, records};
use crate::audit::Call;
use crate::grants::Interest;
use crate::guest::{Caller, GuestAddress, GuestMemory};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::poll::{self, Event, MAX_SUBSCRIPTIONS, Subscription, Timeout};
use crate::wasi::preopens::descriptors;
use crate::wasi::types::Timestamp;

/// Bytes of a `subscription`.
const SUBSCRIPTION_BYTES: u32 = 48;

/// Bytes of an `event`.
const EVENT_BYTES: u32 = 32;

/// Types of events and subscriptions (`eventtype`).
mod eventtype {
    pub(super) const CLOCK: u8 = 0;
    pub(super) const FD_READ: u8 = 1;
    pub(super) const FD_WRITE: u8 = 2;
}

/// Waits until at least one of the `count` subscriptions at `subscriptions` (48 bytes each) has an event. Writes the events
/// (32 bytes each) to `events`, which has room for `count`, and how many they are to `written` (u32).
///
/// A subscription that cannot be waited for is an event with an error, and ends the wait: `badf`; `notcapable` without
/// `poll_fd_readwrite` and `fd_read` or `fd_write`, or without clocks for a deadline on one; `inval` for an unknown clock;
/// `notsup` for a clock of processor time.
///
/// Capability: none for durations, clocks for deadlines; `poll_fd_readwrite` and `fd_read` or `fd_write` for descriptors.
///
/// Errors: `inval` for no subscriptions, for more than 256, and for those of an unknown type.
#[unsafe(export_name = "wasi_snapshot_preview1.poll_oneoff")]
extern "C" fn poll_oneoff(
    mut caller: Caller,
    subscriptions: GuestAddress,
    events: GuestAddress,
    count: u32,
    written: GuestAddress,
) -> Status {
    answer(const { &Call::of("poll_oneoff") }, || {
        let mut memory = caller.memory();
        let mut list = List::new();
        for index in 0..count {
            list.read(&memory, subscriptions.element(index, SUBSCRIPTION_BYTES)?)?;
        }
        let mut emitted = 0;
        poll::poll(descriptors(), list.subscriptions(), |index, event| {
            let record = list.event(index, event);
            memory.write(events.element(emitted, EVENT_BYTES)?, &record)?;
            emitted += 1;
            Ok(())
        })?;
        memory.write_u32(written, emitted)
    })
}

/// The subscriptions of a call, read before events are written: both can lie in the same bytes.
struct List {
    subscriptions: [Subscription; MAX_SUBSCRIPTIONS],
    marks: [Mark; MAX_SUBSCRIPTIONS],
    count: usize,
}

/// What an event repeats of its subscription.
#[derive(Clone, Copy)]
struct Mark {
    userdata: u64,
    event_type: u8,
}

impl List {
    fn new() -> List {
        List {
            subscriptions: [Subscription::Unknown; MAX_SUBSCRIPTIONS],
            marks: [Mark { userdata: 0, event_type: 0 }; MAX_SUBSCRIPTIONS],
            count: 0,
        }
    }

    /// Adds the subscription at `address`:
    ///
    /// ```text
    ///  0 u64 userdata     8 u8 type
    /// 16 u32 clock       24 u64 timeout     32 u64 precision      40 u16 flags: 1 if the timeout is a time
    /// 16 u32 descriptor
    /// ```
    fn read(&mut self, memory: &GuestMemory<'_>, address: GuestAddress) -> Result<()> {
        let userdata = u64::from_le_bytes(memory.read(address)?);
        let [event_type] = memory.read(address.plus(8)?)?;
        let subscription = match event_type {
            eventtype::CLOCK => read_clock(memory, address)?,
            eventtype::FD_READ => read_file(memory, address, Interest::Read)?,
            eventtype::FD_WRITE => read_file(memory, address, Interest::Write)?,
            _ => return Err(Errno::Inval),
        };
        *self.subscriptions.get_mut(self.count).ok_or(Errno::Inval)? = subscription;
        *self.marks.get_mut(self.count).ok_or(Errno::Inval)? = Mark { userdata, event_type };
        self.count += 1;
        Ok(())
    }

    fn subscriptions(&self) -> &[Subscription] {
        self.subscriptions.get(..self.count).unwrap_or_default()
    }

    /// The record of an event of subscription `index`.
    fn event(&self, index: usize, event: Event) -> [u8; EVENT_BYTES as usize] {
        let Mark { userdata, event_type } =
            self.marks.get(index).copied().unwrap_or(Mark { userdata: 0, event_type: 0 });
        match event {
            Event::Clock => records::event(userdata, 0, event_type, 0, false),
            Event::File { bytes, hangup } => records::event(userdata, 0, event_type, bytes, hangup),
            Event::Failed(errno) => records::event(userdata, errno as u16, event_type, 0, false),
        }
    }
}

fn read_clock(memory: &GuestMemory<'_>, address: GuestAddress) -> Result<Subscription> {
    let id = memory.read_u32(address.plus(16)?)?;
    let timeout = u64::from_le_bytes(memory.read(address.plus(24)?)?);
    let flags = u16::from_le_bytes(memory.read(address.plus(40)?)?);
    let timeout = match known_flags(u32::from(flags), 1)? {
        0 => Timeout::For(timeout),
        _ => Timeout::Until(Timestamp(timeout)),
    };
    Ok(match clock::clock_id(id) {
        Ok(id) => Subscription::Clock { id, timeout },
        Err(_) => Subscription::Unknown,
    })
}

fn read_file(memory: &GuestMemory<'_>, address: GuestAddress, interest: Interest) -> Result<Subscription> {
    Ok(Subscription::File { fd: memory.read_u32(address.plus(16)?)?, interest })
}
