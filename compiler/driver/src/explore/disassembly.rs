//! Bytes become instructions.
//!
//! ```text
//! ┌ block ─────────────┬ jump ┬ data ┐┌ block ───┬ trap ┬ ret ┬ data ─────┐
//! ```
//!
//! Tables of jumps and constants stand among the code. They follow an instruction after which nothing goes on, and end where
//! the next block begins, or the next instruction that only traps.

use std::{collections::BTreeSet, ops::Range};

use wasmelt_codegen::{Anatomy, Mark, Reference};
use wasmelt_targets::Architecture;
use yaxpeax_arch::{AddressBase, Decoder, LengthedInstruction, U8Reader};
use yaxpeax_arm::armv8::a64::{self, Opcode as Arm};
use yaxpeax_x86::long_mode::{self, Opcode as X86};

use super::CodeLine;

/// Bytes of data on a line: what an entry of a table of jumps has.
const DATA_BYTES: usize = 4;

/// An instruction as a decoder gives it.
struct Decoded {
    text: String,
    length: usize,
    /// Whether nothing goes on after it.
    ends_block: bool,
    /// What branches are relative to.
    origin: usize,
}

/// The code of `anatomy`. Conditional moves of the operators at `checked` are what keeps their accesses inside.
pub(super) fn lines(anatomy: &Anatomy, checked: &BTreeSet<u32>, architecture: Architecture) -> Vec<CodeLine> {
    let decode = match architecture {
        Architecture::X86_64 => x86_64,
        Architecture::Aarch64 => aarch64,
    };
    let traps = anatomy.traps.iter().map(|trap| trap.offset);
    let starts: BTreeSet<u32> = anatomy.blocks.iter().copied().chain(traps).collect();
    let mut lines = Vec::new();
    let mut at = 0;
    while at < anatomy.code.len() {
        let Some(decoded) = decode(&anatomy.code, at) else {
            at = data(anatomy, at..at + 1, &mut lines);
            continue;
        };
        let end = at + decoded.length;
        lines.push(instruction(anatomy, checked, at, &decoded));
        at = end;
        if decoded.ends_block {
            // Lossless: functions have less than 4 GiB of code.
            let next = starts.range(end as u32..).next().map_or(anatomy.code.len(), |start| *start as usize);
            at = data(anatomy, end..next, &mut lines);
        }
    }
    lines
}

/// Appends the bytes at `range` as data, in aligned groups; where it ends.
fn data(anatomy: &Anatomy, range: Range<usize>, lines: &mut Vec<CodeLine>) -> usize {
    let mut at = range.start;
    while at < range.end {
        let end = (at / DATA_BYTES * DATA_BYTES + DATA_BYTES).min(range.end);
        let text = match anatomy.code[at..end] {
            [a, b, c, d] => format!(".long {:#010x}", u32::from_le_bytes([a, b, c, d])),
            ref few => few.iter().fold(".byte".to_owned(), |text, byte| format!("{text} {byte:#04x}")),
        };
        lines.push(CodeLine { address: at as u32, wasm_offset: origin_of(anatomy, at), text, mark: None });
        at = end;
    }
    range.end
}

fn instruction(anatomy: &Anatomy, checked: &BTreeSet<u32>, at: usize, decoded: &Decoded) -> CodeLine {
    let within = at as u32..(at + decoded.length) as u32;
    let wasm_offset = origin_of(anatomy, at);
    let trap = anatomy.traps.iter().find(|trap| within.contains(&trap.offset)).map(|trap| Mark::Trap(trap.code));
    let is_check = wasm_offset.is_some_and(|offset| checked.contains(&offset)) && is_conditional_move(&decoded.text);
    let reference = anatomy.references.iter().find(|reference| within.contains(&reference.offset));
    CodeLine {
        address: within.start,
        wasm_offset,
        text: resolved(decoded, at + decoded.length, reference),
        mark: trap.or(is_check.then_some(Mark::Check)),
    }
}

fn origin_of(anatomy: &Anatomy, address: usize) -> Option<u32> {
    let address = address as u32;
    let next = anatomy.origins.partition_point(|origin| origin.start <= address);
    let origin = &anatomy.origins[next.checked_sub(1)?];
    (address < origin.end).then_some(origin.wasm_offset)
}

fn is_conditional_move(text: &str) -> bool {
    ["cmov", "csel", "csdb"].iter().any(|mnemonic| text.starts_with(mnemonic))
}

/// The text with places instead of distances: the symbol of a reference, or the address of a branch or a constant.
fn resolved(decoded: &Decoded, end: usize, reference: Option<&Reference>) -> String {
    let Decoded { text, origin, .. } = decoded;
    match (relative(text, "$"), reference) {
        (Some((before, _, after)), Some(Reference { symbol, .. })) => format!("{before}{symbol}{after}"),
        (None, Some(Reference { symbol, .. })) => format!("{text}  ; {symbol}"),
        (Some((before, distance, after)), None) => match origin.checked_add_signed(distance) {
            Some(target) => format!("{before}{target:#x}{after}"),
            None => text.clone(),
        },
        (None, None) => match relative(text, "rip ").and_then(|(_, distance, _)| end.checked_add_signed(distance)) {
            Some(target) => format!("{text}  ; {target:#x}"),
            None => text.clone(),
        },
    }
}

/// Parts `text` around `<base>+0x12` or `<base>- 0x12`.
fn relative<'a>(text: &'a str, base: &str) -> Option<(&'a str, isize, &'a str)> {
    let at = text.find(base)?;
    let rest = &text[at + base.len()..];
    let sign = if rest.starts_with('-') { -1 } else { 1 };
    let digits = rest.trim_start_matches(['+', '-', ' ']).strip_prefix("0x")?;
    let count = digits.find(|digit: char| !digit.is_ascii_hexdigit()).unwrap_or(digits.len());
    let distance = isize::from_str_radix(&digits[..count], 16).ok()?;
    Some((&text[..at], sign * distance, &digits[count..]))
}

fn x86_64(code: &[u8], at: usize) -> Option<Decoded> {
    let instruction = long_mode::InstDecoder::default().decode(&mut U8Reader::new(&code[at..])).ok()?;
    let length = 0u64.wrapping_offset(instruction.len()).to_linear();
    let ends_block = matches!(instruction.opcode(), X86::JMP | X86::RETURN | X86::UD2);
    // Distances count from the next instruction.
    Some(Decoded { text: instruction.to_string(), length, ends_block, origin: at + length })
}

fn aarch64(code: &[u8], at: usize) -> Option<Decoded> {
    let instruction = a64::InstDecoder::default().decode(&mut U8Reader::new(&code[at..])).ok()?;
    let ends_block = matches!(instruction.opcode, Arm::B | Arm::BR | Arm::RET | Arm::UDF);
    Some(Decoded { text: instruction.to_string(), length: 4, ends_block, origin: at })
}
