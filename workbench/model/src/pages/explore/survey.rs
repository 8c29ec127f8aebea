//! The functions of a module.

use std::sync::Arc;

use serde::Serialize;
use wasmelt_driver::{Diagnostic, Explorer, FunctionIndex, Source};

use super::Order;

/// A module whose functions can be looked at.
#[derive(Debug)]
pub struct Survey {
    /// The module.
    pub source: Arc<Source>,
    /// All its functions, by index.
    pub functions: Vec<Function>,
    explorer: Explorer,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Function {
    /// Its index.
    pub index: u32,
    /// Its name, or what stands for it.
    pub name: String,
    /// Size of its body in the module, in bytes; `None` if it is imported.
    pub size: Option<usize>,
}

/// Two surveys are the same only if one job made them.
impl PartialEq for Survey {
    fn eq(&self, other: &Survey) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Survey {
    /// The functions of the module in `source`.
    ///
    /// # Errors
    ///
    /// All problems of the module.
    pub(crate) fn of(source: Arc<Source>) -> Result<Survey, Vec<Diagnostic>> {
        let explorer = Explorer::open(&source)?;
        let module = explorer.module();
        let functions = module.functions.iter().zip(0..).map(|(function, index)| Function {
            index,
            name: module.display_name(FunctionIndex(index)),
            size: function.body.as_ref().map(|body| body.range.len()),
        });
        Ok(Survey { functions: functions.collect(), source, explorer })
    }

    /// The compiler's end of it.
    pub(super) fn explorer(&self) -> &Explorer {
        &self.explorer
    }

    /// Whether the module has a function with this index.
    pub(super) fn has(&self, function: u32) -> bool {
        self.functions.len() > function as usize
    }

    /// The functions that `function` calls.
    pub fn callees(&self, function: u32) -> Vec<u32> {
        indices(self.explorer.calls().callees(FunctionIndex(function)))
    }

    /// The functions that call `function`.
    pub fn callers(&self, function: u32) -> Vec<u32> {
        indices(self.explorer.calls().callers(FunctionIndex(function)))
    }

    /// The functions that `search` finds: by a part of the name, whatever its case, or by the index.
    pub(super) fn matches(&self, search: &str, order: Order) -> Vec<u32> {
        let search = search.trim().to_lowercase();
        let index = search.parse::<u32>().ok();
        let found = |function: &&Function| {
            search.is_empty() || index == Some(function.index) || function.name.to_lowercase().contains(&search)
        };
        let mut matches: Vec<&Function> = self.functions.iter().filter(found).collect();
        match order {
            Order::Index => {}
            Order::Name => matches.sort_by(|one, other| one.name.cmp(&other.name)),
            Order::Size => matches.sort_by_key(|function| std::cmp::Reverse(function.size)),
        }
        matches.into_iter().map(|function| function.index).collect()
    }
}

fn indices(functions: &[FunctionIndex]) -> Vec<u32> {
    functions.iter().map(|function| function.0).collect()
}
