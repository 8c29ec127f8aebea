//! Functions of paths.

use std::os::unix::fs::symlink as host_symlink;

use super::*;
use crate::wasi::fd::attributes::state;
use crate::wasi::path::{attributes, names};
use crate::wasi::types::{FileType, NewTime, NewTimes, Timestamp};

const TIMES: NewTimes = NewTimes { accessed: NewTime::Keep, modified: NewTime::At(Timestamp(5_000_000_000)) };

#[test]
fn rights_are_those_that_apply_and_are_passed_on() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let everything = Rights::from_bits(u64::MAX);
    let request = Request { rights: everything, inheriting: everything, ..READ };
    let file = sandbox.open("file", Request { create: true, ..request }).unwrap();
    assert_eq!(rights(&sandbox, file), [Rights::FILE, Rights::NONE]);
    let readable = Request { rights: Rights::DIRECTORY, directory: true, ..request };
    let directory = sandbox.open(".", readable).unwrap();
    assert_eq!(rights(&sandbox, directory), Rights::READ_WRITE_GRANT);
    assert_eq!(sandbox.open(".", Request { directory: true, ..request }), Err(Errno::Isdir));
    assert_eq!(sandbox.open("new", Request { create: true, ..readable }), Err(Errno::Inval));
}

#[test]
fn a_directory_passes_on_no_more_than_it_inherits() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    sandbox.create("file");
    let narrow = Rights::FD_READ | Rights::FD_FILESTAT_GET;
    sandbox.descriptors.restrict(ROOT, Rights::DIRECTORY, narrow).unwrap();
    let fd = sandbox.open("file", Request { rights: Rights::FD_READ | Rights::FD_SEEK, ..READ }).unwrap();
    assert_eq!(rights(&sandbox, fd), [Rights::FD_READ, Rights::NONE]);
    assert!(denied(sandbox.open("file", Request { rights: Rights::FD_WRITE, ..READ })));
}

#[test]
fn in_a_read_only_directory_nothing_changes() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    std::fs::write(sandbox.path().join("file"), "contents").unwrap();
    std::fs::create_dir(sandbox.path().join("directory")).unwrap();
    let writable = tempfile::tempdir().unwrap();
    let other = sandbox.grant(writable.path(), Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    let (mut file, mut new) = (buffer("file"), buffer("new"));
    let answers = [
        denied(sandbox.open("file", Request { rights: Rights::FD_WRITE, ..READ })),
        denied(sandbox.open("new", Request { create: true, ..READ })),
        denied(sandbox.open("file", Request { truncate: true, ..READ })),
        denied(names::create_directory(descriptors, ROOT, &mut new)),
        denied(names::unlink_file(descriptors, ROOT, &mut file)),
        denied(names::remove_directory(descriptors, ROOT, &mut buffer("directory"))),
        denied(names::symlink(descriptors, &file, ROOT, &mut new)),
        denied(names::rename(descriptors, (ROOT, &mut file), (other, &mut new))),
        denied(names::rename(descriptors, (other, &mut new), (ROOT, &mut file))),
        // A link in a writable directory would be a way to write the file.
        denied(names::link(descriptors, (ROOT, &mut file), Links::Keep, (other, &mut new))),
        denied(attributes::set_times(descriptors, ROOT, Links::Keep, &mut file, TIMES)),
    ];
    assert_eq!(answers, [true; 11]);
    let fd = sandbox.open("file", READ).unwrap();
    assert_eq!(sandbox.read(fd), Ok(b"contents".to_vec()));
    assert!(denied(crate::wasi::fd::attributes::set_times(descriptors, ROOT, TIMES)));
}

