//! What is known of functions, as long as there is room for it.

use std::sync::Arc;

use crate::Generation;

use super::{Columns, Variant};

/// Functions that are kept at the most.
const MOST_ENTRIES: usize = 48;

/// Lines that are kept at the most, but for the two entries that were asked for last: they may be shown beside one another.
const MOST_LINES: usize = 400_000;

/// Functions in their forms, the one that was asked for last at the end.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    function: u32,
    variant: Variant,
    slot: Slot,
}

/// What is known of a function.
#[derive(Clone, Debug)]
pub enum Slot {
    /// Nothing before this job reports.
    Waiting(Generation),
    /// All of it.
    Ready(Arc<Columns>),
    /// That it cannot be compiled, and why.
    Failed(String),
}

impl Cache {
    /// What is known of `function`.
    pub fn get(&self, function: u32, variant: Variant) -> Option<&Slot> {
        self.entries.iter().find(|entry| entry.is(function, variant)).map(|entry| &entry.slot)
    }

    /// Whether `function` is known or waited for; it is asked for, and so will stay.
    pub(super) fn touch(&mut self, function: u32, variant: Variant) -> bool {
        let found = self.entries.iter().position(|entry| entry.is(function, variant));
        if let Some(at) = found {
            let entry = self.entries.remove(at);
            self.entries.push(entry);
        }
        found.is_some()
    }

    /// Waits for `function`.
    pub(super) fn wait(&mut self, function: u32, variant: Variant, job: Generation) {
        self.entries.push(Entry { function, variant, slot: Slot::Waiting(job) });
        self.make_room();
    }

    /// Enters what `job` found out, if it is still waited for.
    pub(super) fn enter(&mut self, job: Generation, result: Result<Arc<Columns>, String>) {
        let waits = |entry: &&mut Entry| matches!(entry.slot, Slot::Waiting(generation) if generation == job);
        if let Some(entry) = self.entries.iter_mut().find(waits) {
            entry.slot = match result {
                Ok(columns) => Slot::Ready(columns),
                Err(text) => Slot::Failed(text),
            };
            self.make_room();
        }
    }

    /// Forgets what was not asked for in the longest time.
    fn make_room(&mut self) {
        let (mut lines, mut kept) = (0, 0);
        for entry in self.entries.iter().rev() {
            lines += entry.lines();
            if kept == MOST_ENTRIES || (lines > MOST_LINES && kept > 1) {
                break;
            }
            kept += 1;
        }
        self.entries.drain(..self.entries.len() - kept);
    }

    /// How many functions it holds.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

impl Entry {
    fn is(&self, function: u32, variant: Variant) -> bool {
        self.function == function && self.variant == variant
    }

    fn lines(&self) -> usize {
        match &self.slot {
            Slot::Ready(columns) => columns.text.len() + columns.clif.len() + columns.code.len(),
            Slot::Waiting(_) | Slot::Failed(_) => 0,
        }
    }
}
