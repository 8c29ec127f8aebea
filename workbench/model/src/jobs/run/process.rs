//! A running process: its streams, its end, and what it has used.
//!
//! ```text
//! stdout, stderr, audit ──threads──► Gathered ──every TICK, when the last was taken──► RunEvent::Progress
//! Inbox ──Input──► thread ──► stdin
//!       ──Stop───► kill
//! ```
//!
//! Invariants: the process is reaped only after the last time it might be killed, so that no other can have its number; at
//! most one report of progress is on its way, so that a program that writes for ever fills no memory when nobody looks.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc, OnceLock, Weak,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use wait4::Wait4;

use crate::{
    Event, Message,
    pages::grants::{Ended, Progress, RunEvent, Status, Stream, Usage},
};

use super::{
    Audit,
    gathered::{Decoders, Gathered},
};
use crate::jobs::{Reporter, inbox::Inbox};

/// How often progress is told.
const TICK: Duration = Duration::from_millis(25);

/// Longest line of an audit.
const LONGEST_LINE: u64 = 4096;

/// Runs `command` to its end.
///
/// # Errors
///
/// If it cannot be started.
pub(super) fn supervise(
    mut command: Command,
    audit: Option<Audit>,
    inbox: &Inbox,
    reporter: &Reporter,
) -> io::Result<Ended> {
    let begin = Instant::now();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let gathered = Gathered::default();
    let end = OnceLock::new();
    let pid = Pid::from_child(&child);
    let mut attendant = Attendant::new(&gathered, reporter);
    let stopped = thread::scope(|scope| {
        let (sender, input) = mpsc::channel();
        let (audit_reader, audit_writer) = audit.map(|audit| (audit.reader, audit.writer)).unzip();
        scope.spawn(|| stdout.map(|stdout| read_output(stdout, Stream::Output, &gathered)));
        scope.spawn(|| stderr.map(|stderr| read_output(stderr, Stream::Error, &gathered)));
        scope.spawn(|| audit_reader.map(|reader| read_audit(reader, &gathered)));
        scope.spawn(|| stdin.map(|stdin| write_input(stdin, input)));
        scope.spawn(|| end.set(wait_for_end(pid)));
        let stopped = attendant.attend(&mut child, inbox, sender, &end);
        // The reader comes to its end when nobody can write any more.
        drop(audit_writer);
        stopped
    });
    attendant.tell();
    let used = child.wait4()?;
    let wall = end.get().map_or_else(|| begin.elapsed(), |end| end.duration_since(begin));
    let usage = Usage { wall, user: used.rusage.utime, system: used.rusage.stime, peak: attendant.peak };
    Ok(Ended { status: status(used.status, stopped), usage, learned: None })
}

fn status(status: ExitStatus, stopped: bool) -> Status {
    match (status.code(), status.signal()) {
        (_, Some(9)) if stopped => Status::Stopped,
        (Some(code), _) => Status::Exited(code),
        (None, signal) => Status::Killed(signal.unwrap_or(0)),
    }
}

/// Waits without reaping.
fn wait_for_end(pid: Pid) -> Instant {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    // It fails if a signal came first, and for nothing else: the child is not reaped.
    while waitid(WaitId::Pid(pid), options).is_err() {}
    Instant::now()
}

fn read_output(mut from: impl Read, stream: Stream, gathered: &Gathered) {
    let mut buffer = [0; 8192];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => gathered.output(stream, &buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

fn read_audit(from: impl Read, gathered: &Gathered) {
    let mut from = BufReader::new(from);
    let mut line = String::new();
    // Lines that are longer, or no text, are not the runtime's.
    while from.by_ref().take(LONGEST_LINE).read_line(&mut line).is_ok_and(|count| count > 0) {
        gathered.audit(line.trim_end());
        line.clear();
    }
}

/// Ends when the program reads no more, or when there will be no more to read.
fn write_input(mut stdin: ChildStdin, input: Receiver<String>) {
    for text in input {
        if stdin.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

/// Looks after a process until it ends.
struct Attendant<'a> {
    gathered: &'a Gathered,
    reporter: &'a Reporter,
    decoders: Decoders,
    on_its_way: Weak<Progress>,
    /// Most resident bytes that were seen. What the kernel accounts for a child begins with what its parent had, and so cannot
    /// be used here.
    peak: Option<u64>,
}

impl<'a> Attendant<'a> {
    fn new(gathered: &'a Gathered, reporter: &'a Reporter) -> Attendant<'a> {
        Attendant { gathered, reporter, decoders: Decoders::default(), on_its_way: Weak::new(), peak: None }
    }

    /// Returns whether the process was to be stopped.
    fn attend(&mut self, child: &mut Child, inbox: &Inbox, input: Sender<String>, end: &OnceLock<Instant>) -> bool {
        let (mut input, mut stopped) = (Some(input), false);
        while end.get().is_none() {
            match inbox.messages().recv_timeout(TICK) {
                // A program that reads no more does not hear it.
                Ok(Message::Input(text)) => _ = input.as_ref().map(|input| input.send(text)),
                Ok(Message::EndOfInput) => input = None,
                Ok(Message::Stop) => {
                    stopped = true;
                    // If it has ended meanwhile there is nothing to do.
                    let _ = child.kill();
                }
                // Not before: what begins has nothing yet.
                Err(_) => self.peak = self.peak.max(peak_memory(child.id())),
            }
            if self.on_its_way.strong_count() == 0 {
                self.tell();
            }
        }
        stopped
    }

    fn tell(&mut self) {
        if let Some(progress) = self.gathered.take(&mut self.decoders) {
            let progress = Arc::new(progress);
            self.on_its_way = Arc::downgrade(&progress);
            self.reporter.send(Event::Run(RunEvent::Progress(progress)));
        }
    }
}

/// The most bytes that were resident in the process so far (proc_pid_status(5), `VmHWM`).
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}
