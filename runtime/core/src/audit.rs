//! `WASMELT_AUDIT`: one line of JSON for each capability that was denied; with `all:` before it, for each that was used.
//!
//! ```text
//! WASMELT_AUDIT=stderr             {"event":"denied","call":"path_open","path":"/data/x","errno":76,"allow":"--allow-read=/data/x"}
//! WASMELT_AUDIT=/tmp/log
//! WASMELT_AUDIT=all:/tmp/log       {"event":"used", …, "errno":0, …}
//! ```
//!
//! The first line is `{"event":"unconfined","lacking":"Landlock"}` where the kernel lacks a part of the program's sandbox.
//!
//! Clocks, randomness, arguments, variables and the standard streams are told once each; paths every time. The file is
//! opened before the sandbox is entered, and the guest has no descriptor of it.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering::Relaxed};

use crate::line::Line;
use crate::sys::lock::Lock;
use crate::sys::stream;
use crate::wasi::errno::Errno;
use crate::{grants, process};

/// The host's descriptor that lines go to, which is never 0; 0 without audit.
static TO: AtomicI32 = AtomicI32::new(0);
/// Whether what is used is told as well.
static ALL: AtomicBool = AtomicBool::new(false);
/// What was told already, of that which is told once.
static TOLD: AtomicU32 = AtomicU32::new(0);

/// Bytes of a path that are told.
const MOST_OF_PATH: usize = 384;

/// A function that the guest calls, and what of its grants that takes: found when the runtime is compiled, so that a program
/// carries the words of its own functions alone.
pub(crate) struct Call {
    name: &'static str,
    takes: Takes,
}

/// What a call takes.
#[derive(Clone, Copy)]
enum Takes {
    /// Nothing of its own.
    Nothing,
    /// A standard stream, if its descriptor is one.
    Stream,
    /// What a path leads to.
    Path { changes: bool },
    /// What a flag allows; told once, under a bit.
    Once { flag: &'static str, bit: u16 },
}

const CLOCK: Takes = Takes::Once { flag: "--allow-clock", bit: 1 << 5 };

impl Call {
    /// The function of this name.
    pub(crate) const fn of(name: &'static str) -> Call {
        let takes = match name.as_bytes() {
            b"args_get" => Takes::Once { flag: "--allow-args", bit: 1 << 3 },
            b"environ_get" => Takes::Once { flag: "--allow-env", bit: 1 << 4 },
            b"clock_time_get" | b"clock_res_get" => CLOCK,
            b"random_get" => Takes::Once { flag: "--allow-random", bit: 1 << 6 },
            [b's', b'o', b'c', b'k', b'_', ..] => Takes::Once { flag: "--allow-listen", bit: 1 << 7 },
            b"path_open" | b"path_filestat_get" | b"path_readlink" | b"fd_readdir" => Takes::Path { changes: false },
            [b'p', b'a', b't', b'h', b'_', ..] => Takes::Path { changes: true },
            b"fd_read" | b"fd_pread" | b"fd_write" | b"fd_pwrite" => Takes::Stream,
            _ => Takes::Nothing,
        };
        Call { name, takes }
    }
}

/// What a call is about, gathered on its way.
struct About {
    /// The granted directory, by the guest's path.
    directory: Option<&'static [u8]>,
    path: [u8; MOST_OF_PATH],
    length: usize,
    has_path: bool,
    /// Whether something is to be changed.
    changes: bool,
    /// The standard stream that it is about.
    stream: Option<u32>,
}

static ABOUT: Lock<About> = Lock::new(About::NOTHING);

impl About {
    const NOTHING: About =
        About { directory: None, path: [0; MOST_OF_PATH], length: 0, has_path: false, changes: false, stream: None };
}

/// Opens what `WASMELT_AUDIT` names.
///
/// # Errors
///
/// What cannot be opened.
pub(crate) fn open() -> Result<(), &'static [u8]> {
    let Some(to) = process::variable(b"WASMELT_AUDIT=").filter(|to| !to.is_empty()) else { return Ok(()) };
    let (to, all) = process::without(to, b"all:").map_or((to, false), |to| (to, true));
    let file = if to.to_bytes() == b"stderr" { Some(2) } else { stream::append_to(to) };
    TO.store(file.ok_or(to.to_bytes())?, Relaxed);
    ALL.store(all, Relaxed);
    Ok(())
}

fn is_on() -> bool {
    TO.load(Relaxed) != 0
}

/// Tells that the kernel lacks a part of the sandbox, and the program runs without it.
pub(crate) fn lacking(part: &str) {
    if is_on() {
        let mut line = Line::new("{\"event\":\"unconfined\",\"lacking\":\"");
        line.text(part).text("\"}");
        stream::write_to(TO.load(Relaxed), line.end());
    }
}

/// Notes that a call is about the granted directory that is the `number`th, or about what is in it if there is a path.
pub(crate) fn in_directory(number: Option<u16>) {
    if is_on() {
        let directory = number.and_then(|number| grants::directories().nth(usize::from(number)));
        ABOUT.with(|about| {
            about.directory = about.directory.or(directory.map(|directory| directory.guest));
            about.has_path |= number.is_some();
        });
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
    const CALL: Call = Call { name: "poll_oneoff", takes: CLOCK };
    done(&CALL, error);
}

/// Tells what has come of a call.
pub(crate) fn done(call: &'static Call, error: Option<Errno>) {
    if is_on() {
        tell(call, error);
    }
}

#[inline(never)]
fn tell(call: &'static Call, error: Option<Errno>) {
    let about = ABOUT.with(|about| core::mem::replace(about, About::NOTHING));
    let is_denied = matches!(error, Some(Errno::Notcapable | Errno::Perm | Errno::Acces));
    if !is_denied && !ALL.load(Relaxed) {
        return;
    }
    let (flag, which, bit) = match call.takes {
        Takes::Nothing => return,
        Takes::Once { flag, bit } => (flag, "", bit),
        Takes::Path { changes } => (if changes || about.changes { "--allow-write" } else { "--allow-read" }, "", 0),
        Takes::Stream => match about.stream {
            None => return,
            Some(0) => (STREAM, "stdin", 1),
            Some(1) => (STREAM, "stdout", 2),
            Some(_) => (STREAM, "stderr", 4),
        },
    };
    let bits = u32::from(bit) << if is_denied { 16 } else { 0 };
    if bits != 0 && TOLD.fetch_or(bits, Relaxed) & bits != 0 {
        return;
    }
    let mut line = Line::new("{\"event\":\"");
    line.text(if is_denied { "denied" } else { "used" }).text("\",\"call\":\"").text(call.name);
    if about.has_path {
        line.text("\",\"path\":\"");
        write_path(&mut line, &about);
    }
    line.text("\",\"errno\":").decimal(error.map_or(0, |errno| errno as u64));
    line.text(",\"allow\":\"").text(flag).text(which);
    if about.has_path && matches!(call.takes, Takes::Path { .. }) {
        line.text("=");
        write_path(&mut line, &about);
    }
    line.text("\"}");
    stream::write_to(TO.load(Relaxed), line.end());
}

/// The flag that allows a standard stream, without its name.
const STREAM: &str = "--allow-stdio=";

fn write_path(line: &mut Line, about: &About) {
    if let Some(directory) = about.directory {
        line.quoted(directory);
        if directory.last() != Some(&b'/') {
            line.text("/");
        }
    }
    line.quoted(about.path.get(..about.length).unwrap_or_default());
}
