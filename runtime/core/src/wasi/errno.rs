//! Error numbers.

use rustix::io::Errno as HostErrno;

/// An error number of WASI preview 1 (`errno` in `typenames.witx`, where it has 16 bits); 0 is success and so not one of them.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errno {
    TooBig = 1,
    Acces = 2,
    Addrinuse = 3,
    Addrnotavail = 4,
    Afnosupport = 5,
    Again = 6,
    Already = 7,
    Badf = 8,
    Badmsg = 9,
    Busy = 10,
    Canceled = 11,
    Child = 12,
    Connaborted = 13,
    Connrefused = 14,
    Connreset = 15,
    Deadlk = 16,
    Destaddrreq = 17,
    Dom = 18,
    Dquot = 19,
    Exist = 20,
    Fault = 21,
    Fbig = 22,
    Hostunreach = 23,
    Idrm = 24,
    Ilseq = 25,
    Inprogress = 26,
    Intr = 27,
    Inval = 28,
    Io = 29,
    Isconn = 30,
    Isdir = 31,
    Loop = 32,
    Mfile = 33,
    Mlink = 34,
    Msgsize = 35,
    Multihop = 36,
    Nametoolong = 37,
    Netdown = 38,
    Netreset = 39,
    Netunreach = 40,
    Nfile = 41,
    Nobufs = 42,
    Nodev = 43,
    Noent = 44,
    Noexec = 45,
    Nolck = 46,
    Nolink = 47,
    Nomem = 48,
    Nomsg = 49,
    Noprotoopt = 50,
    Nospc = 51,
    Nosys = 52,
    Notconn = 53,
    Notdir = 54,
    Notempty = 55,
    Notrecoverable = 56,
    Notsock = 57,
    Notsup = 58,
    Notty = 59,
    Nxio = 60,
    Overflow = 61,
    Ownerdead = 62,
    Perm = 63,
    Pipe = 64,
    Proto = 65,
    Protonosupport = 66,
    Prototype = 67,
    Range = 68,
    Rofs = 69,
    Spipe = 70,
    Srch = 71,
    Stale = 72,
    Timedout = 73,
    Txtbsy = 74,
    Xdev = 75,
    Notcapable = 76,
}

/// A result whose error the guest gets to see.
pub(crate) type Result<T> = core::result::Result<T, Errno>;

