//! Text becomes a [`Script`].

use wast::{
    QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat,
    core::{AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore},
    lexer::Lexer,
    parser::ParseBuffer,
    token::{Id, Span},
};

use super::{
    Action, ActionKind, Argument, Directive, DirectiveKind, Expected, Pattern, Position, Script, Source, legacy,
    number::{FloatPattern, LanePattern},
    pattern::ReferencePattern,
    value::{Hierarchy, ValueType},
};

/// What is wrong with a script as a whole, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptError {
    pub(crate) position: Position,
    pub(crate) message: String,
}

/// Parses `text`.
///
/// # Errors
///
/// If it is not a script; the text of its modules may have errors.
pub(crate) fn parse(text: &str) -> Result<Script, ScriptError> {
    let text = &*legacy::unfold(text);
    let lines = Lines::of(text);
    let error = |error: wast::Error| ScriptError { position: lines.position(error.span()), message: error.message() };
    let mut lexer = Lexer::new(text);
    // The suite tests names that look like others.
    lexer.allow_confusing_unicode(true);
    let tokens = ParseBuffer::new_with_lexer(lexer).map_err(error)?;
    let script = wast::parser::parse::<Wast<'_>>(&tokens).map_err(error)?;
    let directives = script.directives.into_iter().map(|directive| {
        let position = lines.position(directive.span());
        let keyword = keyword(&directive);
        let kind = convert(directive).unwrap_or_else(|Unsupported(what)| DirectiveKind::Unsupported(what));
        Directive { position, keyword, kind }
    });
    Ok(Script { directives: directives.collect() })
}

/// Where the lines of a text start.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        let after_breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(after_breaks).collect())
    }

    fn position(&self, span: Span) -> Position {
        let line = self.0.partition_point(|&start| start <= span.offset());
        Position { line, column: span.offset() - self.0[line - 1] + 1 }
    }
}

/// Something that is not supported: what.
struct Unsupported(String);

