//! What is claimed of start-up times: lines that figures are held against.

use std::time::Duration;

use serde::Serialize;

use crate::{rivals, statistics::nanoseconds};

/// A time that programs are said to stay below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// The claim in a few words.
    pub text: String,
    /// The time.
    #[serde(rename = "limit_ns", serialize_with = "nanoseconds")]
    pub limit: Duration,
}

/// The claims that can be checked where candidates have these medians: one needs a container to compare with, and takes the
/// fastest of those that there are.
pub fn claims<'a>(medians: impl IntoIterator<Item = (&'a str, Duration)>) -> Vec<Claim> {
    let container = medians
        .into_iter()
        .filter(|(name, _)| rivals::is_container(name))
        .min_by_key(|&(_, median)| median)
        .map(|(name, median)| Claim { text: format!("{name} / 100"), limit: median / 100 });
    let millisecond = Claim { text: "1 ms".to_owned(), limit: Duration::from_millis(1) };
    [millisecond].into_iter().chain(container).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_container_is_divided_by_a_hundred() {
        let medians = [("floor", 100), ("runc", 50_000), ("crun", 30_000), ("bubblewrap", 4_000)];
        let claims = claims(medians.map(|(name, median)| (name, Duration::from_micros(median))));
        let claims: Vec<_> = claims.iter().map(|claim| (claim.text.as_str(), claim.limit.as_micros())).collect();
        assert_eq!(claims, [("1 ms", 1000), ("crun / 100", 300)]);
    }

    #[test]
    fn without_a_container_one_claim_is_left() {
        assert_eq!(claims([("floor", Duration::from_micros(100))]).len(), 1);
    }
}
