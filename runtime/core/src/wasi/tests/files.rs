//! Data and attributes of open files.

use rustix::fs::SeekFrom;
use rustix::io::{IoSlice, IoSliceMut};

use super::*;
use crate::wasi::fd::{attributes, numbers};
use crate::wasi::types::{FileType, NewTime, NewTimes, Timestamp};

#[test]
fn what_is_written_is_read_back() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let (descriptors, fd) = (&sandbox.descriptors, sandbox.create("file"));
    let parts = [IoSlice::new(b"he"), IoSlice::new(b"llo")];
    assert_eq!(data::write(descriptors, fd, &parts), Ok(5));
    assert_eq!(data::tell(descriptors, fd), Ok(5));
    assert_eq!(data::pwrite(descriptors, fd, &[IoSlice::new(b"J")], 0), Ok(1));
    assert_eq!(data::seek(descriptors, fd, SeekFrom::End(-4)), Ok(1));
    assert_eq!(sandbox.read(fd), Ok(b"ello".to_vec()));
    let mut byte = [0];
    assert_eq!(data::pread(descriptors, fd, &mut [IoSliceMut::new(&mut byte)], 0), Ok(1));
    assert_eq!(byte, *b"J");
    assert_eq!(data::tell(descriptors, fd), Ok(5));
    assert_eq!(sandbox.read(fd), Ok(vec![]));
    assert_eq!(data::seek(descriptors, fd, SeekFrom::Current(-6)), Err(Errno::Inval));
    assert_eq!(data::pread(descriptors, fd, &mut [IoSliceMut::new(&mut byte)], u64::MAX), Err(Errno::Inval));
}

#[test]
fn the_size_can_be_set_and_reserved() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let (descriptors, fd) = (&sandbox.descriptors, sandbox.create("file"));
    let size = || attributes::get(descriptors, fd).unwrap().size;
    assert_eq!(attributes::set_size(descriptors, fd, 100), Ok(()));
    assert_eq!(size(), 100);
    match data::allocate(descriptors, fd, 90, 20) {
        Ok(()) => assert_eq!(size(), 110),
        // Not every file system can.
        Err(errno) => assert_eq!(errno, Errno::Notsup),
    }
    assert_eq!(data::allocate(descriptors, fd, 0, 0), Err(Errno::Inval));
    assert_eq!(data::sync(descriptors, fd), Ok(()));
    assert_eq!(data::datasync(descriptors, fd), Ok(()));
    assert_eq!(data::advise(descriptors, fd, 0, 10, rustix::fs::Advice::WillNeed), Ok(()));
}

#[test]
fn times_are_set_one_by_one() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let (descriptors, fd) = (&sandbox.descriptors, sandbox.create("file"));
    let times = |accessed, modified| NewTimes { accessed, modified };
    let (early, late) = (Timestamp(1_000_000_007), Timestamp(2_000_000_000));
    attributes::set_times(descriptors, fd, times(NewTime::At(early), NewTime::At(late))).unwrap();
    attributes::set_times(descriptors, fd, times(NewTime::Keep, NewTime::Now)).unwrap();
    let found = attributes::get(descriptors, fd).unwrap();
    assert_eq!(found.accessed, early);
    assert!(found.modified > late);
    assert_eq!((found.file_type, found.links, found.size), (FileType::RegularFile, 1, 0));
}

#[test]
fn flags_are_kept_and_changed() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    let flags = FileFlags { append: true, data_synchronous: true, ..FileFlags::default() };
    let fd = sandbox.open("file", Request { create: true, rights: Rights::FILE, flags, ..READ }).unwrap();
    let state = || attributes::state(descriptors, fd).unwrap().flags;
    assert_eq!(state(), flags);
    sandbox.write(fd, b"one").unwrap();
    data::seek(descriptors, fd, SeekFrom::Start(0)).unwrap();
    sandbox.write(fd, b"two").unwrap();
    assert_eq!(std::fs::read(sandbox.path().join("file")).unwrap(), b"onetwo");
    let nonblocking = FileFlags { nonblocking: true, data_synchronous: true, ..FileFlags::default() };
    assert_eq!(attributes::set_flags(descriptors, fd, nonblocking), Ok(()));
    assert_eq!(state(), nonblocking);
    assert_eq!(attributes::set_flags(descriptors, fd, FileFlags::default()), Err(Errno::Notsup));
}

#[test]
fn rights_only_shrink() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let (descriptors, fd) = (&sandbox.descriptors, sandbox.create("file"));
    let less = Rights::FILE.without(Rights::FD_WRITE);
    assert_eq!(descriptors.restrict(fd, less, Rights::NONE), Ok(()));
    assert!(denied(sandbox.write(fd, b"x")));
    assert!(denied(descriptors.restrict(fd, Rights::FILE, Rights::NONE)));
    assert!(denied(descriptors.restrict(fd, less, Rights::FD_READ)));
    assert_eq!(sandbox.read(fd), Ok(vec![]));
    descriptors.restrict(fd, Rights::FD_TELL, Rights::NONE).unwrap();
    assert!(denied(sandbox.read(fd)));
    assert!(denied(data::seek(descriptors, fd, SeekFrom::Start(0))));
    assert_eq!(data::tell(descriptors, fd), Ok(0));
}

#[test]
fn renumbering_moves_a_descriptor_with_its_rights() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptors = &sandbox.descriptors;
    let from = sandbox.open("from", Request { create: true, ..READ }).unwrap();
    let to = sandbox.create("to");
    assert_eq!(numbers::renumber(descriptors, from, from), Ok(()));
    assert_eq!(numbers::renumber(descriptors, from, to), Ok(()));
    assert!(denied(sandbox.write(to, b"x")));
    assert_eq!(numbers::close(descriptors, from), Err(Errno::Badf));
    assert_eq!(numbers::renumber(descriptors, to, from), Err(Errno::Badf));
    assert_eq!(numbers::close(descriptors, to), Ok(()));
    assert_eq!(sandbox.read(to), Err(Errno::Badf));
    assert_eq!(descriptors.get(u32::MAX).err(), Some(Errno::Badf));
}

#[test]
fn a_closed_standard_stream_is_not_replaced_by_what_is_opened_next() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    sandbox.descriptors.remove(0).unwrap();
    assert_eq!(sandbox.create("file"), 4);
    assert_eq!(sandbox.descriptors.get(0).err(), Some(Errno::Badf));
}

#[test]
fn the_table_fills_up() {
    let sandbox = Sandbox::new(Access::ReadWrite);
    let descriptor = sandbox.descriptors.get(ROOT).unwrap();
    while sandbox.descriptors.insert(descriptor).is_ok() {}
    let request = Request { create: true, ..READ };
    assert_eq!(sandbox.open("file", request), Err(Errno::Mfile));
    assert!(!sandbox.path().join("file").exists());
    sandbox.descriptors.remove(500).unwrap();
    assert_eq!(sandbox.open("file", request), Ok(500));
}
