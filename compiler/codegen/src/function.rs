//! The body of a WebAssembly function becomes CLIF (WebAssembly core specification, section 4.4.10 "Function Calls" for
//! its frame, chapter 4.4 "Instructions" for the rest).
//!
//! One pass over the operators. Locals are variables of Cranelift's SSA construction; operands are SSA values on
//! [`Stack`]. Nothing recurses, however deep control instructions are nested.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{InstBuilder, SourceLoc, Value, types};
use cranelift_frontend::{FuncInstBuilder, Variable};
use wasmelt_module::{
    BranchHint, FuncType, FunctionBody, FunctionIndex, InstanceIndex, Module, ProgramFunction, TypeIndex, ValType,
};
use wasmparser::{BinaryReader, Operator};

use crate::{
    abi::{self, ADDRESS},
    dispatch,
    emitter::Emitter,
    handlers::Handlers,
    ops::control,
    plan::objects,
    stack::Stack,
    vectors::V128,
};

/// A body being translated.
pub(crate) struct Translator<'a> {
    pub(crate) emitter: Emitter<'a>,
    pub(crate) stack: Stack,
    pub(crate) handlers: Handlers,
    /// The instance whose function it is.
    pub(crate) instance: InstanceIndex,
    pub(crate) module: &'a Module,
    locals: Vec<Variable>,
    hints: Hints<'a>,
}

/// What the module says of the branches of a body, and where in it the operator at hand is.
#[derive(Clone, Copy, Debug)]
struct Hints<'a> {
    by_offset: Option<&'a BTreeMap<u32, BranchHint>>,
    body: u64,
    operator: u64,
}

/// Why a body is not translated. But for the target, it is not a valid one, which is a bug of whoever validated it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TranslateError {
    #[error(transparent)]
    Decode(#[from] wasmparser::Error),
    #[error("{operator} is of a proposal that modules are refused with")]
    OutOfScope { operator: String },
    #[error("the target has no instructions for vectors")]
    NoVectors,
}

/// Translates `function` into the function that `emitter` builds.
pub(crate) fn translate(emitter: Emitter<'_>, function: ProgramFunction) -> Result<Emitter<'_>, TranslateError> {
    let module = emitter.plan.program.module(function.instance);
    let body = body(module, function.function);
    // Lossless: usize to u64.
    let start = body.range.start as u64;
    let reader = BinaryReader::new(&module.bytes[body.range.clone()], start);
    let by_offset = module.branch_hints.get(&function.function);
    let mut translator = Translator {
        emitter,
        stack: Stack::default(),
        handlers: Handlers::default(),
        instance: function.instance,
        module,
        locals: Vec::new(),
        hints: Hints { by_offset, body: start, operator: start },
    };
    translator.body(wasmparser::FunctionBody::new(reader), function)?;
    Ok(translator.emitter)
}

/// The body of `function`.
pub(crate) fn body(module: &Module, function: FunctionIndex) -> &FunctionBody {
    let body = module.functions[function.index()].body.as_ref();
    body.expect("invariant: a function of the program is defined by its module")
}

impl<'a> Translator<'a> {
    /// Appends an instruction.
    pub(crate) fn ins(&mut self) -> FuncInstBuilder<'_, 'a> {
        self.emitter.ins()
    }

    /// Pushes `value`, which has the module's type `ty`.
    pub(crate) fn push(&mut self, value: Value, ty: ValType) {
        if self.is_traced(ty) {
            self.emitter.trace(value);
        }
        self.stack.push(value);
    }

    /// Pushes `values`, which have these types of the module.
    pub(crate) fn push_all(&mut self, values: &[Value], types: &[ValType]) {
        for (&value, &ty) in values.iter().zip(types) {
            self.push(value, ty);
        }
    }

    /// Whether values of the module's type `ty` may be addresses of objects.
    pub(crate) fn is_traced(&self, ty: ValType) -> bool {
        let ValType::Ref(ty) = ty else { return false };
        self.emitter.plan.layout.heap.is_some() && objects::holds_objects(self.module.abstract_type(ty.heap_type()))
    }

    /// The number that objects of the module's type `ty` begin with.
    pub(crate) fn type_number(&self, ty: u32) -> u32 {
        objects::type_number(self.emitter.plan.program.type_id(self.instance, TypeIndex(ty)))
    }

    /// Local `index`.
    pub(crate) fn local(&self, index: u32) -> Variable {
        // Lossless: u32 to usize.
        self.locals[index as usize]
    }

    /// What the module says of the operator at hand, a branch.
    pub(crate) fn hint(&self) -> Option<BranchHint> {
        let offset = u32::try_from(self.hints.operator - self.hints.body).ok()?;
        self.hints.by_offset?.get(&offset).copied()
    }

    fn body(&mut self, body: wasmparser::FunctionBody<'_>, function: ProgramFunction) -> Result<(), TranslateError> {
        let arguments = self.emitter.open();
        self.declare_parameters(&arguments, self.module.function_type(function.function));
        for local in body.get_locals_reader()? {
            let (count, ty) = local?;
            self.declare_locals(count, ty);
        }
        control::enter_function(self, self.module.function_type(function.function));

        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset()?;
            self.operator(&operator, offset)?;
        }
        operators.finish()?;
        control::leave_function(self);
        Ok(())
    }

    fn declare_parameters(&mut self, arguments: &[Value], ty: &FuncType) {
        for (&argument, &ty) in arguments.iter().zip(ty.params()) {
            let local = self.declare_variable(ty);
            self.emitter.builder.def_var(local, argument);
            self.locals.push(local);
        }
    }

    /// Declares `count` locals of `ty`, which start as zero; those without a default value are set before they are read.
    fn declare_locals(&mut self, count: u32, ty: ValType) {
        let zero = match ty {
            ValType::F32 => self.ins().f32const(0.0),
            ValType::F64 => self.ins().f64const(0.0),
            ValType::I32 => self.ins().iconst(types::I32, 0),
            ValType::I64 | ValType::Ref(_) => self.ins().iconst(ADDRESS, 0),
            ValType::V128 => self.emitter.vconst(V128, 0),
        };
        for _ in 0..count {
            let local = self.declare_variable(ty);
            self.emitter.builder.def_var(local, zero);
            self.locals.push(local);
        }
    }

    fn declare_variable(&mut self, ty: ValType) -> Variable {
        let variable = self.emitter.builder.declare_var(abi::value_type(ty));
        if self.is_traced(ty) {
            self.emitter.builder.declare_var_needs_stack_map(variable);
        }
        variable
    }

    /// Translates an operator, or skips it if it cannot be reached.
    fn operator(&mut self, operator: &Operator<'_>, offset: u64) -> Result<(), TranslateError> {
        // Modules of more than 4 GiB have operators without a location.
        let location = u32::try_from(offset).map_or(SourceLoc::default(), SourceLoc::new);
        self.emitter.builder.set_srcloc(location);
        self.hints.operator = offset;
        if self.stack.is_reachable() {
            dispatch::operator(self, operator)
        } else {
            control::skip(self, operator);
            Ok(())
        }
    }
}
