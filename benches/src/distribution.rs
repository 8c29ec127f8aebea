//! The shape of samples, in as many numbers as a plot can show.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::{
    Summary,
    statistics::{all_nanoseconds, nanoseconds},
};

/// Steps of the distribution function at the most: more than a plot has room for.
const MOST_STEPS: usize = 200;

/// Samples beyond the whiskers at the most.
const MOST_BEYOND: usize = 100;

/// A distribution: a box with whiskers (Tukey's, 1.5 interquartile ranges), and the empirical distribution function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// The figures; the box reaches from quartile to quartile.
    pub summary: Summary,
    /// The shortest sample within the whiskers' reach.
    #[serde(rename = "lower_whisker_ns", serialize_with = "nanoseconds")]
    pub lower_whisker: Duration,
    /// The longest.
    #[serde(rename = "upper_whisker_ns", serialize_with = "nanoseconds")]
    pub upper_whisker: Duration,
    /// Samples beyond the whiskers, ascending; the longest ones if there are many.
    #[serde(rename = "beyond_ns", serialize_with = "all_nanoseconds")]
    pub beyond: Vec<Duration>,
    /// Times, ascending, and the part of the samples that do not exceed each. The last is 1.
    #[serde(serialize_with = "steps")]
    pub steps: Vec<(Duration, f64)>,
}

fn steps<S: Serializer>(steps: &[(Duration, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(steps.iter().map(|(span, part)| (span.as_nanos() as f64, *part)))
}

impl Distribution {
    /// The distribution of `samples`; `None` if there are none.
    pub fn of(samples: &[Duration]) -> Option<Distribution> {
        let summary = Summary::of(samples)?;
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let reach = (summary.upper_quartile - summary.lower_quartile) * 3 / 2;
        let (least, most) = (summary.lower_quartile.saturating_sub(reach), summary.upper_quartile + reach);
        let below = sorted.partition_point(|sample| *sample < least);
        let within = sorted.partition_point(|sample| *sample <= most);
        let beyond = sorted[..below].iter().chain(&sorted[within..]).copied();
        let spare = (below + sorted.len() - within).saturating_sub(MOST_BEYOND);
        Some(Distribution {
            summary,
            // Both quartiles are within reach.
            lower_whisker: sorted[below],
            upper_whisker: sorted[within - 1],
            beyond: beyond.skip(spare).collect(),
            steps: distribution_function(&sorted),
        })
    }
}

/// Every sample is a step, or as many of them as there may be, equally far apart.
fn distribution_function(sorted: &[Duration]) -> Vec<(Duration, f64)> {
    let (count, steps) = (sorted.len(), sorted.len().min(MOST_STEPS));
    let rank = |step: usize| ((step + 1) * count).div_ceil(steps);
    (0..steps).map(|step| (sorted[rank(step) - 1], rank(step) as f64 / count as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(samples: impl IntoIterator<Item = u64>) -> Distribution {
        let samples: Vec<_> = samples.into_iter().map(Duration::from_micros).collect();
        Distribution::of(&samples).unwrap()
    }

    #[test]
    fn whiskers_end_at_samples() {
        let shape = of([10, 11, 12, 13, 14, 15, 16, 17, 18, 500, 1]);
        assert_eq!((shape.lower_whisker.as_micros(), shape.upper_whisker.as_micros()), (10, 18));
        assert_eq!(shape.beyond, [1, 500].map(Duration::from_micros));
    }

    #[test]
    fn few_samples_are_all_steps() {
        let shape = of([30, 10, 20, 20]);
        let steps: Vec<_> = shape.steps.iter().map(|(span, part)| (span.as_micros(), *part)).collect();
        assert_eq!(steps, [(10, 0.25), (20, 0.5), (20, 0.75), (30, 1.0)]);
    }

    #[test]
    fn many_samples_have_as_many_steps_as_a_plot() {
        let shape = of(1..=12_345);
        assert_eq!(shape.steps.len(), MOST_STEPS);
        assert_eq!(*shape.steps.last().unwrap(), (Duration::from_micros(12_345), 1.0));
        assert!(shape.steps.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1));
        assert_eq!(of(std::iter::repeat_n(5, 1000)).beyond, []);
    }

    #[test]
    fn nothing_has_no_shape() {
        assert_eq!(Distribution::of(&[]), None);
    }
}
