//! Compiling and executing a program.

use std::{
    fs::{self, File},
    io,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use wasmelt_driver::{Runner, write_executable};
use wasmelt_targets::Target;

/// An execution.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// The executable's bytes.
    pub executable: &'a [u8],
    /// What it is for.
    pub target: Target,
    /// Arguments that the process is started with.
    pub arguments: &'a [&'a str],
    /// What it finds on standard input.
    pub stdin: &'a [u8],
    /// Its working directory, which relative grants count from.
    pub directory: &'a Path,
    /// How long it may run.
    pub timeout: Duration,
}

/// How an execution ended, and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The exit status; as a shell counts it, if a signal ended the process.
    pub status: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// Executes `job`.
///
/// # Errors
///
/// If programs for the target cannot be run here, the process cannot be started, or it does not end in time.
pub fn run(job: &Job<'_>) -> io::Result<Finished> {
    let runner = Runner::find(&job.target).map_err(|diagnostic| io::Error::other(diagnostic.message))?;
    let private = tempfile::tempdir()?;
    let file = |name: &str| private.path().join(name);
    let (executable, stdin, stdout, stderr) = (file("program"), file("in"), file("out"), file("err"));
    write_executable(&executable, job.executable).map_err(|diagnostic| io::Error::other(diagnostic.message))?;
    fs::write(&stdin, job.stdin)?;

    let mut command = runner.command(&executable);
    command.args(job.arguments).current_dir(job.directory).stdin(File::open(stdin)?);
    // Files, not pipes: nothing has to read while the process runs.
    command.stdout(Stdio::from(File::create(&stdout)?)).stderr(Stdio::from(File::create(&stderr)?));
    let status = wait(&mut spawn(&mut command)?, job.timeout)?;
    let status = status.code().or_else(|| Some(128 + status.signal()?)).unwrap_or(-1);
    Ok(Finished { status, stdout: fs::read(&stdout)?, stderr: fs::read(&stderr)? })
}

/// Starts the process. While another thread starts one, that one's child can hold the executable open for a moment.
fn spawn(command: &mut Command) -> io::Result<Child> {
    for _ in 0..50 {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => thread::sleep(Duration::from_millis(2)),
            result => return result,
        }
    }
    command.spawn()
}

fn wait(child: &mut Child, timeout: Duration) -> io::Result<ExitStatus> {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("it still ran after {timeout:?}")));
        }
        thread::sleep(Duration::from_millis(5));
    }
}
