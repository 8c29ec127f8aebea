//! A function in three forms, line by line.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use wasmelt_driver::{
    Diagnostic, Dissection, FunctionIndex, Mark, TextLine,
    diagnostics::{Style, render_all},
};

use super::{Survey, Variant};

/// A function in three forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Columns {
    /// The module's text.
    pub text: Vec<Line>,
    /// Intermediate code, before any optimisation.
    pub clif: Vec<Line>,
    /// Machine code.
    pub code: Vec<Line>,
    /// Size of the machine code in bytes.
    pub code_bytes: usize,
    /// Why there is nothing but text, if so: the diagnostics.
    pub problem: Option<String>,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Byte offset in the module of the operator that it belongs to.
    pub offset: Option<u32>,
    /// Where it is in the machine code, in bytes from the function's start.
    pub address: Option<u32>,
    /// The line.
    pub text: String,
    /// What keeps it, or what it keeps, from going wrong.
    pub mark: Option<LineMark>,
    /// The operator's number among those that became code: lines of one have the same, neighbours have different ones.
    pub shade: Option<u32>,
}

/// What keeps a line, or what a line keeps, from going wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineMark {
    /// An address that is out of bounds is replaced.
    Check,
    /// It traps, for this reason.
    Trap(&'static str),
}

impl Columns {
    /// What `function` of `survey` becomes; of an imported one there is nothing, and of one that cannot be compiled the text.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub(crate) fn of(survey: &Survey, function: u32, variant: Variant) -> Result<Columns, Vec<Diagnostic>> {
        let (explorer, function) = (survey.explorer(), FunctionIndex(function));
        let text = explorer.text(function)?;
        let nothing = Dissection { clif: Vec::new(), code: Vec::new(), code_bytes: 0 };
        if text.is_empty() {
            return Ok(Columns::new(text, nothing));
        }
        Ok(match explorer.dissect(function, &variant.options()) {
            Ok(dissection) => Columns::new(text, dissection),
            Err(diagnostics) => {
                let problem = Some(render_all(&diagnostics, Style::Plain));
                Columns { problem, ..Columns::new(text, nothing) }
            }
        })
    }

    fn new(text: Vec<TextLine>, dissection: Dissection) -> Columns {
        let Dissection { clif, code, code_bytes } = dissection;
        let operators = clif.iter().map(|line| line.wasm_offset).chain(code.iter().map(|line| line.wasm_offset));
        let operators: BTreeSet<u32> = operators.flatten().collect();
        let shades: BTreeMap<u32, u32> = operators.into_iter().zip(0..).collect();
        let line = |offset: Option<u32>, address, text, mark: Option<Mark>| Line {
            offset,
            address,
            text,
            mark: mark.map(LineMark::from),
            shade: offset.and_then(|offset| shades.get(&offset).copied()),
        };
        let clif: Vec<_> = clif.into_iter().map(|it| line(it.wasm_offset, None, it.text, it.mark)).collect();
        let code: Vec<_> =
            code.into_iter().map(|it| line(it.wasm_offset, Some(it.address), it.text, it.mark)).collect();
        let marks = marks(clif.iter().chain(&code));
        let text = text.into_iter().map(|it| {
            let offset = u32::try_from(it.offset).ok();
            Line { mark: offset.and_then(|offset| marks.get(&offset).copied()), ..line(offset, None, it.text, None) }
        });
        Columns { text: text.collect(), clif, code, code_bytes, problem: None }
    }
}

/// The mark of each operator: that it is checked says more than that it may trap.
fn marks<'a>(lines: impl Iterator<Item = &'a Line>) -> BTreeMap<u32, LineMark> {
    let mut marks = BTreeMap::new();
    for line in lines {
        let (Some(offset), Some(mark)) = (line.offset, line.mark) else { continue };
        let of_operator = marks.entry(offset).or_insert(mark);
        if mark == LineMark::Check {
            *of_operator = mark;
        }
    }
    marks
}

impl From<Mark> for LineMark {
    fn from(mark: Mark) -> LineMark {
        match mark {
            Mark::Check => LineMark::Check,
            Mark::Trap(code) => LineMark::Trap(code.message()),
        }
    }
}
