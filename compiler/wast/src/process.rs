//! Executing a test program: its output, and how it ended.

use std::{
    fmt, io,
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How a process ended, and what it wrote.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) end: End,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, or by a signal.
    Exited(ExitStatus),
    /// It was killed after this time.
    TimedOut(Duration),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exited(status) => match (status.code(), status.signal()) {
                (Some(code), _) => write!(f, "ended with status {code}"),
                (None, Some(signal)) => write!(f, "was ended by signal {signal}"),
                (None, None) => f.write_str("ended"),
            },
            End::TimedOut(after) => write!(f, "was still running after {} s", after.as_secs()),
        }
    }
}

/// Runs `command` without input, for at most `timeout`.
///
/// # Errors
///
/// If the process cannot be started or waited for.
pub(crate) fn run(command: &mut Command, timeout: Duration) -> io::Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(command)?;
    let stdout = child.stdout.take().expect("invariant: standard output is piped");
    let stderr = child.stderr.take().expect("invariant: standard error is piped");
    // Both are read at once, so that the process never waits for a reader.
    thread::scope(|scope| {
        let stdout = scope.spawn(|| read(stdout));
        let stderr = scope.spawn(|| read(stderr));
        let end = wait(&mut child, timeout)?;
        let join = |output: thread::ScopedJoinHandle<'_, Vec<u8>>| output.join().unwrap_or_default();
        Ok(Finished { stdout: join(stdout), stderr: join(stderr), end })
    })
}

/// Starts the process. Another thread that starts one at the same moment can hold the descriptor through which the
/// executable was written, for as long as its child needs from `fork` to `execve`; until then the file is busy.
fn spawn(command: &mut Command) -> io::Result<Child> {
    const ATTEMPTS: u32 = 50;
    for _ in 1..ATTEMPTS {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => thread::sleep(Duration::from_millis(2)),
            result => return result,
        }
    }
    command.spawn()
}

fn read(mut output: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is kept; whatever is missing shows as missing records.
    let _ = output.read_to_end(&mut bytes);
    bytes
}

fn wait(child: &mut Child, timeout: Duration) -> io::Result<End> {
    let deadline = Instant::now() + timeout;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Exited(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(End::TimedOut(timeout));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, timeout: Duration) -> Finished {
        run(Command::new("sh").args(["-c", script]), timeout).unwrap()
    }

    #[test]
    fn output_and_status_are_kept() {
        let finished = shell("echo out; echo err >&2; exit 3", Duration::from_secs(60));
        assert_eq!(finished.stdout, b"out\n");
        assert_eq!(finished.stderr, b"err\n");
        assert_eq!(finished.end.to_string(), "ended with status 3");
    }

    #[test]
    fn a_hanging_process_is_ended() {
        let finished = shell("exec sleep 600", Duration::from_millis(100));
        assert!(matches!(finished.end, End::TimedOut(_)));
    }

    #[test]
    fn signals_are_told() {
        let finished = shell("kill -9 $$", Duration::from_secs(60));
        assert_eq!(finished.end.to_string(), "was ended by signal 9");
    }
}