impl From<HostErrno> for Errno {
    /// The number of the same name. Linux has more of them than WASI: what has no counterpart is an input/output error.
    fn from(errno: HostErrno) -> Errno {
        match errno {
            HostErrno::TOOBIG => Errno::TooBig,
            HostErrno::ACCESS => Errno::Acces,
            HostErrno::ADDRINUSE => Errno::Addrinuse,
            HostErrno::ADDRNOTAVAIL => Errno::Addrnotavail,
            HostErrno::AFNOSUPPORT => Errno::Afnosupport,
            HostErrno::AGAIN => Errno::Again,
            HostErrno::ALREADY => Errno::Already,
            HostErrno::BADF => Errno::Badf,
            HostErrno::BADMSG => Errno::Badmsg,
            HostErrno::BUSY => Errno::Busy,
            HostErrno::CANCELED => Errno::Canceled,
            HostErrno::CHILD => Errno::Child,
            HostErrno::CONNABORTED => Errno::Connaborted,
            HostErrno::CONNREFUSED => Errno::Connrefused,
            HostErrno::CONNRESET => Errno::Connreset,
            HostErrno::DEADLK => Errno::Deadlk,
            HostErrno::DESTADDRREQ => Errno::Destaddrreq,
            HostErrno::DOM => Errno::Dom,
            HostErrno::DQUOT => Errno::Dquot,
            HostErrno::EXIST => Errno::Exist,
            HostErrno::FAULT => Errno::Fault,
            HostErrno::FBIG => Errno::Fbig,
            HostErrno::HOSTUNREACH => Errno::Hostunreach,
            HostErrno::IDRM => Errno::Idrm,
            HostErrno::ILSEQ => Errno::Ilseq,
            HostErrno::INPROGRESS => Errno::Inprogress,
            HostErrno::INTR => Errno::Intr,
            HostErrno::INVAL => Errno::Inval,
            HostErrno::ISCONN => Errno::Isconn,
            HostErrno::ISDIR => Errno::Isdir,
            HostErrno::LOOP => Errno::Loop,
            HostErrno::MFILE => Errno::Mfile,
            HostErrno::MLINK => Errno::Mlink,
            HostErrno::MSGSIZE => Errno::Msgsize,
            HostErrno::MULTIHOP => Errno::Multihop,
            HostErrno::NAMETOOLONG => Errno::Nametoolong,
            HostErrno::NETDOWN => Errno::Netdown,
            HostErrno::NETRESET => Errno::Netreset,
            HostErrno::NETUNREACH => Errno::Netunreach,
            HostErrno::NFILE => Errno::Nfile,
            HostErrno::NOBUFS => Errno::Nobufs,
            HostErrno::NODEV => Errno::Nodev,
            HostErrno::NOENT => Errno::Noent,
            HostErrno::NOEXEC => Errno::Noexec,
            HostErrno::NOLCK => Errno::Nolck,
            HostErrno::NOLINK => Errno::Nolink,
            HostErrno::NOMEM => Errno::Nomem,
            HostErrno::NOMSG => Errno::Nomsg,
            HostErrno::NOPROTOOPT => Errno::Noprotoopt,
            HostErrno::NOSPC => Errno::Nospc,
            HostErrno::NOSYS => Errno::Nosys,
            HostErrno::NOTCONN => Errno::Notconn,
            HostErrno::NOTDIR => Errno::Notdir,
            HostErrno::NOTEMPTY => Errno::Notempty,
            HostErrno::NOTRECOVERABLE => Errno::Notrecoverable,
            HostErrno::NOTSOCK => Errno::Notsock,
            HostErrno::NOTSUP => Errno::Notsup,
            HostErrno::NOTTY => Errno::Notty,
            HostErrno::NXIO => Errno::Nxio,
            HostErrno::OVERFLOW => Errno::Overflow,
            HostErrno::OWNERDEAD => Errno::Ownerdead,
            HostErrno::PERM => Errno::Perm,
            HostErrno::PIPE => Errno::Pipe,
            HostErrno::PROTO => Errno::Proto,
            HostErrno::PROTONOSUPPORT => Errno::Protonosupport,
            HostErrno::PROTOTYPE => Errno::Prototype,
            HostErrno::RANGE => Errno::Range,
            HostErrno::ROFS => Errno::Rofs,
            HostErrno::SPIPE => Errno::Spipe,
            HostErrno::SRCH => Errno::Srch,
            HostErrno::STALE => Errno::Stale,
            HostErrno::TIMEDOUT => Errno::Timedout,
            HostErrno::TXTBSY => Errno::Txtbsy,
            HostErrno::XDEV => Errno::Xdev,
            _ => Errno::Io,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_specification() {
        let cases = [
            (Errno::TooBig, 1),
            (Errno::Acces, 2),
            (Errno::Badf, 8),
            (Errno::Exist, 20),
            (Errno::Inval, 28),
            (Errno::Isdir, 31),
            (Errno::Noent, 44),
            (Errno::Notdir, 54),
            (Errno::Perm, 63),
            (Errno::Xdev, 75),
            (Errno::Notcapable, 76),
        ];
        for (errno, number) in cases {
            assert_eq!(errno as u16, number);
        }
    }

    #[test]
    fn errors_of_the_host_keep_their_names() {
        assert_eq!(Errno::from(HostErrno::LOOP), Errno::Loop);
        assert_eq!(Errno::from(HostErrno::WOULDBLOCK), Errno::Again);
        assert_eq!(Errno::from(HostErrno::UCLEAN), Errno::Io);
    }
}
