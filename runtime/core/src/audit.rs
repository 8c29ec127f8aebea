//! `WASMELT_AUDIT`: one line of JSON for each capability that was denied; with `all:` before it, for each that was used.
//!
//! ```text
//! WASMELT_AUDIT=stderr             {"event":"denied","call":"path_open","path":"/data/x","errno":76,"allow":"--allow-read=/data/x"}
//! WASMELT_AUDIT=/tmp/log
//! WASMELT_AUDIT=all:/tmp/log       {"event":"used", …, "errno":0, …}
//! ```
//!
//! Clocks, randomness, arguments, variables and the standard streams are told once each; paths every time. The file is
//! opened before the sandbox is entered, and the guest has no descriptor of it.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering::Relaxed};

use crate::line::Line;
use crate::sys::lock::Lock;
use crate::sys::stream;
use crate::wasi::errno::Errno;
use crate::{grants, process};

/// The host's descriptor that lines go to; −1 without audit.
static TO: AtomicI32 = AtomicI32::new(-1);
/// Whether what is used is told as well.
static ALL: AtomicBool = AtomicBool::new(false);
/// What was told already, of that which is told once.
static TOLD: AtomicU32 = AtomicU32::new(0);

const MOST_OF_PATH: usize = 384;

/// What a call is about, gathered on its way.
struct About {
    /// The granted directory, by its number.
    directory: Option<u16>,
    path: [u8; MOST_OF_PATH],
    length: usize,
    has_path: bool,
    /// Whether something is to be changed.
    changes: bool,
    /// The standard stream that it is about.
    stream: Option<u32>,
    /// Whether a clock is read to know when something is over.
    deadline: bool,
}

static ABOUT: Lock<About> = Lock::new(About::NOTHING);

impl About {
    const NOTHING: About = About {
        directory: None,
        path: [0; MOST_OF_PATH],
        length: 0,
        has_path: false,
        changes: false,
        stream: None,
        deadline: false,
    };
}

/// Opens what `WASMELT_AUDIT` names.
///
/// # Errors
///
/// What cannot be opened.
pub(crate) fn open() -> Result<(), &'static [u8]> {
    let Some(to) = process::variable(b"WASMELT_AUDIT").filter(|to| !to.is_empty()) else { return Ok(()) };
    let (to, all) = to.strip_prefix(b"all:").map_or((to, false), |to| (to, true));
    let file = if to == b"stderr" { Some(2) } else { stream::append_to(to) };
    TO.store(file.ok_or(to)?, Relaxed);
    ALL.store(all, Relaxed);
    Ok(())
}

fn is_on() -> bool {
    TO.load(Relaxed) >= 0
}

/// Notes that a call is about a granted directory.
pub(crate) fn in_directory(number: Option<u16>) {
    if is_on() {
        ABOUT.with(|about| about.directory = about.directory.or(number));
    }
}

/// Notes the path that a call is about; the first counts.
pub(crate) fn path(path: &[u8]) {
    if is_on() {
        ABOUT.with(|about| {
            if !core::mem::replace(&mut about.has_path, true) {
                about.path.iter_mut().zip(path).for_each(|(place, byte)| *place = *byte);
                about.length = path.len().min(MOST_OF_PATH);
            }
        });
    }
}

/// Notes that a call is to change something.
pub(crate) fn changes(changes: bool) {
    if is_on() {
        ABOUT.with(|about| about.changes |= changes);
    }
}

/// Notes that a call is about the descriptor `fd`.
pub(crate) fn descriptor(fd: u32) {
    if is_on() {
        ABOUT.with(|about| about.stream = (fd < 3).then_some(fd));
    }
}

/// Tells what has come of reading a clock for a deadline.
pub(crate) fn deadline(error: Option<Errno>) {
    if is_on() {
        ABOUT.with(|about| about.deadline = true);
        tell("poll_oneoff", error);
    }
}

/// Tells what has come of a call.
pub(crate) fn done(call: &str, error: Option<Errno>) {
    if is_on() {
        tell(call, error);
    }
}

