//! How a function is compiled: what can be chosen, and what is.

use serde::Serialize;
use wasmelt_driver::{Bounds, BuildOptions, Optimization};
use wasmelt_targets::{Architecture, Cpu, CpuLevel, Target};

use super::Contrast;

/// How a function is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// For what.
    pub target: Target,
    /// How accesses to memories are kept inside.
    pub bounds: Bounds,
    /// How hard the code generator tries.
    pub optimization: Optimization,
}

/// Which of two builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that is always there.
    Left,
    /// The other.
    Right,
}

/// Something about a build that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dial {
    /// The target.
    Target,
    /// How accesses to memories are kept inside.
    Bounds,
    /// How hard the code generator tries.
    Optimization,
}

const BOUNDS: [(Bounds, &str); 3] = [(Bounds::Auto, "auto"), (Bounds::Guard, "guard"), (Bounds::Explicit, "explicit")];

const OPTIMIZATIONS: [(Optimization, &str); 3] =
    [(Optimization::None, "-O0"), (Optimization::Speed, "-O2"), (Optimization::Size, "-Os")];

impl Default for Variant {
    /// What `wasmelt build` takes; on a machine that has no target, the first one there is.
    fn default() -> Variant {
        let architecture = Architecture::host().unwrap_or(Architecture::ALL[0]);
        Variant::of(Target::baseline(architecture))
    }
}

impl Variant {
    /// The default one for `target`.
    pub fn of(target: Target) -> Variant {
        Variant { target, bounds: Bounds::Auto, optimization: Optimization::Speed }
    }

    /// What the compiler is told.
    pub(crate) fn options(&self) -> BuildOptions {
        let Variant { target, bounds, optimization } = *self;
        BuildOptions { bounds, optimization, ..BuildOptions::new(target) }
    }

    /// The options of `dial` in words, and the position of the one that is chosen.
    pub(super) fn options_of(&self, dial: Dial) -> (Vec<String>, usize) {
        fn of<T: PartialEq>(options: &[(T, &str)], chosen: T) -> (Vec<String>, usize) {
            let names = options.iter().map(|(_, name)| (*name).to_owned()).collect();
            (names, options.iter().position(|(option, _)| *option == chosen).unwrap_or(0))
        }
        match dial {
            Dial::Bounds => of(&BOUNDS, self.bounds),
            Dial::Optimization => of(&OPTIMIZATIONS, self.optimization),
            Dial::Target => {
                let chosen = targets().position(|target| target == self.target).unwrap_or(0);
                (targets().map(|target| target.to_string()).collect(), chosen)
            }
        }
    }

    /// Turns `dial` to the option at `position`; one that there is not changes nothing.
    pub(super) fn turn(&mut self, dial: Dial, position: usize) {
        match dial {
            Dial::Target => self.target = targets().nth(position).unwrap_or(self.target),
            Dial::Bounds => self.bounds = BOUNDS.get(position).map_or(self.bounds, |(bounds, _)| *bounds),
            Dial::Optimization => {
                self.optimization = OPTIMIZATIONS.get(position).map_or(self.optimization, |(level, _)| *level);
            }
        }
    }

    /// This one and another, which differ in nothing but `contrast`.
    pub(super) fn contrasted(self, contrast: Contrast) -> (Variant, Variant) {
        match contrast {
            Contrast::Architectures => {
                let of = |architecture| Variant { target: Target::baseline(architecture), ..self };
                (of(Architecture::X86_64), of(Architecture::Aarch64))
            }
            Contrast::Bounds => {
                (Variant { bounds: Bounds::Guard, ..self }, Variant { bounds: Bounds::Explicit, ..self })
            }
            Contrast::Optimizations => {
                let of = |optimization| Variant { optimization, ..self };
                (of(Optimization::None), of(Optimization::Speed))
            }
        }
    }
}

/// Code can be generated for every level, whether or not this compiler has a runtime for it.
fn targets() -> impl Iterator<Item = Target> {
    Architecture::ALL.into_iter().flat_map(|architecture| {
        let baseline = Target::baseline(architecture);
        CpuLevel::of(architecture).map(move |level| Target { cpu: Cpu::Level(level), ..baseline })
    })
}

impl Dial {
    /// All of them.
    pub const ALL: [Dial; 3] = [Dial::Target, Dial::Bounds, Dial::Optimization];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Dial::Target => "Target",
            Dial::Bounds => "Bounds",
            Dial::Optimization => "Optimization",
        }
    }
}
