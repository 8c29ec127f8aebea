//! Shares of a whole as areas of a rectangle: a squarified treemap (Bruls, Huizing, van Wijk: "Squarified Treemaps", 2000).
//!
//! Shares are laid in rows along the shorter side of what is left, as many in a row as make its cells squarer.

/// A part of a rectangle, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Distance from the left side.
    pub x: f32,
    /// Distance from the upper side.
    pub y: f32,
    /// Extent to the right.
    pub width: f32,
    /// Extent downwards.
    pub height: f32,
}

/// An area for each of `shares`, in their order, which together fill `whole`. Shares are positive; the largest first gives
/// the squarest areas.
pub fn treemap(shares: &[f32], whole: Area) -> Vec<Area> {
    let mut areas = Vec::with_capacity(shares.len());
    let (mut rest, mut free) = (shares, whole);
    while !rest.is_empty() {
        // Nothing to divide, from the start or for rounding.
        if free.width * free.height <= 0.0 {
            areas.resize(shares.len(), Area { width: 0.0, height: 0.0, ..free });
            break;
        }
        // What a share of 1 covers of what is left.
        let scale = free.width * free.height / rest.iter().sum::<f32>();
        let side = free.width.min(free.height);
        let (row, behind) = rest.split_at(row_length(rest, scale, side));
        free = lay(row, scale, free, &mut areas);
        rest = behind;
    }
    areas
}

/// How many of `shares` the next row takes: one more as long as no cell gets less square for it.
fn row_length(shares: &[f32], scale: f32, side: f32) -> usize {
    let worst = |count: usize| {
        let row = &shares[..count];
        let depth = row.iter().sum::<f32>() * scale / side;
        let ratio = |share: &f32| {
            let length = share * scale / depth;
            (length / depth).max(depth / length)
        };
        row.iter().map(ratio).fold(0.0, f32::max)
    };
    (1..shares.len()).find(|&count| worst(count + 1) > worst(count)).unwrap_or(shares.len())
}

/// Lays `row` along the shorter side of `free`; returns what is left of that.
fn lay(row: &[f32], scale: f32, free: Area, areas: &mut Vec<Area>) -> Area {
    let upright = free.width >= free.height;
    let side = if upright { free.height } else { free.width };
    let depth = row.iter().sum::<f32>() * scale / side;
    let mut at = 0.0;
    for share in row {
        let length = share * scale / depth;
        areas.push(if upright {
            Area { x: free.x, y: free.y + at, width: depth, height: length }
        } else {
            Area { x: free.x + at, y: free.y, width: length, height: depth }
        });
        at += length;
    }
    if upright {
        Area { x: free.x + depth, width: (free.width - depth).max(0.0), ..free }
    } else {
        Area { y: free.y + depth, height: (free.height - depth).max(0.0), ..free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Area = Area { x: 10.0, y: 20.0, width: 600.0, height: 400.0 };

    /// Equal but for rounding.
    #[track_caller]
    fn close(one: f32, other: f32) {
        assert!((one - other).abs() <= 1e-3 * one.abs().max(1.0), "{one} is not {other}");
    }

    #[test]
    fn areas_are_as_large_as_their_shares() {
        let shares = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0];
        let areas = treemap(&shares, WHOLE);
        assert_eq!(areas.len(), shares.len());
        for (area, share) in areas.iter().zip(shares) {
            close(area.width * area.height, share / 24.0 * WHOLE.width * WHOLE.height);
        }
    }

    #[test]
    fn areas_lie_inside_and_apart() {
        let shares: Vec<f32> = (1..60).rev().map(|share| share as f32).collect();
        let areas = treemap(&shares, WHOLE);
        for (at, area) in areas.iter().enumerate() {
            assert!(area.x >= WHOLE.x - 1e-2 && area.x + area.width <= WHOLE.x + WHOLE.width + 1e-2, "{area:?}");
            assert!(area.y >= WHOLE.y - 1e-2 && area.y + area.height <= WHOLE.y + WHOLE.height + 1e-2, "{area:?}");
            for other in &areas[at + 1..] {
                let overlap_x = (area.x + area.width).min(other.x + other.width) - area.x.max(other.x);
                let overlap_y = (area.y + area.height).min(other.y + other.height) - area.y.max(other.y);
                assert!(overlap_x < 1e-2 || overlap_y < 1e-2, "{area:?} {other:?}");
            }
        }
    }

    /// The example that the paper walks through: 6 × 4 with these shares.
    #[test]
    fn the_papers_example_comes_out() {
        let whole = Area { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let areas = treemap(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], whole);
        let expected =
            [(0.0, 0.0, 3.0, 2.0), (0.0, 2.0, 3.0, 2.0), (3.0, 0.0, 1.714, 2.333), (4.714, 0.0, 1.286, 2.333)];
        for (area, (x, y, width, height)) in areas.iter().zip(expected) {
            close(area.x, x);
            close(area.y, y);
            close(area.width, width);
            close(area.height, height);
        }
    }

    #[test]
    fn cells_are_about_square() {
        let areas = treemap(&[1.0; 12], WHOLE);
        let worst = areas.iter().map(|area| (area.width / area.height).max(area.height / area.width));
        assert!(worst.fold(0.0, f32::max) < 2.0);
    }

    #[test]
    fn no_area_is_divided_into_none() {
        let areas = treemap(&[2.0, 1.0], Area { width: 0.0, ..WHOLE });
        assert!(areas.len() == 2 && areas.iter().all(|area| area.width == 0.0 && area.height == 0.0));
    }

    #[test]
    fn nothing_takes_no_area() {
        assert_eq!(treemap(&[], WHOLE), []);
    }
}
