//! A module after an edit of one function: what a compiler that remembers should be quick about.

use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// `module` with another constant in one of its functions, in the middle of those that have one to change; `None` if there
/// is none, or it is no module. Nothing else changes, and no byte moves.
pub fn edited(module: &[u8]) -> Option<Vec<u8>> {
    let mut constants = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload.ok()? {
            constants.extend(constant(&body));
        }
    }
    let at = *constants.get(constants.len() / 2)?;
    let mut edited = module.to_vec();
    edited[at] ^= 1;
    Some(edited)
}

/// Where in the module the one byte of a small `i32` constant of `body` is.
fn constant(body: &FunctionBody<'_>) -> Option<usize> {
    let operators = body.get_operators_reader().ok()?.into_iter_with_offsets();
    // The operator's byte, then the number in LEB128: a number of six bits and a sign is one byte, whatever its low bit.
    operators.filter_map(Result::ok).find_map(|(operator, offset)| match operator {
        Operator::I32Const { value: -64..64 } => usize::try_from(offset + 1).ok(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use wasmelt_driver::parse;

    use super::*;
    use crate::samples;

    #[test]
    fn one_byte_of_one_function_changes() {
        let module = samples::many_functions(9).to_binary().unwrap();
        let edited = edited(&module).unwrap();
        let changed = module.iter().zip(&edited).filter(|(one, other)| one != other).count();
        assert_eq!((changed, edited.len()), (1, module.len()));
        parse(&wasmelt_driver::Source::from_bytes("edited", edited)).unwrap();
        assert_eq!(super::edited(b"no module"), None);
    }
}
