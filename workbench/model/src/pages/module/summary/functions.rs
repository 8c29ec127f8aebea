//! The functions that a module defines, by size.

use serde::Serialize;
use wasmelt_driver::{Cost, FunctionIndex, Module, largest_functions};

/// How many functions have a share of their own: more than a screen has room for.
const SHARES: usize = 240;

/// The functions that a module defines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Functions {
    /// Bytes of all their bodies.
    pub bytes: u64,
    /// The largest ones, the largest first; then all others as one.
    pub shares: Vec<FunctionShare>,
}

/// A function, or several, as a part of all code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunctionShare {
    /// The function's index; `None` if these are several.
    pub index: Option<u32>,
    /// The function's name for people, or how many functions these are.
    pub name: String,
    /// Bytes of their bodies.
    pub bytes: u64,
}

impl Functions {
    pub(super) fn of(module: &Module, cost: &Cost) -> Functions {
        let largest = largest_functions(module, SHARES).into_iter();
        let share = |(index, bytes): (FunctionIndex, u64)| FunctionShare {
            index: Some(index.0),
            name: module.display_name(index),
            bytes,
        };
        let mut shares: Vec<FunctionShare> = largest.map(share).collect();
        let bytes = super::wide(cost.code_bytes);
        let others = cost.functions - shares.len();
        if others > 0 {
            let largest: u64 = shares.iter().map(|share| share.bytes).sum();
            let name = format!("{others} smaller function{}", if others == 1 { "" } else { "s" });
            shares.push(FunctionShare { index: None, name, bytes: bytes - largest });
        }
        Functions { bytes, shares }
    }
}