fn keyword(directive: &WastDirective<'_>) -> &'static str {
    match directive {
        WastDirective::Module(_) => "module",
        WastDirective::ModuleDefinition(_) => "module definition",
        WastDirective::ModuleInstance { .. } => "module instance",
        WastDirective::AssertMalformed { .. } => "assert_malformed",
        WastDirective::AssertMalformedCustom { .. } => "assert_malformed_custom",
        WastDirective::AssertInvalid { .. } => "assert_invalid",
        WastDirective::AssertInvalidCustom { .. } => "assert_invalid_custom",
        WastDirective::Register { .. } => "register",
        WastDirective::Invoke(_) => "invoke",
        WastDirective::AssertTrap { .. } => "assert_trap",
        WastDirective::AssertReturn { .. } => "assert_return",
        WastDirective::AssertExhaustion { .. } => "assert_exhaustion",
        WastDirective::AssertUnlinkable { .. } => "assert_unlinkable",
        WastDirective::AssertException { .. } => "assert_exception",
        WastDirective::AssertSuspension { .. } => "assert_suspension",
        WastDirective::Thread(_) => "thread",
        WastDirective::Wait { .. } => "wait",
    }
}

fn convert(directive: WastDirective<'_>) -> Result<DirectiveKind, Unsupported> {
    Ok(match directive {
        WastDirective::Module(module) => DirectiveKind::Module { name: name(module.name()), source: encode(module) },
        WastDirective::ModuleDefinition(module) => {
            DirectiveKind::Definition { name: name(module.name()), source: encode(module) }
        }
        WastDirective::ModuleInstance { instance, module, .. } => {
            DirectiveKind::Instance { name: name(instance), definition: name(module) }
        }
        WastDirective::Register { name: import_name, module, .. } => {
            DirectiveKind::Register { import_name: import_name.to_owned(), instance: name(module) }
        }
        WastDirective::AssertMalformed { module, .. }
        | WastDirective::AssertMalformedCustom { module, .. }
        | WastDirective::AssertInvalid { module, .. } => DirectiveKind::Rejected { source: encode(module) },
        // A custom section that is wrong is ignored (core specification, appendix "Custom Sections").
        WastDirective::AssertInvalidCustom { .. } => {
            DirectiveKind::Unsupported("the validity of custom sections".to_owned())
        }
        WastDirective::AssertUnlinkable { module, message, .. } => {
            DirectiveKind::Unlinkable { source: encode_text(module), message: message.to_owned() }
        }
        WastDirective::Invoke(call) => DirectiveKind::Perform { action: invoke(call)?, expected: Expected::Return },
        WastDirective::AssertReturn { exec, results, .. } => {
            let results = results.iter().map(result).collect::<Result<_, _>>()?;
            perform(exec, Expected::Results(results))?
        }
        WastDirective::AssertTrap { exec, message, .. } => perform(exec, Expected::Trap(message.to_owned()))?,
        WastDirective::AssertExhaustion { call, message, .. } => {
            DirectiveKind::Perform { action: invoke(call)?, expected: Expected::Trap(message.to_owned()) }
        }
        WastDirective::AssertException { exec, .. } => perform(exec, Expected::Exception)?,
        WastDirective::AssertSuspension { .. } => return Err(Unsupported("stack switching".to_owned())),
        WastDirective::Thread(_) | WastDirective::Wait { .. } => return Err(Unsupported("threads".to_owned())),
    })
}

fn perform(execute: WastExecute<'_>, expected: Expected) -> Result<DirectiveKind, Unsupported> {
    Ok(match execute {
        WastExecute::Invoke(call) => DirectiveKind::Perform { action: invoke(call)?, expected },
        WastExecute::Get { module, global, .. } => {
            let action = Action { instance: name(module), export: global.to_owned(), kind: ActionKind::Get };
            DirectiveKind::Perform { action, expected }
        }
        WastExecute::Wat(module) => match expected {
            Expected::Trap(_) | Expected::Exception => {
                DirectiveKind::Uninstantiable { source: encode_text(module), expected }
            }
            Expected::Return | Expected::Results(_) | Expected::LargeEnough => {
                DirectiveKind::Module { name: None, source: encode_text(module) }
            }
        },
    })
}

fn name(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

fn encode(mut module: QuoteWat<'_>) -> Source {
    module.encode().map_err(|error| error.message())
}

fn encode_text(mut module: Wat<'_>) -> Source {
    module.encode().map_err(|error| error.message())
}

fn invoke(call: WastInvoke<'_>) -> Result<Action, Unsupported> {
    let arguments = call.args.iter().map(argument).collect::<Result<_, _>>()?;
    let (instance, export) = (name(call.module), call.name.to_owned());
    Ok(Action { instance, export, kind: ActionKind::Invoke(arguments) })
}

fn argument(argument: &WastArg<'_>) -> Result<Argument, Unsupported> {
    let WastArg::Core(argument) = argument else {
        return Err(Unsupported("values of components".to_owned()));
    };
    Ok(match argument {
        WastArgCore::I32(value) => Argument::narrow(ValueType::I32, value.cast_unsigned()),
        WastArgCore::I64(value) => Argument::wide(ValueType::I64, value.cast_unsigned()),
        WastArgCore::F32(value) => Argument::narrow(ValueType::F32, value.bits),
        WastArgCore::F64(value) => Argument::wide(ValueType::F64, value.bits),
        WastArgCore::V128(value) => Argument::vector(value.to_le_bytes()),
        WastArgCore::RefNull(ty) => Argument::null(
            hierarchy(ty).ok_or_else(|| Unsupported("null of a type that only a module knows".to_owned()))?,
        ),
        WastArgCore::RefExtern(number) => Argument::host(Hierarchy::Extern, *number),
        WastArgCore::RefHost(number) => Argument::host(Hierarchy::Any, *number),
    })
}

/// The hierarchy of `ty`; `None` of a type that is defined in a module.
fn hierarchy(ty: &HeapType<'_>) -> Option<Hierarchy> {
    let HeapType::Abstract { ty, .. } = ty else { return None };
    Some(match ty {
        AbstractHeapType::Func | AbstractHeapType::NoFunc => Hierarchy::Function,
        AbstractHeapType::Extern | AbstractHeapType::NoExtern => Hierarchy::Extern,
        AbstractHeapType::Exn | AbstractHeapType::NoExn => Hierarchy::Exception,
        AbstractHeapType::Cont | AbstractHeapType::NoCont => Hierarchy::Continuation,
        AbstractHeapType::Any
        | AbstractHeapType::Eq
        | AbstractHeapType::I31
        | AbstractHeapType::Struct
        | AbstractHeapType::Array
        | AbstractHeapType::None => Hierarchy::Any,
    })
}

fn result(result: &WastRet<'_>) -> Result<Pattern, Unsupported> {
    match result {
        WastRet::Core(pattern) => core_result(pattern),
        _ => Err(Unsupported("values of components".to_owned())),
    }
}

fn core_result(pattern: &WastRetCore<'_>) -> Result<Pattern, Unsupported> {
    Ok(match pattern {
        WastRetCore::I32(value) => Pattern::I32(*value),
        WastRetCore::I64(value) => Pattern::I64(*value),
        WastRetCore::F32(pattern) => Pattern::F32(float(pattern, |value| value.bits)),
        WastRetCore::F64(pattern) => Pattern::F64(float(pattern, |value| value.bits)),
        WastRetCore::V128(pattern) => Pattern::V128(lanes(pattern)),
        WastRetCore::Either(patterns) => Pattern::Either(patterns.iter().map(core_result).collect::<Result<_, _>>()?),
        WastRetCore::RefNull(ty) => Pattern::Reference(ReferencePattern::Null(ty.as_ref().and_then(hierarchy))),
        WastRetCore::RefFunc(_) => Pattern::Reference(ReferencePattern::Function),
        WastRetCore::RefExtern(number) => Pattern::Reference(ReferencePattern::Extern(*number)),
        WastRetCore::RefHost(number) => Pattern::Reference(ReferencePattern::Host(*number)),
        WastRetCore::RefAny => Pattern::Reference(ReferencePattern::Any),
        WastRetCore::RefEq => Pattern::Reference(ReferencePattern::Eq),
        WastRetCore::RefI31 => Pattern::Reference(ReferencePattern::I31),
        WastRetCore::RefStruct => Pattern::Reference(ReferencePattern::Struct),
        WastRetCore::RefArray => Pattern::Reference(ReferencePattern::Array),
        WastRetCore::RefI31Shared => return Err(Unsupported("shared references".to_owned())),
    })
}

fn lanes(pattern: &V128Pattern) -> LanePattern {
    let exact = |value: V128Const| LanePattern::Exact(u128::from_le_bytes(value.to_le_bytes()));
    match pattern {
        V128Pattern::I8x16(lanes) => exact(V128Const::I8x16(*lanes)),
        V128Pattern::I16x8(lanes) => exact(V128Const::I16x8(*lanes)),
        V128Pattern::I32x4(lanes) => exact(V128Const::I32x4(*lanes)),
        V128Pattern::I64x2(lanes) => exact(V128Const::I64x2(*lanes)),
        V128Pattern::F32x4(lanes) => LanePattern::F32x4(lanes.each_ref().map(|lane| float(lane, |value| value.bits))),
        V128Pattern::F64x2(lanes) => LanePattern::F64x2(lanes.each_ref().map(|lane| float(lane, |value| value.bits))),
    }
}

fn float<Float, Bits>(pattern: &NanPattern<Float>, bits: impl Fn(&Float) -> Bits) -> FloatPattern<Bits> {
    match pattern {
        NanPattern::Value(value) => FloatPattern::Exact(bits(value)),
        NanPattern::CanonicalNan => FloatPattern::CanonicalNan,
        NanPattern::ArithmeticNan => FloatPattern::ArithmeticNan,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<DirectiveKind> {
        parse(text).unwrap().directives.into_iter().map(|directive| directive.kind).collect()
    }

    #[test]
    fn positions_count_from_one() {
        let script = parse("(module)\n\n  (assert_return (invoke \"f\"))").unwrap();
        let positions: Vec<Position> = script.directives.iter().map(|directive| directive.position).collect();
        assert_eq!(positions, [Position { line: 1, column: 2 }, Position { line: 3, column: 4 }]);
    }

    #[test]
    fn the_text_of_a_quoted_module_may_be_malformed() {
        let [DirectiveKind::Rejected { source: Err(_) }] =
            &kinds("(assert_malformed (module quote \"(func\") \"\")")[..]
        else {
            panic!("the text has no end");
        };
    }

    #[test]
    fn a_trap_of_a_module_is_one_of_its_instantiation() {
        let [DirectiveKind::Uninstantiable { source: Ok(_), expected }] =
            &kinds("(assert_trap (module (func unreachable) (start 0)) \"unreachable\")")[..]
        else {
            panic!("the module is well-formed");
        };
        assert_eq!(*expected, Expected::Trap("unreachable".to_owned()));
    }

    #[test]
    fn actions_carry_their_arguments_and_patterns() {
        let text = "(assert_return (invoke $M \"f\" (f32.const nan:0x1) (ref.extern 4)) (f64.const nan:canonical))";
        let [DirectiveKind::Perform { action, expected }] = &kinds(text)[..] else {
            panic!("one action");
        };
        let arguments = vec![Argument::narrow(ValueType::F32, 0x7f80_0001), Argument::host(Hierarchy::Extern, 4)];
        let kind = ActionKind::Invoke(arguments);
        assert_eq!(*action, Action { instance: Some("M".to_owned()), export: "f".to_owned(), kind });
        assert_eq!(*expected, Expected::Results(vec![Pattern::F64(FloatPattern::CanonicalNan)]));
    }

    #[test]
    fn what_is_not_a_script_is_an_error_with_a_position() {
        let error = parse("(module)\n(assert_return)").unwrap_err();
        assert_eq!(error.position.line, 2);
    }
}
