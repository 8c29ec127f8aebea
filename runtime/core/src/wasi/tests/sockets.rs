//! Sockets, as they will be once they can be granted.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use rustix::net::{RecvFlags, Shutdown};

use super::*;
use crate::descriptors::{Descriptor, Kind};
use crate::sys::files::HostFile;
use crate::wasi::fd::attributes::state;
use crate::wasi::sock;
use crate::wasi::types::FileType;

#[test]
fn a_connection_is_accepted_and_used() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    let descriptors = &sandbox.descriptors;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let listening = Descriptor {
        host: HostFile::for_test(listener.into()),
        kind: Kind::Socket,
        rights: Rights::SOCK_ACCEPT,
        inheriting: Rights::NONE,
        preopen: None,
    };
    let listening = descriptors.insert(listening).unwrap();
    let fd = sock::accept(descriptors, listening, false).unwrap();
    assert_eq!(state(descriptors, fd).unwrap().file_type, FileType::SocketStream);

    peer.write_all(b"ping").unwrap();
    let mut bytes = [0; 8];
    let received = sock::receive(descriptors, fd, &mut [IoSliceMut::new(&mut bytes)], RecvFlags::PEEK).unwrap();
    assert_eq!((received.bytes, received.truncated), (4, false));
    assert_eq!(sandbox.read(fd), Ok(b"ping".to_vec()));
    assert_eq!(sock::send(descriptors, fd, &[IoSlice::new(b"pong")]), Ok(4));
    assert_eq!(sock::shutdown(descriptors, fd, Shutdown::Write), Ok(()));
    let mut answer = String::new();
    peer.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "pong");
    // A signal would have ended the test.
    assert_eq!(sock::send(descriptors, fd, &[IoSlice::new(b"x")]), Err(Errno::Pipe));
}

#[test]
fn what_is_no_socket_says_so() {
    let sandbox = Sandbox::new(Access::ReadOnly);
    for (fd, errno) in [(1, Errno::Notsock), (ROOT, Errno::Notsock), (99, Errno::Badf)] {
        assert_eq!(sock::shutdown(&sandbox.descriptors, fd, Shutdown::Both), Err(errno), "{fd}");
    }
}
