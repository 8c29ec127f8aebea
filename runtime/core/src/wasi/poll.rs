//! Waiting for files and clocks.

use rustix::time::ClockId;

use super::clock;
use super::errno::{Errno, Result};
use super::types::{Timestamp, timespec};
use crate::audit;
use crate::descriptors::Descriptors;
use crate::grants::{self, Interest};
use crate::sys::poll::{MAX_FILES, Readiness, WaitSet};

/// How many things one call can wait for.
pub(crate) const MAX_SUBSCRIPTIONS: usize = MAX_FILES;

/// Something to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subscription {
    /// A clock shows a time, or has gone on for one.
    Clock {
        /// The clock.
        id: ClockId,
        /// Until when, or for how long.
        timeout: Timeout,
    },
    /// A file is ready.
    File {
        /// Its descriptor.
        fd: u32,
        /// For what.
        interest: Interest,
    },
    /// A clock that does not exist.
    Unknown,
}

/// How long to wait for a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timeout {
    /// For so many nanoseconds.
    For(u64),
    /// Until the clock shows this.
    Until(Timestamp),
}

/// What has become of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The time has come.
    Clock,
    /// The file is ready.
    File {
        /// How many bytes there are to be read; 1 if that is not known, or the file is to be written.
        bytes: u64,
        /// Whether the other side has hung up.
        hangup: bool,
    },
    /// It cannot be waited for.
    Failed(Errno),
}

/// What is waited for on behalf of a subscription.
#[derive(Clone, Copy)]
enum Awaited {
    /// That the monotonic clock shows a time.
    Time(Timestamp),
    /// A file, by its number in the set.
    File(usize, Interest),
    /// Nothing: that it cannot be waited for is an event of its own.
    Failed(Errno),
}

/// Waits until at least one of `subscriptions` has an event, then calls `emit` for each that has, with its index. A
/// deadline on the clock of the day is turned into a duration once: setting that clock later does not move it.
///
/// # Errors
///
/// [`Errno::Inval`] if there are no subscriptions, or more than [`MAX_SUBSCRIPTIONS`]; and what `emit` answers.
pub(crate) fn poll(
    descriptors: &Descriptors,
    subscriptions: &[Subscription],
    mut emit: impl FnMut(usize, Event) -> Result<()>,
) -> Result<()> {
    if subscriptions.is_empty() || subscriptions.len() > MAX_SUBSCRIPTIONS {
        return Err(Errno::Inval);
    }
    let mut files = WaitSet::new();
    let mut awaited = [Awaited::Failed(Errno::Inval); MAX_SUBSCRIPTIONS];
    let awaited = awaited.get_mut(..subscriptions.len()).ok_or(Errno::Inval)?;
    for (subscription, awaited) in subscriptions.iter().zip(&mut *awaited) {
        *awaited = prepare(descriptors, &mut files, *subscription).unwrap_or_else(Awaited::Failed);
    }
    loop {
        wait(&mut files, awaited)?;
        let now = clock::waiting();
        let mut has_event = false;
        for (index, awaited) in awaited.iter().enumerate() {
            if let Some(event) = event(&files, *awaited, now) {
                has_event = true;
                emit(index, event)?;
            }
        }
        if has_event {
            return Ok(());
        }
    }
}

fn prepare(descriptors: &Descriptors, files: &mut WaitSet<'_>, subscription: Subscription) -> Result<Awaited> {
    match subscription {
        Subscription::Clock { id, timeout } => {
            let nanoseconds = match (timeout, id) {
                // What the process uses of the processor does not grow while it waits.
                (_, ClockId::ProcessCPUTime | ClockId::ThreadCPUTime) => return Err(Errno::Notsup),
                (Timeout::For(nanoseconds), _) => nanoseconds,
                (Timeout::Until(time), _) => {
                    let now = clock::now(id);
                    audit::deadline(now.err());
                    time.since(now?)
                }
            };
            Ok(Awaited::Time(clock::waiting().plus(nanoseconds)))
        }
        Subscription::File { fd, interest } => {
            let file = grants::wait(&descriptors.get(fd)?, interest)?;
            let number = files.add(file, interest).ok_or(Errno::Inval)?;
            Ok(Awaited::File(number, interest))
        }
        Subscription::Unknown => Err(Errno::Inval),
    }
}

/// Waits for a file, until the first of the times; not at all if something has failed.
fn wait(files: &mut WaitSet<'_>, awaited: &[Awaited]) -> Result<()> {
    let first = awaited
        .iter()
        .filter_map(|awaited| match awaited {
            Awaited::Time(time) => Some(*time),
            Awaited::Failed(_) => Some(Timestamp(0)),
            Awaited::File(..) => None,
        })
        .min();
    let timeout = first.map(|time| timespec(time.since(clock::waiting())));
    match files.wait(timeout.as_ref()) {
        // A signal came first; the caller finds no event and waits again.
        Ok(()) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn event(files: &WaitSet<'_>, awaited: Awaited, now: Timestamp) -> Option<Event> {
    match awaited {
        Awaited::Time(time) => (now >= time).then_some(Event::Clock),
        Awaited::Failed(errno) => Some(Event::Failed(errno)),
        Awaited::File(number, interest) => match files.readiness(number, interest) {
            Readiness::NotReady => None,
            Readiness::Ready { bytes, hangup } => Some(Event::File { bytes, hangup }),
            Readiness::Closed => Some(Event::Failed(Errno::Badf)),
        },
    }
}
