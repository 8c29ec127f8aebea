//! What imports are for.

use std::fmt;

use wasmelt_abi::find_host_function;
use wasmelt_policy::family;

/// What a program can ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// The arguments that it is started with.
    Arguments,
    /// Environment variables.
    Environment,
    /// Directories and the files in them, by path.
    Files,
    /// What is open: the standard streams, and files that were opened by path.
    Streams,
    /// Sockets.
    Sockets,
    /// Clocks.
    Clocks,
    /// Random bytes.
    Randomness,
    /// To end, to wait, to let others run.
    Process,
    /// Another module, of this name.
    Module(String),
}

impl Capability {
    /// What the import of `name` from `module` is for.
    pub fn of(module: &str, name: &str, is_function: bool) -> Capability {
        let Some(function) = find_host_function(module, name).filter(|_| is_function) else {
            return Capability::Module(module.to_owned());
        };
        match function.family() {
            family::FILES => Capability::Files,
            family::SOCKETS => Capability::Sockets,
            family::CLOCKS => Capability::Clocks,
            family::RANDOM => Capability::Randomness,
            _ if name.starts_with("args_") => Capability::Arguments,
            _ if name.starts_with("environ_") => Capability::Environment,
            _ if name.starts_with("fd_") => Capability::Streams,
            _ => Capability::Process,
        }
    }

    /// The flag that grants it, or provides it; `None` where nothing has to be granted.
    pub fn flag(&self) -> Option<String> {
        let flag = match self {
            Capability::Arguments => "--allow-args",
            Capability::Environment => "--allow-env=NAME",
            Capability::Files => "--dir HOST::GUEST",
            Capability::Sockets => "--allow-listen=ADDRESS",
            Capability::Clocks => "--allow-clock",
            Capability::Randomness => "--allow-random",
            Capability::Streams | Capability::Process => return None,
            Capability::Module(name) => return Some(format!("--module {name}=FILE")),
        };
        Some(flag.to_owned())
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Capability::Arguments => "arguments",
            Capability::Environment => "environment variables",
            Capability::Files => "directories and files",
            Capability::Streams => "streams and open files",
            Capability::Sockets => "sockets",
            Capability::Clocks => "clocks",
            Capability::Randomness => "random bytes",
            Capability::Process => "exit and waiting",
            Capability::Module(name) => return write!(f, "module `{name}`"),
        })
    }
}
