//! The layer: a tar archive with the executable, and what it may find beside itself.
//!
//! ```text
//! bin/            0755
//! bin/NAME        0755   the executable
//! data/           0755   a directory that is granted, for a volume to be mounted on
//! ```
//!
//! The executable lies in a directory of its own, so that no name of a module collides with what container runtimes
//! mount (`/proc`, `/dev`) or with a granted directory.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Component, Path},
};

use flate2::{Compression, GzBuilder};
use tar::{Builder, EntryType, Header};

use crate::Contents;

/// Modes of entries.
pub(crate) const PLAIN: u32 = 0o644;
const EXECUTABLE: u32 = 0o755;

/// Where the executable called `name` lies; as all paths here, without a slash in front.
pub(crate) fn executable_path(name: &str) -> String {
    format!("bin/{name}")
}

/// Where a directory is mounted that has the path `host` for a program whose working directory is the root, without a slash
/// in front; `None` if that is the root itself.
pub fn mount_point(host: &str) -> Option<String> {
    let mut parts = Vec::new();
    for component in Path::new(host).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            // Above the root is the root.
            Component::ParentDir => drop(parts.pop()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The archive of a layer with `executable`.
pub(crate) fn of_program(contents: &Contents<'_>, executable: &[u8]) -> io::Result<Vec<u8>> {
    let path = executable_path(contents.name);
    let mut directories = BTreeSet::new();
    for directory in contents.directories.iter().chain([&path]) {
        directories.extend(directory.match_indices('/').map(|(end, _)| directory[..end].to_owned()));
    }
    directories.extend(contents.directories.iter().filter(|&directory| *directory != path).cloned());
    archive(&directories, [(path.as_str(), executable, EXECUTABLE)].into_iter(), contents.created)
}

/// An archive of `directories` and of files with their contents and modes. Everything is root's, and as old as the image.
pub(crate) fn archive<'a>(
    directories: &BTreeSet<String>,
    files: impl Iterator<Item = (&'a str, &'a [u8], u32)>,
    created: Option<u32>,
) -> io::Result<Vec<u8>> {
    let time = u64::from(created.unwrap_or(0));
    let mut archive = Builder::new(Vec::new());
    for directory in directories {
        append(&mut archive, (EntryType::Directory, EXECUTABLE, time), &format!("{directory}/"), &[])?;
    }
    for (path, contents, mode) in files {
        append(&mut archive, (EntryType::Regular, mode, time), path, contents)?;
    }
    archive.into_inner()
}

fn append(
    archive: &mut Builder<Vec<u8>>,
    (kind, mode, time): (EntryType, u32, u64),
    path: &str,
    contents: &[u8],
) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_mtime(time);
    header.set_uid(0);
    header.set_gid(0);
    // Lossless: usize has at most 64 bits.
    header.set_size(contents.len() as u64);
    archive.append_data(&mut header, path, contents)
}

/// The archive as registries keep it. The header of the compressed form has neither a time nor a name.
pub(crate) fn compress(archive: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::default());
    encoder.write_all(archive)?;
    encoder.finish()
}