/// Notes and tells that a call is refused because its family is not linked.
pub(crate) fn refused(call: &str) {
    if is_on() {
        tell(call, Some(Errno::Notcapable));
    }
}

#[inline(never)]
fn tell(call: &str, error: Option<Errno>) {
    let about = ABOUT.with(|about| core::mem::replace(about, About::NOTHING));
    let is_denied = matches!(error, Some(Errno::Notcapable | Errno::Perm | Errno::Acces));
    let Some(capability) = Capability::of(call, &about) else { return };
    if !is_denied && !ALL.load(Relaxed) {
        return;
    }
    if let Some(bit) = capability.once() {
        let bit = if is_denied { bit << 16 } else { bit };
        if TOLD.fetch_or(bit, Relaxed) & bit != 0 {
            return;
        }
    }
    let mut line =
        Line::new(if is_denied { "{\"event\":\"denied\",\"call\":\"" } else { "{\"event\":\"used\",\"call\":\"" });
    line.text(call).text("\"");
    if about.has_path {
        line.text(",\"path\":\"");
        write_path(&mut line, &about);
        line.text("\"");
    }
    line.text(",\"errno\":").decimal(error.map_or(0, |errno| errno as u64));
    line.text(",\"allow\":\"").text(capability.flag());
    if about.has_path && matches!(capability, Capability::Read | Capability::Write) {
        line.text("=");
        write_path(&mut line, &about);
    }
    line.text("\"}");
    stream::write_to(TO.load(Relaxed), line.end());
}

fn write_path(line: &mut Line, about: &About) {
    let directory = about.directory.and_then(|number| grants::directories().nth(usize::from(number)));
    if let Some(directory) = directory {
        line.json(directory.guest);
        if directory.guest.last() != Some(&b'/') {
            line.text("/");
        }
    }
    line.json(about.path.get(..about.length).unwrap_or_default());
}

/// What a call takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Capability {
    Read,
    Write,
    Stream(u32),
    Clock,
    Random,
    Arguments,
    Environment,
    Network,
}

impl Capability {
    /// The capability that `call` takes, if it takes one of its own.
    fn of(call: &str, about: &About) -> Option<Capability> {
        let streams = || about.stream.map(Capability::Stream);
        Some(match call {
            "args_get" => Capability::Arguments,
            "environ_get" => Capability::Environment,
            "clock_time_get" | "clock_res_get" => Capability::Clock,
            "poll_oneoff" if about.deadline => Capability::Clock,
            "random_get" => Capability::Random,
            "path_open" | "path_filestat_get" | "path_readlink" | "fd_readdir" if !about.changes => Capability::Read,
            _ if call.starts_with("path_") => Capability::Write,
            _ if call.starts_with("sock_") => Capability::Network,
            "fd_read" | "fd_pread" | "fd_write" | "fd_pwrite" => return streams(),
            _ => return None,
        })
    }

    /// The flag that allows it.
    fn flag(self) -> &'static str {
        match self {
            Capability::Read => "--allow-read",
            Capability::Write => "--allow-write",
            Capability::Stream(0) => "--allow-stdio=stdin",
            Capability::Stream(1) => "--allow-stdio=stdout",
            Capability::Stream(_) => "--allow-stdio=stderr",
            Capability::Clock => "--allow-clock",
            Capability::Random => "--allow-random",
            Capability::Arguments => "--allow-args",
            Capability::Environment => "--allow-env",
            Capability::Network => "--allow-listen",
        }
    }

    /// The bit under which it is told once.
    fn once(self) -> Option<u32> {
        Some(match self {
            Capability::Read | Capability::Write => return None,
            Capability::Stream(fd) => 1 << fd.min(2),
            Capability::Clock => 1 << 3,
            Capability::Random => 1 << 4,
            Capability::Arguments => 1 << 5,
            Capability::Environment => 1 << 6,
            Capability::Network => 1 << 7,
        })
    }
}
