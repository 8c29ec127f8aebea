//! The machine: what it is, whether it lets itself be pinned, and whether it is quiet enough to conclude anything.

use std::{fs, num::NonZero, thread};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::Serialize;

use crate::{Summary, startup::Series, statistics::quotient};

/// Where figures were taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// The processor's name, if the kernel tells it.
    pub processor: Option<String>,
    /// How many processors this process may use.
    pub processors: usize,
    /// The kernel's release.
    pub kernel: Option<String>,
    /// The load average of the last minute, before anything was measured.
    pub load: Option<f64>,
    /// The processor that everything ran on, if it was pinned.
    pub pinned: Option<usize>,
}

/// Spread of the floor beyond which the machine is too noisy: its interquartile range, as a part of its median.
const WIDEST_SPREAD: f64 = 0.25;

/// Change of the floor's median from the first half of the rounds to the second, beyond which the machine has changed.
const LARGEST_DRIFT: f64 = 0.15;

/// Rounds below which an interval says little.
const FEWEST_ROUNDS: usize = 30;

impl Machine {
    /// What this machine is.
    pub fn look() -> Machine {
        let text = |path: &str| fs::read_to_string(path).ok();
        let processor = text("/proc/cpuinfo").and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        });
        Machine {
            processor,
            processors: thread::available_parallelism().map_or(1, NonZero::get),
            kernel: text("/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned()),
            load: text("/proc/loadavg").and_then(|text| text.split(' ').next()?.parse().ok()),
            pinned: None,
        }
    }
}

/// Keeps a thread, and the processes that it spawns, on one processor until it is dropped.
#[derive(Debug)]
pub struct Pinned {
    /// The processor.
    pub processor: usize,
    before: CpuSet,
}

impl Pinned {
    /// Pins the calling thread to the last processor that it may use: the first ones serve most interrupts. `None` if the
    /// system does not let it.
    pub fn here() -> Option<Pinned> {
        let before = sched_getaffinity(None).ok()?;
        let processor = (0..CpuSet::MAX_CPU).rev().find(|processor| before.is_set(*processor))?;
        let mut one = CpuSet::new();
        one.set(processor);
        sched_setaffinity(None, &one).ok()?;
        Some(Pinned { processor, before })
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // A thread may always go back to where it was, unless the administrator has taken the processors meanwhile.
        let _ = sched_setaffinity(None, &self.before);
    }
}

/// Why the figures allow no conclusion, judged by the floor, which is always the same work.
pub fn warnings(floor: &Series) -> Vec<String> {
    let mut warnings = Vec::new();
    let rounds = floor.samples.len();
    if rounds < FEWEST_ROUNDS {
        warnings.push(format!("{rounds} rounds are too few to conclude; {FEWEST_ROUNDS} are the least"));
    }
    let spread = floor.summary.spread();
    if spread > WIDEST_SPREAD {
        warnings.push(format!(
            "the machine is noisy: half of the floor's samples spread over {:.0} % of its median",
            spread * 100.0
        ));
    }
    let (early, late) = floor.samples.split_at(rounds / 2);
    if let (Some(early), Some(late)) = (Summary::of(early), Summary::of(late)) {
        let drift = quotient(late.median, early.median) - 1.0;
        if drift.abs() > LARGEST_DRIFT {
            warnings.push(format!(
                "the machine changed meanwhile: the floor's median by {:+.0} % from the first half to the second",
                drift * 100.0
            ));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn series(samples: impl IntoIterator<Item = u64>) -> Series {
        let samples: Vec<_> = samples.into_iter().map(Duration::from_micros).collect();
        Series { summary: Summary::of(&samples).unwrap(), to_first: None, samples }
    }

    #[test]
    fn a_quiet_machine_has_no_warnings() {
        assert_eq!(warnings(&series((0..100).map(|sample| 100 + sample % 10))), [""; 0]);
    }

    #[test]
    fn noise_drift_and_few_rounds_are_warned_of() {
        let check = |samples: Vec<u64>, part: &str| {
            let warnings = warnings(&series(samples));
            assert!(warnings.iter().any(|warning| warning.contains(part)), "{warnings:?}");
        };
        check((0..100).map(|sample| 100 + 100 * (sample % 2)).collect(), "noisy");
        check((0..100).map(|sample| if sample < 50 { 100 } else { 130 }).collect(), "changed");
        check(vec![100; 3], "too few");
    }

    #[test]
    fn pinning_ends() {
        let before = sched_getaffinity(None).unwrap();
        drop(Pinned::here());
        assert_eq!(sched_getaffinity(None).unwrap(), before);
    }
}
