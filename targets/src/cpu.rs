//! CPU levels: what a program may expect of the processor, by public names.

use crate::Architecture;

/// The name that stands for whatever the build host has.
pub const NATIVE: &str = "native";

/// A named set of instruction-set extensions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct CpuLevel {
    /// The public name: of the x86-64 psABI, of the Arm architecture, or of a core.
    pub name: &'static str,
    /// The architecture it is a level of.
    pub architecture: Architecture,
    /// One line for people.
    pub summary: &'static str,
    /// Extensions the code generator may use, by the code generator's names; what a level has beyond these makes no
    /// difference to the code.
    pub features: &'static [&'static str],
}

const X86_64_V1: &[&str] = &[];
const X86_64_V2: &[&str] = &["has_sse3", "has_ssse3", "has_cmpxchg16b", "has_sse41", "has_sse42", "has_popcnt"];
const X86_64_V3: &[&str] = &[
    "has_sse3",
    "has_ssse3",
    "has_cmpxchg16b",
    "has_sse41",
    "has_sse42",
    "has_popcnt",
    "has_avx",
    "has_avx2",
    "has_bmi1",
    "has_bmi2",
    "has_fma",
    "has_lzcnt",
];
const X86_64_V4: &[&str] = &[
    "has_sse3",
    "has_ssse3",
    "has_cmpxchg16b",
    "has_sse41",
    "has_sse42",
    "has_popcnt",
    "has_avx",
    "has_avx2",
    "has_bmi1",
    "has_bmi2",
    "has_fma",
    "has_lzcnt",
    "has_avx512f",
    "has_avx512dq",
    "has_avx512vl",
];
const ARMV8_A: &[&str] = &[];
const ARMV8_1_A: &[&str] = &["has_lse"];
const ARMV8_2_A_SERVER: &[&str] = &["has_lse", "has_fp16", "has_dotprod"];
const ARMV8_4_A_SERVER: &[&str] = &["has_lse", "has_fp16", "has_dotprod", "has_i8mm", "has_pauth"];

const fn level(
    architecture: Architecture,
    name: &'static str,
    summary: &'static str,
    features: &'static [&'static str],
) -> CpuLevel {
    CpuLevel { name, architecture, summary, features }
}

/// Every level; the first of an architecture is not the default, [`CpuLevel::baseline`] is.
static LEVELS: &[CpuLevel] = {
    use Architecture::{Aarch64, X86_64};
    &[
        level(X86_64, "x86-64-v1", "every x86-64 processor (SSE2)", X86_64_V1),
        level(X86_64, "x86-64-v2", "since 2009 (SSE4.2, POPCNT)", X86_64_V2),
        level(X86_64, "x86-64-v3", "since 2013–2015 (AVX2, BMI, FMA)", X86_64_V3),
        level(X86_64, "x86-64-v4", "servers since 2017 (AVX-512)", X86_64_V4),
        level(Aarch64, "armv8-a", "every 64-bit Arm processor", ARMV8_A),
        level(Aarch64, "armv8.1-a", "with atomic instructions (LSE)", ARMV8_1_A),
        level(Aarch64, "neoverse-n1", "AWS Graviton 2, Ampere Altra", ARMV8_2_A_SERVER),
        level(Aarch64, "neoverse-v1", "AWS Graviton 3", ARMV8_4_A_SERVER),
        level(Aarch64, "neoverse-n2", "Azure Cobalt 100, Alibaba Yitian", ARMV8_4_A_SERVER),
        level(Aarch64, "neoverse-v2", "AWS Graviton 4, NVIDIA Grace, Google Axion", ARMV8_4_A_SERVER),
    ]
};

impl CpuLevel {
    /// Every level of every architecture.
    pub fn all() -> &'static [CpuLevel] {
        LEVELS
    }

    /// The levels of `architecture`, from the most portable up.
    pub fn of(architecture: Architecture) -> impl Iterator<Item = &'static CpuLevel> {
        LEVELS.iter().filter(move |level| level.architecture == architecture)
    }

    /// The default level of `architecture`: portable, and never a matter of the build host.
    ///
    /// On x86_64 it is v2, because v1 lacks the instructions for `floor`, `ceil`, `trunc` and `nearest`.
    pub fn baseline(architecture: Architecture) -> &'static CpuLevel {
        let name = match architecture {
            Architecture::X86_64 => "x86-64-v2",
            Architecture::Aarch64 => "armv8-a",
        };
        CpuLevel::find(name).expect("invariant: every baseline is in the table")
    }

    /// The level called `name`.
    pub fn find(name: &str) -> Option<&'static CpuLevel> {
        LEVELS.iter().find(|level| level.name == name)
    }
}

/// The processor a program is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cpu {
    /// A level by name: the same code on every build host.
    Level(&'static CpuLevel),
    /// The build host's own extensions; the program may not start elsewhere.
    Native,
}

impl Cpu {
    /// The level's public name, or `native`.
    pub fn name(self) -> &'static str {
        match self {
            Cpu::Level(level) => level.name,
            Cpu::Native => NATIVE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_names_are_unique() {
        for (index, level) in LEVELS.iter().enumerate() {
            assert!(LEVELS[..index].iter().all(|other| other.name != level.name), "{}", level.name);
        }
    }

    #[test]
    fn every_architecture_has_a_baseline_of_its_own() {
        for architecture in Architecture::ALL {
            assert_eq!(CpuLevel::baseline(architecture).architecture, architecture);
        }
    }

    #[test]
    fn levels_of_x86_64_grow() {
        for (lower, higher) in [(X86_64_V1, X86_64_V2), (X86_64_V2, X86_64_V3), (X86_64_V3, X86_64_V4)] {
            assert!(lower.iter().all(|feature| higher.contains(feature)));
        }
    }
}
