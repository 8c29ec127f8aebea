//! Sockets: those that the program has from its start, and the connections to them.

use crate::audit::Call;
use rustix::net::{RecvFlags, Shutdown};

use super::{Status, answer, known_flags, outgoing, records, write_count};
use crate::guest::{Caller, GuestAddress};
use crate::wasi::errno::Errno;
use crate::wasi::preopens::descriptors;
use crate::wasi::sock;

/// Waits for a connection to the listening socket `fd` and writes the descriptor of the new socket to `accepted` (u32).
/// `flags` are `fdflags`, of which sockets know `nonblock`.
///
/// Capability: `sock_accept`.
///
/// Errors: `notsock`, `again` if `fd` does not block, `notsup` for other flags, `connaborted`, `mfile`.
#[unsafe(export_name = "wasi_snapshot_preview1.sock_accept")]
extern "C" fn sock_accept(mut caller: Caller, fd: u32, flags: u32, accepted: GuestAddress) -> Status {
    answer(const { &Call::of("sock_accept") }, || {
        let mut memory = caller.memory();
        let flags = records::read_fdflags(flags)?;
        if flags.append || flags.data_synchronous || flags.synchronous {
            return Err(Errno::Notsup);
        }
        // Before there is a descriptor that the guest would never learn of.
        memory.slice(accepted, 4)?;
        let connection = sock::accept(descriptors(), fd, flags.nonblocking)?;
        memory.write_u32(accepted, connection)
    })
}

/// Receives from `fd` into the `count` buffers that the vectors at `vectors` describe. `flags` leave what is received
/// where it is (1), or wait until the buffers are full (2). Writes how many bytes were received to `received` (u32), and to
/// `answers` (u16) 1 if the message was longer, else 0.
///
/// Capability: `fd_read`.
///
/// Errors: `notsock`, `notconn`, `connreset`, `again` if the descriptor does not block.
#[unsafe(export_name = "wasi_snapshot_preview1.sock_recv")]
extern "C" fn sock_recv(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    flags: u32,
    received: GuestAddress,
    answers: GuestAddress,
) -> Status {
    answer(const { &Call::of("sock_recv") }, || {
        let mut memory = caller.memory();
        let flags = known_flags(flags, 0b11)?;
        let pick = |bit, flag| if flags & bit != 0 { flag } else { RecvFlags::empty() };
        let flags = pick(1, RecvFlags::PEEK) | pick(2, RecvFlags::WAITALL);
        let message = sock::receive(descriptors(), fd, memory.vectors_mut(vectors, count)?.as_slices_mut(), flags)?;
        write_count(&mut memory, received, message.bytes)?;
        memory.write(answers, &u16::from(message.truncated).to_le_bytes())
    })
}

/// Sends the `count` buffers that the vectors at `vectors` describe to `fd`, and writes how many bytes were sent to `sent`
/// (u32). There are no flags.
///
/// Capability: `fd_write`.
///
/// Errors: `notsock`, `notconn`, `connreset`, `pipe`, `msgsize`, `again` if the descriptor does not block.
#[unsafe(export_name = "wasi_snapshot_preview1.sock_send")]
extern "C" fn sock_send(
    mut caller: Caller,
    fd: u32,
    vectors: GuestAddress,
    count: u32,
    flags: u32,
    sent: GuestAddress,
) -> Status {
    answer(const { &Call::of("sock_send") }, || {
        let mut memory = caller.memory();
        known_flags(flags, 0)?;
        let bytes = outgoing(&memory, vectors, count, |buffers| sock::send(descriptors(), fd, buffers))?;
        write_count(&mut memory, sent, bytes)
    })
}

/// Ends receiving (`how` 1), sending (2) or both (3) on `fd`.
///
/// Capability: `sock_shutdown`.
///
/// Errors: `notsock`, `notconn`, `inval` for other values.
#[unsafe(export_name = "wasi_snapshot_preview1.sock_shutdown")]
extern "C" fn sock_shutdown(_caller: Caller, fd: u32, how: u32) -> Status {
    answer(const { &Call::of("sock_shutdown") }, || {
        let how = match how {
            1 => Shutdown::Read,
            2 => Shutdown::Write,
            3 => Shutdown::Both,
            _ => return Err(Errno::Inval),
        };
        sock::shutdown(descriptors(), fd, how)
    })
}
