//! Names in directories.

use crate::audit::Call;
use crate::guest::{Caller, GuestAddress};
use crate::wasi::path::names;
use crate::wasi::preopens::descriptors;
use crate::wasi::preview1::{Status, answer, read_path, records, write_count};

/// Makes a directory.
///
/// Capability: `path_create_directory`.
///
/// Errors: `exist`, `noent`, `acces`, `nospc`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_create_directory")]
extern "C" fn path_create_directory(mut caller: Caller, fd: u32, path: GuestAddress, path_length: u32) -> Status {
    answer(const { &Call::of("path_create_directory") }, || {
        names::create_directory(descriptors(), fd, &mut read_path(&caller.memory(), path, path_length)?)
    })
}

/// Gives what the old path means a second name, the new path. `lookup` (`lookupflags`) says whether a link at the end of
/// the old path is followed.
///
/// Capability: `path_link_source` on the first descriptor, `path_link_target` on the second.
///
/// Errors: `exist`, `noent`, `perm` for a directory, `xdev`, `mlink`, `acces`, `nospc`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_link")]
extern "C" fn path_link(
    mut caller: Caller,
    old_fd: u32,
    lookup: u32,
    old: GuestAddress,
    old_length: u32,
    new_fd: u32,
    new: GuestAddress,
    new_length: u32,
) -> Status {
    answer(const { &Call::of("path_link") }, || {
        let memory = caller.memory();
        let mut old = read_path(&memory, old, old_length)?;
        let mut new = read_path(&memory, new, new_length)?;
        let links = records::read_lookupflags(lookup)?;
        names::link(descriptors(), (old_fd, &mut old), links, (new_fd, &mut new))
    })
}

/// Writes the text of a symbolic link to the `room` bytes at `buffer`, without a zero byte at its end; what does not fit
/// is missing. Writes how many bytes were used to `used` (u32).
///
/// Capability: `path_readlink`.
///
/// Errors: `inval` for what is no link, `perm` for a link with an absolute path, `noent`, `acces`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_readlink")]
extern "C" fn path_readlink(
    mut caller: Caller,
    fd: u32,
    path: GuestAddress,
    path_length: u32,
    buffer: GuestAddress,
    room: u32,
    used: GuestAddress,
) -> Status {
    answer(const { &Call::of("path_readlink") }, || {
        let mut memory = caller.memory();
        let mut path = read_path(&memory, path, path_length)?;
        let mut text = [0; names::LINK_BYTES];
        let length = names::readlink(descriptors(), fd, &mut path, &mut text)?.min(room as usize);
        memory.write(buffer, text.get(..length).unwrap_or_default())?;
        write_count(&mut memory, used, length)
    })
}

/// Removes an empty directory.
///
/// Capability: `path_remove_directory`.
///
/// Errors: `notempty`, `noent`, `acces`, `busy`, `inval` for a path that ends with `.`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_remove_directory")]
extern "C" fn path_remove_directory(mut caller: Caller, fd: u32, path: GuestAddress, path_length: u32) -> Status {
    answer(const { &Call::of("path_remove_directory") }, || {
        names::remove_directory(descriptors(), fd, &mut read_path(&caller.memory(), path, path_length)?)
    })
}

/// Gives what has the old path the new path; what had that is gone.
///
/// Capability: `path_rename_source` on the first descriptor, `path_rename_target` on the second.
///
/// Errors: `noent`, `notempty`, `isdir` and `notdir` if only one is a directory, `xdev`, `inval` for a directory into
/// itself, `busy`, `acces`, `nospc`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_rename")]
extern "C" fn path_rename(
    mut caller: Caller,
    old_fd: u32,
    old: GuestAddress,
    old_length: u32,
    new_fd: u32,
    new: GuestAddress,
    new_length: u32,
) -> Status {
    answer(const { &Call::of("path_rename") }, || {
        let memory = caller.memory();
        let mut old = read_path(&memory, old, old_length)?;
        let mut new = read_path(&memory, new, new_length)?;
        names::rename(descriptors(), (old_fd, &mut old), (new_fd, &mut new))
    })
}

/// Makes a symbolic link with the text of `target_length` bytes at `target`.
///
/// Capability: `path_symlink`.
///
/// Errors: `perm` for an absolute text, `exist`, `noent`, `acces`, `nospc`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_symlink")]
extern "C" fn path_symlink(
    mut caller: Caller,
    target: GuestAddress,
    target_length: u32,
    fd: u32,
    path: GuestAddress,
    path_length: u32,
) -> Status {
    answer(const { &Call::of("path_symlink") }, || {
        let memory = caller.memory();
        let target = read_path(&memory, target, target_length)?;
        names::symlink(descriptors(), &target, fd, &mut read_path(&memory, path, path_length)?)
    })
}

/// Removes a name of anything but a directory.
///
/// Capability: `path_unlink_file`.
///
/// Errors: `isdir`, `noent`, `acces`, `busy`, `rofs`.
#[unsafe(export_name = "wasi_snapshot_preview1.path_unlink_file")]
extern "C" fn path_unlink_file(mut caller: Caller, fd: u32, path: GuestAddress, path_length: u32) -> Status {
    answer(const { &Call::of("path_unlink_file") }, || {
        names::unlink_file(descriptors(), fd, &mut read_path(&caller.memory(), path, path_length)?)
    })
}
