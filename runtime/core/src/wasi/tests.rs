//! The functions on a real directory.

mod directories;
mod exports;
mod files;
mod paths;
mod polling;
mod sockets;

use std::path::Path;

use rustix::io::{IoSlice, IoSliceMut};
use tempfile::TempDir;
use wasmelt_policy::{Access, Directory, Policy};

use super::errno::{Errno, Result};
use super::fd::data;
use super::path::open::{self, Request};
use super::preopens;
use super::rights::Rights;
use super::types::FileFlags;
use crate::descriptors::Descriptors;
use crate::grants;
use crate::sys::paths::{Links, PathBuffer};

/// The descriptor of the first granted directory.
const ROOT: u32 = 3;

/// A program with one granted directory.
struct Sandbox {
    descriptors: Box<Descriptors>,
    directory: TempDir,
}

impl Sandbox {
    fn new(access: Access) -> Sandbox {
        let directory = tempfile::tempdir().unwrap();
        let descriptors = Box::new(Descriptors::new());
        let sandbox = Sandbox { descriptors, directory };
        assert_eq!(sandbox.grant(sandbox.path(), access), ROOT);
        sandbox
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Enters one more directory.
    fn grant(&self, path: &Path, access: Access) -> u32 {
        let mut policy = Policy::default();
        policy.grant_directory(Directory::new(path.to_str().unwrap(), "/", access).unwrap());
        let table = policy.to_table();
        let directory = grants::granted_directories(grants::grants_in(&table)).next().unwrap();
        preopens::enter(&self.descriptors, 0, &directory).unwrap()
    }

    fn open(&self, path: &str, request: Request) -> Result<u32> {
        open::open(&self.descriptors, ROOT, &mut buffer(path), &request)
    }

    /// A new file with all rights that can be had.
    fn create(&self, path: &str) -> u32 {
        self.open(path, Request { create: true, rights: Rights::FILE, ..READ }).unwrap()
    }

    fn write(&self, fd: u32, bytes: &[u8]) -> Result<usize> {
        data::write(&self.descriptors, fd, &[IoSlice::new(bytes)])
    }

    fn read(&self, fd: u32) -> Result<Vec<u8>> {
        let mut bytes = [0; 64];
        let length = data::read(&self.descriptors, fd, &mut [IoSliceMut::new(&mut bytes)])?;
        Ok(bytes[..length].to_vec())
    }
}

/// Opens for reading what is there.
const READ: Request = Request {
    links: Links::Keep,
    create: false,
    exclusive: false,
    directory: false,
    truncate: false,
    rights: Rights::FD_READ,
    inheriting: Rights::NONE,
    flags: FileFlags { append: false, nonblocking: false, data_synchronous: false, synchronous: false },
};

fn buffer(path: &str) -> PathBuffer {
    let mut buffer = PathBuffer::new();
    buffer.push(path.as_bytes()).unwrap();
    buffer
}

/// The rights that a descriptor shows.
fn rights(sandbox: &Sandbox, fd: u32) -> [Rights; 2] {
    let state = super::fd::attributes::state(&sandbox.descriptors, fd).unwrap();
    [state.rights, state.inheriting]
}

fn denied<T>(result: Result<T>) -> bool {
    result.err() == Some(Errno::Notcapable)
}
