//! What jobs with a running program are told.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use crate::Generation;

/// How long the workbench waits for its programs to end when it ends itself.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a job with a running program can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text for the program's standard input.
    Input(String),
    /// There will be no more of it.
    EndOfInput,
    /// End the program.
    Stop,
}

/// The inboxes of the jobs that have one; shared with their threads.
#[derive(Clone, Debug, Default)]
pub(super) struct Inboxes(Arc<Mutex<BTreeMap<Generation, Sender<Message>>>>);

/// A job's inbox, which is there until this is dropped.
#[derive(Debug)]
pub(super) struct Inbox {
    job: Generation,
    messages: Receiver<Message>,
    inboxes: Inboxes,
}

/// The programs of a workbench, which end with it.
#[derive(Debug, Default)]
pub(super) struct Programs(Inboxes);

impl Inboxes {
    /// An inbox for `job`.
    pub(super) fn open(&self, job: Generation) -> Inbox {
        let (sender, messages) = mpsc::channel();
        self.senders().insert(job, sender);
        Inbox { job, messages, inboxes: self.clone() }
    }

    /// Tells `job`, unless it is over.
    pub(super) fn tell(&self, job: Generation, message: Message) {
        if let Some(sender) = self.senders().get(&job) {
            // The receiver is dropped after its entry here.
            let _ = sender.send(message);
        }
    }

    fn senders(&self) -> MutexGuard<'_, BTreeMap<Generation, Sender<Message>>> {
        // A map is whole between any two of its methods, so that a panic elsewhere cannot have broken it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox {
    pub(super) fn messages(&self) -> &Receiver<Message> {
        &self.messages
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.inboxes.senders().remove(&self.job);
    }
}

impl Programs {
    pub(super) fn inboxes(&self) -> &Inboxes {
        &self.0
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        for sender in self.0.senders().values() {
            let _ = sender.send(Message::Stop);
        }
        let begin = Instant::now();
        while !self.0.senders().is_empty() && begin.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(2));
        }
    }
}
