//! A target: where a program runs.

use std::{fmt, str::FromStr};

use crate::{AddressSpace, Architecture, Cpu, CpuLevel, NATIVE, System};

/// An operating system, an architecture and a processor; written `x86_64-linux` or `aarch64-linux:neoverse-n1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The operating system.
    pub system: System,
    /// The instruction set.
    pub architecture: Architecture,
    /// The processor; of the same architecture.
    pub cpu: Cpu,
}

impl Target {
    /// The portable Linux target of `architecture`.
    pub fn baseline(architecture: Architecture) -> Target {
        Target::portable(System::Linux, architecture)
    }

    /// The portable target of `architecture` and `system`.
    pub fn portable(system: System, architecture: Architecture) -> Target {
        Target { system, architecture, cpu: Cpu::Level(CpuLevel::baseline(architecture)) }
    }

    /// The portable targets of all platforms, in the order in which they are listed to users.
    pub fn platforms() -> impl Iterator<Item = Target> {
        let of_system = |system| Architecture::ALL.map(|architecture| Target::portable(system, architecture));
        System::ALL.into_iter().flat_map(of_system)
    }

    /// The name without the CPU level: `x86_64-linux`.
    pub fn platform(&self) -> &'static str {
        match (self.architecture, self.system) {
            (Architecture::X86_64, System::Linux) => "x86_64-linux",
            (Architecture::Aarch64, System::Linux) => "aarch64-linux",
            (Architecture::X86_64, System::MacOs) => "x86_64-macos",
            (Architecture::Aarch64, System::MacOs) => "aarch64-macos",
            (Architecture::X86_64, System::Windows) => "x86_64-windows",
            (Architecture::Aarch64, System::Windows) => "aarch64-windows",
        }
    }

    /// The Rust target triple, another name of the platform. With its standard library the runtime is built, where there is
    /// one.
    pub fn rust_triple(&self) -> &'static str {
        match (self.architecture, self.system) {
            (Architecture::X86_64, System::Linux) => "x86_64-unknown-linux-gnu",
            (Architecture::Aarch64, System::Linux) => "aarch64-unknown-linux-gnu",
            (Architecture::X86_64, System::MacOs) => "x86_64-apple-darwin",
            (Architecture::Aarch64, System::MacOs) => "aarch64-apple-darwin",
            (Architecture::X86_64, System::Windows) => "x86_64-pc-windows-msvc",
            (Architecture::Aarch64, System::Windows) => "aarch64-pc-windows-msvc",
        }
    }

    /// Where the parts of a program lie on this target.
    pub fn address_space(&self) -> AddressSpace {
        AddressSpace::of(self.system, self.architecture)
    }
}

impl fmt::Display for Target {
    /// The platform, and the level where it is not the baseline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.platform())?;
        match self.cpu {
            Cpu::Level(level) if level == CpuLevel::baseline(self.architecture) => Ok(()),
            cpu => write!(f, ":{}", cpu.name()),
        }
    }
}

/// Why a text is not a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseTargetError {
    /// No such platform.
    Platform(String),
    /// No such CPU level.
    Cpu(String),
    /// A level of one architecture on a platform of another.
    Mismatch {
        /// The level.
        level: &'static str,
        /// The platform it was asked for.
        platform: &'static str,
    },
    /// `native` for an architecture that the build host does not have.
    NotNative {
        /// The platform it was asked for.
        platform: &'static str,
    },
}

impl fmt::Display for ParseTargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseTargetError::Platform(name) => write!(f, "unknown target `{name}`: `wasmelt targets` lists them"),
            ParseTargetError::Cpu(name) => write!(f, "unknown CPU level `{name}`: `wasmelt targets` lists them"),
            ParseTargetError::Mismatch { level, platform } => write!(f, "`{level}` is not a CPU level of {platform}"),
            ParseTargetError::NotNative { platform } => {
                write!(f, "`{NATIVE}` is the build host's processor, which cannot run {platform} programs")
            }
        }
    }
}

impl std::error::Error for ParseTargetError {}

impl FromStr for Target {
    type Err = ParseTargetError;

    /// Reads `PLATFORM` or `PLATFORM:LEVEL`; a platform may have the name of its Rust target.
    fn from_str(text: &str) -> Result<Target, ParseTargetError> {
        let (platform, level) = match text.split_once(':') {
            Some((platform, level)) => (platform, Some(level)),
            None => (text, None),
        };
        let baseline = Target::platforms()
            .find(|target| [target.platform(), target.rust_triple()].contains(&platform))
            .ok_or_else(|| ParseTargetError::Platform(platform.to_owned()))?;
        match level {
            None => Ok(baseline),
            Some(level) => Ok(Target { cpu: parse_cpu(level, baseline)?, ..baseline }),
        }
    }
}

fn parse_cpu(name: &str, target: Target) -> Result<Cpu, ParseTargetError> {
    let platform = target.platform();
    if name == NATIVE {
        return match Architecture::host() {
            Some(host) if host == target.architecture && target.system == System::Linux => Ok(Cpu::Native),
            _ => Err(ParseTargetError::NotNative { platform }),
        };
    }
    let level = CpuLevel::find(name).ok_or_else(|| ParseTargetError::Cpu(name.to_owned()))?;
    if level.architecture != target.architecture {
        return Err(ParseTargetError::Mismatch { level: level.name, platform });
    }
    Ok(Cpu::Level(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for (system, level) in
            System::ALL.into_iter().flat_map(|system| CpuLevel::all().iter().map(move |it| (system, it)))
        {
            let target = Target { system, architecture: level.architecture, cpu: Cpu::Level(level) };
            assert_eq!(target.to_string().parse(), Ok(target));
        }
    }

    #[test]
    fn the_default_level_is_the_baseline() {
        let target: Target = "x86_64-linux".parse().unwrap();
        assert_eq!(target.cpu.name(), "x86-64-v2");
    }

    #[test]
    fn triples_are_names_too() {
        for target in Target::platforms() {
            assert_eq!(target.rust_triple().parse(), Ok(target));
        }
        assert_eq!("aarch64-apple-darwin".parse::<Target>().unwrap().to_string(), "aarch64-macos");
    }

    #[test]
    fn a_level_of_another_architecture_is_refused() {
        let error = "aarch64-linux:x86-64-v3".parse::<Target>().unwrap_err();
        assert_eq!(error, ParseTargetError::Mismatch { level: "x86-64-v3", platform: "aarch64-linux" });
    }

    #[test]
    fn unknown_names_are_refused() {
        assert!(matches!("riscv64-linux".parse::<Target>(), Err(ParseTargetError::Platform(_))));
        assert!(matches!("x86_64-linux:z80".parse::<Target>(), Err(ParseTargetError::Cpu(_))));
    }
}
