//! Waiting.

use rustix::time::ClockId;

use super::*;
use crate::grants::Interest;
use crate::wasi::clock;
use crate::wasi::poll::{Event, MAX_SUBSCRIPTIONS, Subscription, Timeout, poll};
use crate::wasi::types::Timestamp;

fn events(sandbox: &Sandbox, subscriptions: &[Subscription]) -> Result<Vec<(usize, Event)>> {
    let mut events = Vec::new();
    poll(&sandbox.descriptors, subscriptions, |index, event| {
        events.push((index, event));
        Ok(())
    })?;
    Ok(events)
}

fn clock_of(id: ClockId, timeout: Timeout) -> Subscription {
    Subscription::Clock { id, timeout }
}

#[test]
fn clocks_come_due() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    let never = clock_of(ClockId::Monotonic, Timeout::For(u64::MAX));
    let start = clock::waiting();
    let soon = clock_of(ClockId::Monotonic, Timeout::For(1_000_000));
    assert_eq!(events(&sandbox, &[never, soon]), Ok(vec![(1, Event::Clock)]));
    assert!(clock::waiting().since(start) >= 1_000_000);
    let past = clock_of(ClockId::Realtime, Timeout::Until(Timestamp(1)));
    assert_eq!(events(&sandbox, &[past, never]), Ok(vec![(0, Event::Clock)]));
}

#[test]
fn files_are_ready_with_what_they_have() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let fd = sandbox.create("file");
    sandbox.write(fd, b"12345").unwrap();
    data::seek(&sandbox.descriptors, fd, rustix::fs::SeekFrom::Start(2)).unwrap();
    let [read, write] = [Interest::Read, Interest::Write].map(|interest| Subscription::File { fd, interest });
    let never = clock_of(ClockId::Monotonic, Timeout::For(u64::MAX));
    let ready = |bytes| Event::File { bytes, hangup: false };
    assert_eq!(events(&sandbox, &[read, never, write]), Ok(vec![(0, ready(3)), (2, ready(1))]));
}

#[test]
fn what_cannot_be_waited_for_is_an_event() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    let never = clock_of(ClockId::Monotonic, Timeout::For(u64::MAX));
    let cases = [
        (Subscription::File { fd: 99, interest: Interest::Read }, Errno::Badf),
        (Subscription::File { fd: ROOT, interest: Interest::Read }, Errno::Notcapable),
        (Subscription::File { fd: 0, interest: Interest::Write }, Errno::Notcapable),
        (clock_of(ClockId::ProcessCPUTime, Timeout::For(1)), Errno::Notsup),
        (Subscription::Unknown, Errno::Inval),
    ];
    for (subscription, errno) in cases {
        assert_eq!(events(&sandbox, &[never, subscription]), Ok(vec![(1, Event::Failed(errno))]));
    }
}

#[test]
fn there_are_as_many_subscriptions_as_there_may_be() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    let now = clock_of(ClockId::Monotonic, Timeout::For(0));
    assert_eq!(events(&sandbox, &[]), Err(Errno::Inval));
    assert_eq!(events(&sandbox, &[now; MAX_SUBSCRIPTIONS]).unwrap().len(), MAX_SUBSCRIPTIONS);
    assert_eq!(events(&sandbox, &[now; MAX_SUBSCRIPTIONS + 1]), Err(Errno::Inval));
}
