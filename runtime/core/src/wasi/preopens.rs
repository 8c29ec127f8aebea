//! The granted directories, as descriptors from 3 on.

use crate::descriptors::{self, Descriptor, Descriptors, Kind};
use crate::grants::{self, Directory};
use crate::line::Line;
use crate::listeners;
use crate::process;
use crate::sys::files;
use crate::sys::paths::PathBuffer;
use crate::sys::stream::{self, Stream};
use crate::wasi::errno::{Errno, Result};
use crate::wasi::rights::Rights;

/// The exit status of a program that cannot have what it was granted; shells use it for what cannot be run.
const CANNOT_RUN: u32 = 126;

/// The descriptors of the process, with the granted directories among them.
///
/// They are opened when they are first needed: a program that never asks for a directory does not pay for it. If one
/// cannot be opened the process ends with status 126 and a line that says which: the numbers of those after it depend on
/// it, and a program that silently lacks a directory fails later and with less to say.
pub(crate) fn descriptors() -> &'static Descriptors {
    let descriptors = descriptors::descriptors();
    if descriptors.start_preopens() {
        for (number, directory) in grants::directories().enumerate() {
            if let Err(errno) = enter(descriptors, number, &directory) {
                fail(&directory, errno);
            }
        }
        for host in listeners::opened() {
            let (rights, inheriting) = (Rights::LISTENER, Rights::CONNECTION);
            // Without room for it the program finds no descriptor where it looks for one.
            let _ = descriptors.insert(Descriptor { host, kind: Kind::Socket, rights, inheriting, preopen: None });
        }
    }
    descriptors
}

/// Opens a granted directory and enters it as the `number`th. The result is its descriptor.
pub(super) fn enter(descriptors: &Descriptors, number: usize, directory: &Directory<'_>) -> Result<u32> {
    let host = match files::take_early(number) {
        Some(host) => host,
        None => files::open_directory(&directory.host, &mut PathBuffer::new())?,
    };
    descriptors.insert(Descriptor {
        host,
        kind: directory.kind,
        rights: directory.rights,
        inheriting: directory.inheriting,
        preopen: Some(u16::try_from(number).map_err(|_| Errno::Mfile)?),
    })
}

fn fail(directory: &Directory<'_>, errno: Errno) -> ! {
    let reason = match errno {
        Errno::Noent => "it does not exist",
        Errno::Notdir => "it is not a directory",
        Errno::Acces => "permission denied",
        Errno::Mfile => "too many open files",
        _ => "the system refuses",
    };
    let mut line = Line::new("wasmelt: cannot open the granted directory \"");
    line.quoted(directory.host.subject()).text("\" (which the program sees as \"");
    line.quoted(directory.guest).text("\"): ").text(reason);
    stream::write_all(Stream::Error, line.end());
    process::exit(CANNOT_RUN)
}
