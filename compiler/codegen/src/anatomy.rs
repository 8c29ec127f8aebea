//! One function taken apart, for people: what it becomes, and which operator of its module each part comes from.
//!
//! Plain data: text where it is Cranelift's, bytes where a disassembler can make the text.

use std::fmt;

use cranelift_codegen::{
    CompiledCode,
    entity::SecondaryMap,
    ir::{Block, Function, Inst, Opcode, TrapCode as ClifTrap, Value},
    write::{FuncWriter, PlainWriter, decorate_function, write_block_header},
};
use wasmelt_abi::TrapCode;
use wasmelt_module::{Program, ProgramFunction};
use wasmelt_targets::Target;

use crate::{
    CompileError, FunctionKind, Options, Relocation, SymbolRef, TrapPoint,
    compile::{Failure, Worker},
    isa,
    plan::Plan,
    symbols::Symbols,
    traps,
};

/// How deep instructions are indented; blocks less, by four.
const INDENTATION: usize = 4;

/// A function in its intermediate form and as machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// Its CLIF as it is translated, before any optimisation.
    pub clif: Vec<ClifLine>,
    /// Machine code, tables of jumps among it, and after it constants.
    pub code: Vec<u8>,
    /// Offsets in `code` at which basic blocks begin, ascending.
    pub blocks: Vec<u32>,
    /// The operators that parts of `code` come from, by ascending offset.
    pub origins: Vec<Origin>,
    /// Instructions that can trap, by ascending offset.
    pub traps: Vec<TrapPoint>,
    /// What `code` refers to, by ascending offset.
    pub references: Vec<Reference>,
}

/// A line of CLIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClifLine {
    /// Byte offset of the operator in its module that it comes from.
    pub wasm_offset: Option<u32>,
    /// The line, without line break.
    pub text: String,
    /// What keeps it, or what it keeps, from going wrong.
    pub mark: Option<Mark>,
}

/// How an instruction guards against what must not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It replaces an address that is out of bounds.
    Check,
    /// It traps for this reason.
    Trap(TrapCode),
}

/// A part of the code that an operator became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where it begins, in bytes from the function's start.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Byte offset of the operator in its module.
    pub wasm_offset: u32,
}

/// A place in the code that refers to something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its offset in bytes.
    pub offset: u32,
    /// What it refers to, in words.
    pub symbol: String,
}

/// Takes `function` apart as it is compiled for `target`; no other function is compiled.
///
/// # Errors
///
/// As of [`compile`](crate::compile()).
pub fn dissect(
    program: &Program,
    target: &Target,
    options: &Options<'_>,
    function: ProgramFunction,
) -> Result<Anatomy, CompileError> {
    let isa = isa::with_blocks(target, options)?;
    let plan = Plan::new(program, target, options.bounds)?;
    let kind = FunctionKind::Wasm(function);
    Worker::new(&plan, &isa, options.determinism).guarded(kind, |worker| {
        let symbols = worker.translate(kind)?;
        let clif = clif(program, &worker.context.func, &symbols)?;
        let code = worker.generate()?;
        machine_code(program, worker, (kind, &symbols), (clif, &code))
    })
}

fn machine_code(
    program: &Program,
    worker: &Worker<'_>,
    (kind, symbols): (FunctionKind, &Symbols),
    (clif, code): (Vec<ClifLine>, &CompiledCode),
) -> Result<Anatomy, Failure> {
    let compiled = worker.placed(worker.portable_of(code)?, kind, symbols)?;
    let reference = |at: Relocation| Reference { offset: at.offset, symbol: describe(program, &at.target) };
    let known = code.buffer.get_srclocs_sorted().iter().filter(|location| !location.loc.is_default());
    Ok(Anatomy {
        clif,
        code: compiled.code,
        blocks: code.bb_starts.clone(),
        origins: known.map(|at| Origin { start: at.start, end: at.end, wasm_offset: at.loc.bits() }).collect(),
        traps: compiled.traps,
        references: compiled.relocations.into_iter().map(reference).collect(),
    })
}

/// A symbol in words, functions by their names.
fn describe(program: &Program, symbol: &SymbolRef) -> String {
    match symbol {
        SymbolRef::Function(FunctionKind::Wasm(of)) => program.module(of.instance).display_name(of.function),
        symbol => symbol.to_string(),
    }
}

fn clif(program: &Program, function: &Function, symbols: &Symbols) -> Result<Vec<ClifLine>, String> {
    let line = |text: String| ClifLine { wasm_offset: None, text, mark: None };
    let described = symbols.as_slice().iter().enumerate().map(|(number, symbol)| {
        // Names are the module's; `display_name` leaves nothing in them that breaks a line.
        line(format!("; u0:{number} is {}", describe(program, symbol)))
    });
    let (mut frame, mut body) = (String::new(), Lines::default());
    decorate_function(&mut body, &mut frame, function).map_err(|error| error.to_string())?;
    // The frame is the signature, the declarations, empty lines between blocks, and a closing brace.
    let frame: Vec<_> = frame.lines().filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let (end, start) = frame.split_last().ok_or("a function without text")?;
    let before = described.chain(start.iter().cloned().map(line)).collect::<Vec<_>>();
    Ok(before.into_iter().chain(body.lines).chain([line(end.clone())]).collect())
}

/// Keeps blocks and instructions as lines.
#[derive(Default)]
struct Lines {
    lines: Vec<ClifLine>,
}

impl FuncWriter for Lines {
    fn write_block_header(
        &mut self,
        _: &mut dyn fmt::Write,
        function: &Function,
        block: Block,
        _: usize,
    ) -> fmt::Result {
        let mut text = String::new();
        write_block_header(&mut text, function, block, INDENTATION)?;
        self.lines.push(ClifLine { wasm_offset: None, text: text.trim_end().to_owned(), mark: None });
        Ok(())
    }

    fn write_instruction(
        &mut self,
        _: &mut dyn fmt::Write,
        function: &Function,
        aliases: &SecondaryMap<Value, Vec<Value>>,
        instruction: Inst,
        _: usize,
    ) -> fmt::Result {
        let mut text = String::new();
        PlainWriter.write_instruction(&mut text, function, aliases, instruction, INDENTATION)?;
        let location = function.srcloc(instruction);
        let wasm_offset = (!location.is_default()).then(|| location.bits());
        let prefix = if location.is_default() { String::new() } else { location.to_string() };
        // An instruction is one line; aliases of its results follow, each on one of its own.
        for (at, text) in text.lines().enumerate() {
            let text = format!("    {}", text.trim_start().trim_start_matches(&prefix).trim_start());
            let mark = if at == 0 { mark(function, instruction) } else { None };
            self.lines.push(ClifLine { wasm_offset, text, mark });
        }
        Ok(())
    }
}

fn mark(function: &Function, instruction: Inst) -> Option<Mark> {
    let data = &function.dfg.insts[instruction];
    let by_itself = match data.opcode() {
        Opcode::SelectSpectreGuard => return Some(Mark::Check),
        Opcode::Udiv | Opcode::Sdiv | Opcode::Urem | Opcode::Srem => Some(ClifTrap::INTEGER_DIVISION_BY_ZERO),
        Opcode::FcvtToUint | Opcode::FcvtToSint => Some(ClifTrap::BAD_CONVERSION_TO_INTEGER),
        _ => None,
    };
    let code = data.trap_code().or_else(|| data.memflags_trap_code(&function.dfg)).or(by_itself)?;
    traps::trap_code(code).map(Mark::Trap)
}
