//! From samples to figures. Order statistics only: start-up times have a hard floor and a long tail, for which mean and
//! deviation say little.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// How often a ratio's samples are drawn again.
const RESAMPLES: usize = 1000;

/// The figures of one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many samples there are; at least one.
    pub samples: usize,
    /// The shortest: what the work costs when nothing disturbs it.
    #[serde(rename = "minimum_ns", serialize_with = "nanoseconds")]
    pub minimum: Duration,
    /// The 25th percentile.
    #[serde(rename = "lower_quartile_ns", serialize_with = "nanoseconds")]
    pub lower_quartile: Duration,
    /// The middle one.
    #[serde(rename = "median_ns", serialize_with = "nanoseconds")]
    pub median: Duration,
    /// The 75th percentile.
    #[serde(rename = "upper_quartile_ns", serialize_with = "nanoseconds")]
    pub upper_quartile: Duration,
    /// The 99th percentile, by nearest rank.
    #[serde(rename = "p99_ns", serialize_with = "nanoseconds")]
    pub p99: Duration,
    /// Samples that lie more than three interquartile ranges above the upper quartile (Tukey's far out). They stay in.
    pub outliers: usize,
}

/// How one candidate compares with another; 2 is twice as long.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// Of the minima.
    pub minimum: f64,
    /// Of the medians.
    pub median: f64,
    /// Where the ratio of the medians lies with 95 % confidence: from here,
    pub low: f64,
    /// to here.
    pub high: f64,
}

pub(crate) fn nanoseconds<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
}

pub(crate) fn all_nanoseconds<S: Serializer>(spans: &[Duration], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(spans.iter().map(|span| u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
}

impl Summary {
    /// The figures of `samples`; `None` if there are none.
    pub fn of(samples: &[Duration]) -> Option<Summary> {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let minimum = *sorted.first()?;
        let (lower_quartile, upper_quartile) = (percentile(&sorted, 25), percentile(&sorted, 75));
        let far_out = upper_quartile + 3 * (upper_quartile - lower_quartile);
        Some(Summary {
            samples: sorted.len(),
            minimum,
            lower_quartile,
            median: median(&sorted),
            upper_quartile,
            p99: percentile(&sorted, 99),
            outliers: sorted.iter().filter(|sample| **sample > far_out).count(),
        })
    }

    /// The interquartile range, as a part of the median.
    pub fn spread(&self) -> f64 {
        quotient(self.upper_quartile - self.lower_quartile, self.median)
    }
}

impl Ratio {
    /// How `samples` compare with `base`, of the same rounds: the bootstrap draws rounds, so that what disturbs both
    /// disturbs them together. The draws are the same in each run. `None` if there are no samples, or not as many of both.
    pub fn of(samples: &[Duration], base: &[Duration]) -> Option<Ratio> {
        let rounds = samples.len();
        let (own, other) = (Summary::of(samples)?, Summary::of(base)?);
        if rounds != base.len() {
            return None;
        }
        let mut draws = Draws::new();
        let mut ratios: Vec<f64> = (0..RESAMPLES).map(|_| draws.ratio(samples, base)).collect();
        ratios.sort_unstable_by(f64::total_cmp);
        Some(Ratio {
            minimum: quotient(own.minimum, other.minimum),
            median: quotient(own.median, other.median),
            low: ratios[RESAMPLES / 40],
            high: ratios[RESAMPLES - 1 - RESAMPLES / 40],
        })
    }
}

/// Against no time at all a quotient is infinite or not a number.
pub(crate) fn quotient(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub(crate) struct Draws(u64);

impl Draws {
    /// The same draws in each run.
    pub(crate) const fn new() -> Draws {
        Draws(0x5eed)
    }

    /// The numbers below `bound`, in an order that is drawn (Fisher and Yates).
    pub(crate) fn order(&mut self, bound: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..bound).collect();
        for last in (1..bound).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let scaled = (u128::from(bits ^ (bits >> 31)) * bound as u128) >> 64;
        usize::try_from(scaled).expect("invariant: below a bound that is a usize")
    }

    /// The ratio of the medians of as many rounds as there are, drawn with replacement.
    fn ratio(&mut self, samples: &[Duration], base: &[Duration]) -> f64 {
        let drawn: Vec<usize> = samples.iter().map(|_| self.below(samples.len())).collect();
        let middle = |of: &[Duration]| {
            let mut of: Vec<Duration> = drawn.iter().map(|round| of[*round]).collect();
            let at = of.len() / 2;
            *of.select_nth_unstable(at).1
        };
        quotient(middle(samples), middle(base))
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
        assert_eq!(Ratio::of(&[], &[]), None);
        assert_eq!(Ratio::of(&milliseconds([1]), &milliseconds([1, 2])), None);
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
    fn each_number_has_its_place_in_an_order_and_each_place_is_had_as_often() {
        let mut draws = Draws::new();
        let mut first = [0; 4];
        for _ in 0..400 {
            let order = draws.order(4);
            first[order[0]] += 1;
            let mut sorted = order;
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
        }
        assert!(first.iter().all(|times| (75..=125).contains(times)), "{first:?}");
        assert!(draws.order(0).is_empty());
    }

    #[test]
    fn one_outlier_moves_neither_minimum_nor_median() {
        check([10, 10, 10, 10, 9_000], 10, 10_000, 9_000);
        assert_eq!(Summary::of(&milliseconds([10, 10, 10, 10, 9_000])).unwrap().outliers, 1);
        assert_eq!(Summary::of(&milliseconds(1..=100)).unwrap().outliers, 0);
    }

    #[test]
    fn ratios_are_of_equal_figures() {
        let ratio = Ratio::of(&milliseconds([20, 30, 40]), &milliseconds([10, 20, 30])).unwrap();
        assert_eq!((ratio.minimum, ratio.median), (2.0, 1.5));
        assert!(ratio.low <= ratio.median && ratio.median <= ratio.high, "{ratio:?}");
    }

    #[test]
    fn what_disturbs_both_leaves_the_ratio_certain() {
        let base = milliseconds([10, 50, 20, 90, 10, 40]);
        let twice: Vec<_> = base.iter().map(|sample| *sample * 2).collect();
        let ratio = Ratio::of(&twice, &base).unwrap();
        assert_eq!((ratio.low, ratio.high), (2.0, 2.0));
    }
}
