//! From samples to figures. Order statistics only: start-up times have a hard floor and a long tail, for which mean and
//! deviation say little.

use std::time::Duration;

use serde::Serialize;

/// The figures of one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many samples there are; at least one.
    pub samples: usize,
    /// The shortest: what the work costs when nothing disturbs it.
    pub minimum: Duration,
    /// The middle one.
    pub median: Duration,
    /// The 99th percentile, by nearest rank.
    pub p99: Duration,
}

/// How one candidate compares with another; 2 is twice as long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// Of the minima.
    pub minimum: f64,
    /// Of the medians.
    pub median: f64,
}

impl Summary {
    /// The figures of `samples`; `None` if there are none.
    pub fn of(samples: &[Duration]) -> Option<Summary> {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let minimum = *sorted.first()?;
        Some(Summary { samples: sorted.len(), minimum, median: median(&sorted), p99: percentile(&sorted, 99) })
    }

    /// How `self` compares with `base`. Against a base of no time at all a ratio is infinite or not a number.
    pub fn ratio_to(&self, base: &Summary) -> Ratio {
        let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
        Ratio { minimum: ratio(self.minimum, base.minimum), median: ratio(self.median, base.median) }
    }
}

/// The middle sample, or the mean of the two in the middle.
fn median(sorted: &[Duration]) -> Duration {
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2,
    }
}

/// The smallest sample that `percent` of all samples do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted[rank.max(1) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(samples: impl IntoIterator<Item = u64>) -> Vec<Duration> {
        samples.into_iter().map(Duration::from_millis).collect()
    }

    fn check(samples: impl IntoIterator<Item = u64>, minimum: u64, median_microseconds: u64, p99: u64) {
        let summary = Summary::of(&milliseconds(samples)).unwrap();
        assert_eq!(summary.minimum, Duration::from_millis(minimum));
        assert_eq!(summary.median, Duration::from_micros(median_microseconds));
        assert_eq!(summary.p99, Duration::from_millis(p99));
    }

    #[test]
    fn nothing_has_no_figures() {
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn one_sample_is_every_figure() {
        check([7], 7, 7_000, 7);
    }

    #[test]
    fn order_does_not_matter() {
        check([5, 1, 3], 1, 3_000, 5);
    }

    #[test]
    fn an_even_number_has_its_median_in_between() {
        check([4, 1, 2, 3], 1, 2_500, 4);
    }

    #[test]
    fn the_99th_percentile_of_a_hundred_is_the_second_longest() {
        check(1..=100, 1, 50_500, 99);
        check(1..=1000, 1, 500_500, 990);
    }

    #[test]
    fn one_outlier_moves_neither_minimum_nor_median() {
        check([10, 10, 10, 10, 9_000], 10, 10_000, 9_000);
    }

    #[test]
    fn ratios_are_of_equal_figures() {
        let one = Summary::of(&milliseconds([20, 30, 40])).unwrap();
        let base = Summary::of(&milliseconds([10, 20, 30])).unwrap();
        assert_eq!(one.ratio_to(&base), Ratio { minimum: 2.0, median: 1.5 });
    }
}