#[test]
fn names_are_made_moved_and_removed() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    names::create_directory(descriptors, ROOT, &mut buffer("a/")).unwrap();
    assert_eq!(names::create_directory(descriptors, ROOT, &mut buffer("a")), Err(Errno::Exist));
    sandbox.create("a/file");
    names::link(descriptors, (ROOT, &mut buffer("a/file")), Links::Keep, (ROOT, &mut buffer("second"))).unwrap();
    assert_eq!(attributes::get(descriptors, ROOT, Links::Keep, &mut buffer("second")).unwrap().links, 2);
    let again = names::link(descriptors, (ROOT, &mut buffer("second")), Links::Keep, (ROOT, &mut buffer("a/x/")));
    assert_eq!(again, Err(Errno::Noent));
    let of_directory = names::link(descriptors, (ROOT, &mut buffer("a")), Links::Keep, (ROOT, &mut buffer("b")));
    assert_eq!(of_directory, Err(Errno::Perm));
    let through_file = names::link(descriptors, (ROOT, &mut buffer("second/")), Links::Keep, (ROOT, &mut buffer("b")));
    assert_eq!(through_file, Err(Errno::Notdir));
    assert_eq!(names::remove_directory(descriptors, ROOT, &mut buffer("a")), Err(Errno::Notempty));
    names::rename(descriptors, (ROOT, &mut buffer("a/")), (ROOT, &mut buffer("b/"))).unwrap();
    assert_eq!(names::unlink_file(descriptors, ROOT, &mut buffer("b")), Err(Errno::Isdir));
    names::unlink_file(descriptors, ROOT, &mut buffer("b/file")).unwrap();
    names::remove_directory(descriptors, ROOT, &mut buffer("b/")).unwrap();
    assert_eq!(names::unlink_file(descriptors, ROOT, &mut buffer("second/")), Err(Errno::Notdir));
    assert_eq!(names::unlink_file(descriptors, ROOT, &mut buffer("second")), Ok(()));
}

#[test]
fn links_are_made_and_read_but_not_absolute_ones() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    let read = |path: &str, room: usize| {
        let mut text = vec![0; room];
        let length = names::readlink(descriptors, ROOT, &mut buffer(path), &mut text)?;
        Ok(String::from_utf8(text[..length].to_vec()).unwrap())
    };
    names::symlink(descriptors, &buffer("target"), ROOT, &mut buffer("link")).unwrap();
    assert_eq!(names::symlink(descriptors, &buffer("/etc"), ROOT, &mut buffer("other")), Err(Errno::Perm));
    assert_eq!(names::symlink(descriptors, &buffer("x"), ROOT, &mut buffer("new/")), Err(Errno::Noent));
    host_symlink("/etc", sandbox.path().join("absolute")).unwrap();
    sandbox.create("file");
    assert_eq!(read("link", 64), Ok("target".to_owned()));
    assert_eq!(read("link", 4), Ok("targ".to_owned()));
    assert_eq!(read("absolute", 64), Err(Errno::Perm));
    assert_eq!(read("file", 64), Err(Errno::Inval));
    assert_eq!(read("none", 64), Err(Errno::Noent));
}

#[test]
fn attributes_are_those_of_a_link_or_of_its_target() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    sandbox.create("file");
    names::symlink(descriptors, &buffer("file"), ROOT, &mut buffer("link")).unwrap();
    let get = |links, path: &str| attributes::get(descriptors, ROOT, links, &mut buffer(path));
    assert_eq!(get(Links::Keep, "link").unwrap().file_type, FileType::SymbolicLink);
    assert_eq!(get(Links::Follow, "link").unwrap().file_type, FileType::RegularFile);
    assert_eq!(get(Links::Keep, "link/"), Err(Errno::Notdir));
    assert_eq!(get(Links::Keep, "."), crate::wasi::fd::attributes::get(descriptors, ROOT));
    attributes::set_times(descriptors, ROOT, Links::Follow, &mut buffer("link"), TIMES).unwrap();
    assert_eq!(get(Links::Keep, "file").unwrap().modified, Timestamp(5_000_000_000));
    assert_ne!(get(Links::Keep, "link").unwrap().modified, Timestamp(5_000_000_000));
    attributes::set_times(descriptors, ROOT, Links::Keep, &mut buffer("link"), TIMES).unwrap();
    assert_eq!(get(Links::Keep, "link").unwrap().modified, Timestamp(5_000_000_000));
    let slash = attributes::set_times(descriptors, ROOT, Links::Keep, &mut buffer("file/"), TIMES);
    assert_eq!(slash, Err(Errno::Notdir));
}

#[test]
fn a_file_is_no_place_to_start_from() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let file = sandbox.create("file");
    let opened = open::open(&sandbox.descriptors, file, &mut buffer("x"), &READ);
    assert_eq!(opened, Err(Errno::Notdir));
    assert_eq!(state(&sandbox.descriptors, file).unwrap().file_type, FileType::RegularFile);
}
