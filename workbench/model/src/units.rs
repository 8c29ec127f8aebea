//! Numbers as people read them.

use std::time::Duration;

/// A size: exact below 1 KiB, else with one decimal.
pub fn bytes(count: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.into_iter().find(|&(unit, _)| count >= unit) {
        // Precision: a rounding error of f64 is far below the one decimal that is shown.
        Some((unit, name)) => format!("{:.1} {name}", count as f64 / unit as f64),
        None => format!("{count} B"),
    }
}

/// A time span: in the unit that leaves the fewest digits, microseconds at the least.
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    match span.as_micros() {
        0..1_000 => format!("{:.0} µs", seconds * 1e6),
        1_000..1_000_000 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        for (count, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (40 << 20, "40.0 MiB"),
            (3 << 30, "3.0 GiB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn time_spans_have_the_unit_that_fits() {
        for (microseconds, text) in [(7, "7 µs"), (1_500, "1.5 ms"), (2_340_000, "2.34 s")] {
            assert_eq!(duration(Duration::from_micros(microseconds)), text);
        }
    }
}
