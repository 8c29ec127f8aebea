//! A function under construction: Cranelift's builder, and what the function refers to outside of itself.

use std::collections::HashMap;

use cranelift_codegen::{
    ir::{
        ExtFuncData, FuncRef, GlobalValue, GlobalValueData, Inst, InstBuilder, SigRef, Signature, Type, Value, types,
    },
    isa::TargetIsa,
};
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder};
use wasmelt_module::FuncType;

use crate::{
    DataSymbol, Determinism, SymbolRef,
    abi::{self, ADDRESS, Helper},
    plan::Plan,
    symbols::Symbols,
};

/// A function under construction.
pub(crate) struct Emitter<'a> {
    pub(crate) builder: FunctionBuilder<'a>,
    pub(crate) plan: &'a Plan<'a>,
    /// The target's code generator, for what it has instructions for.
    pub(crate) isa: &'a dyn TargetIsa,
    pub(crate) determinism: Determinism,
    references: References<'a>,
}

/// What a function refers to, each declared once.
struct References<'a> {
    symbols: &'a mut Symbols,
    functions: HashMap<SymbolRef, FuncRef>,
    data: HashMap<DataSymbol, GlobalValue>,
    /// By signature number.
    types: HashMap<u32, SigRef>,
}

impl<'a> Emitter<'a> {
    /// The function that `builder` builds; its symbols are entered into `symbols`.
    pub(crate) fn new(
        builder: FunctionBuilder<'a>,
        plan: &'a Plan<'a>,
        (isa, determinism): (&'a dyn TargetIsa, Determinism),
        symbols: &'a mut Symbols,
    ) -> Emitter<'a> {
        let references = References { symbols, functions: HashMap::new(), data: HashMap::new(), types: HashMap::new() };
        Emitter { builder, plan, isa, determinism, references }
    }

    /// Opens the function's first block; its parameters.
    pub(crate) fn open(&mut self) -> Vec<Value> {
        let entry = self.builder.create_block();
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        self.builder.seal_block(entry);
        self.builder.block_params(entry).to_vec()
    }

    /// Appends an instruction.
    pub(crate) fn ins(&mut self) -> FuncInstBuilder<'_, 'a> {
        self.builder.ins()
    }

    /// A 64-bit constant.
    pub(crate) fn iconst(&mut self, value: u64) -> Value {
        self.ins().iconst(ADDRESS, value.cast_signed())
    }

    /// A constant vector of these lanes, from its bits; lane 0 is lowest.
    pub(crate) fn vconst(&mut self, lanes: Type, bits: u128) -> Value {
        let constant = self.builder.func.dfg.constants.insert(bits.to_le_bytes().to_vec().into());
        self.ins().vconst(lanes, constant)
    }

    /// `value`, an index or a number of things, zero-extended to 64 bits unless it has them.
    pub(crate) fn widen(&mut self, value: Value) -> Value {
        if self.is_64(value) { value } else { self.ins().uextend(types::I64, value) }
    }

    /// Whether `value`, an index or a number of things, has 64 bits.
    pub(crate) fn is_64(&self, value: Value) -> bool {
        self.builder.func.dfg.value_type(value) == types::I64
    }

    /// `value`, which has 64 bits, as a size of something with 64-bit indices if `is_64`, else with 32-bit ones.
    pub(crate) fn size(&mut self, value: Value, is_64: bool) -> Value {
        if is_64 { value } else { self.ins().ireduce(types::I32, value) }
    }

    /// The address of a part of the program's data.
    pub(crate) fn data_address(&mut self, symbol: DataSymbol) -> Value {
        let References { symbols, data, .. } = &mut self.references;
        let function = &mut *self.builder.func;
        let value = *data.entry(symbol).or_insert_with(|| {
            let name = symbols.declare(function, SymbolRef::Data(symbol));
            function.create_global_value(GlobalValueData::Symbol {
                name,
                offset: 0.into(),
                colocated: true,
                tls: false,
            })
        });
        self.ins().symbol_value(ADDRESS, value)
    }

    /// Calls `symbol`, which has this signature.
    pub(crate) fn call(
        &mut self,
        symbol: SymbolRef,
        signature: impl FnOnce() -> Signature,
        arguments: &[Value],
    ) -> Inst {
        let callee = self.callee(symbol, signature);
        self.ins().call(callee, arguments)
    }

    /// Calls `symbol`, a WebAssembly function that has this signature, in place of the function under construction.
    pub(crate) fn return_call(
        &mut self,
        symbol: SymbolRef,
        signature: impl FnOnce() -> Signature,
        arguments: &[Value],
    ) {
        let callee = self.callee(symbol, signature);
        self.ins().return_call(callee, arguments);
    }

    fn callee(&mut self, symbol: SymbolRef, signature: impl FnOnce() -> Signature) -> FuncRef {
        let References { symbols, functions, .. } = &mut self.references;
        let function = &mut *self.builder.func;
        *functions.entry(symbol).or_insert_with(|| {
            let name = symbols.declare(function, symbol);
            let signature = function.import_signature(signature());
            function.import_function(ExtFuncData { name, signature, colocated: true, patchable: false })
        })
    }

    /// Calls a function of the runtime.
    pub(crate) fn call_helper(&mut self, helper: Helper, arguments: &[Value]) -> Inst {
        self.call(SymbolRef::Runtime(helper.symbol()), || helper.signature(), arguments)
    }

    /// Calls the WebAssembly function of type `ty` whose code is at `code`.
    pub(crate) fn call_indirect(&mut self, ty: &FuncType, code: Value, arguments: &[Value]) -> Inst {
        let signature = self.wasm_type(ty);
        self.ins().call_indirect(signature, code, arguments)
    }

    /// Calls the WebAssembly function of type `ty` whose code is at `code` in place of the function under construction.
    pub(crate) fn return_call_indirect(&mut self, ty: &FuncType, code: Value, arguments: &[Value]) {
        let signature = self.wasm_type(ty);
        self.ins().return_call_indirect(signature, code, arguments);
    }

    fn wasm_type(&mut self, ty: &FuncType) -> SigRef {
        let number = self.plan.signature(ty);
        let function = &mut *self.builder.func;
        let types = &mut self.references.types;
        *types.entry(number).or_insert_with(|| function.import_signature(abi::wasm_signature(ty)))
    }

    /// The results of a call.
    pub(crate) fn results(&self, call: Inst) -> Vec<Value> {
        self.builder.inst_results(call).to_vec()
    }

    /// The one result of a call.
    pub(crate) fn result(&self, call: Inst) -> Value {
        self.builder.inst_results(call)[0]
    }
}
