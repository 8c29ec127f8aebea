//! Two builds of a function beside one another, operator by operator.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Columns, Line};

/// Lines of one operator beyond which they are no longer matched, but stand beside one another as they come.
const MOST_MATCHED: usize = 200;

/// Two builds beside one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The rows.
    pub rows: Vec<DiffRow>,
}

/// A row: positions are in [`Columns::code`] of each build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffRow {
    /// Here begins the code of an operator; without an offset, what belongs to the function as a whole.
    Operator {
        /// Its byte offset in the module.
        offset: Option<u32>,
        /// Its text.
        text: String,
        /// Its number, as in [`Line::shade`].
        shade: Option<u32>,
    },
    /// Both builds have this line.
    Same {
        /// In one.
        left: usize,
        /// In the other.
        right: usize,
    },
    /// One build has this line, and the other has another or none.
    Different {
        /// In one.
        left: Option<usize>,
        /// In the other.
        right: Option<usize>,
    },
}

impl Diff {
    /// Puts `left` and `right`, two builds of one function, beside one another.
    pub fn of(left: &Columns, right: &Columns) -> Diff {
        let names: BTreeMap<_, _> = left.text.iter().rev().map(|line| (line.offset, line.text.trim())).collect();
        let mut groups: BTreeMap<Option<u32>, [Vec<usize>; 2]> = BTreeMap::new();
        for (side, columns) in [left, right].into_iter().enumerate() {
            for (at, line) in columns.code.iter().enumerate() {
                groups.entry(line.offset).or_default()[side].push(at);
            }
        }
        let mut rows = Vec::new();
        for (shade, (offset, [of_left, of_right])) in (0..).zip(groups) {
            let whole = "entry, exit and data";
            let text = if offset.is_none() { whole } else { names.get(&offset).copied().unwrap_or_default() };
            rows.push(DiffRow::Operator { offset, text: text.to_owned(), shade: offset.map(|_| shade) });
            rows.extend(matched(&left.code, &of_left, &right.code, &of_right));
        }
        Diff { rows }
    }
}

/// The lines at `of_left` and `of_right`, the longest common subsequence beside itself.
fn matched(left: &[Line], of_left: &[usize], right: &[Line], of_right: &[usize]) -> Vec<DiffRow> {
    let same = |i: usize, j: usize| comparable(&left[of_left[i]].text) == comparable(&right[of_right[j]].text);
    if of_left.len().max(of_right.len()) > MOST_MATCHED {
        return as_they_come(of_left, of_right, &same);
    }
    let lengths = common_lengths(of_left.len(), of_right.len(), &same);
    let (mut rows, mut i, mut j) = (Vec::new(), 0, 0);
    // Lines without a partner wait for those on the other side, so that they can stand beside one another.
    let (mut alone_left, mut alone_right) = (Vec::new(), Vec::new());
    while i < of_left.len() || j < of_right.len() {
        if i < of_left.len() && j < of_right.len() && same(i, j) {
            rows.extend(paired(&alone_left, &alone_right));
            (alone_left, alone_right) = (Vec::new(), Vec::new());
            rows.push(DiffRow::Same { left: of_left[i], right: of_right[j] });
            (i, j) = (i + 1, j + 1);
        } else if j == of_right.len() || (i < of_left.len() && lengths[i + 1][j] >= lengths[i][j + 1]) {
            alone_left.push(of_left[i]);
            i += 1;
        } else {
            alone_right.push(of_right[j]);
            j += 1;
        }
    }
    rows.extend(paired(&alone_left, &alone_right));
    rows
}

/// `lengths[i][j]`: how many lines those from `i` and those from `j` on have in common.
fn common_lengths(left: usize, right: usize, same: &dyn Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; right + 1]; left + 1];
    for i in (0..left).rev() {
        for j in (0..right).rev() {
            lengths[i][j] = match same(i, j) {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    lengths
}

/// The lines one after the other; those that happen to be beside an equal one are the same.
fn as_they_come(left: &[usize], right: &[usize], same: &dyn Fn(usize, usize) -> bool) -> Vec<DiffRow> {
    let rows = paired(left, right).into_iter().enumerate();
    rows.map(|(at, row)| match row {
        DiffRow::Different { left: Some(left), right: Some(right) } if same(at, at) => DiffRow::Same { left, right },
        row => row,
    })
    .collect()
}

fn paired(left: &[usize], right: &[usize]) -> Vec<DiffRow> {
    let at = |side: &[usize], row: usize| side.get(row).copied();
    let rows = 0..left.len().max(right.len());
    rows.map(|row| DiffRow::Different { left: at(left, row), right: at(right, row) }).collect()
}

/// What is compared of a line. Where a branch leads depends on all code between, which is compared by itself.
fn comparable(text: &str) -> &str {
    let is_branch = text.starts_with('j') || text.starts_with("b ") || text.starts_with("b.");
    let (mnemonic, _) = text.split_once(' ').unwrap_or((text, ""));
    if is_branch { mnemonic } else { text }
}
