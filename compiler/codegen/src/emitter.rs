//! A function under construction: Cranelift's builder, and what the function refers to outside of itself.

use std::collections::HashMap;

use cranelift_codegen::{
    ir::{
        Block, BlockArg, BlockCall, ExceptionTable, ExceptionTableData, ExceptionTableItem, ExtFuncData, FuncRef,
        GlobalValue, GlobalValueData, Inst, InstBuilder, SigRef, Signature, Type, Value, types,
    },
    isa::TargetIsa,
};
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder};
use wasmelt_module::{TypeId, ValType};

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
    types: HashMap<TypeId, SigRef>,
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

    /// The collector has to know of `value`, a reference that may be the address of an object.
    pub(crate) fn trace(&mut self, value: Value) {
        if self.plan.layout.heap.is_some() {
            self.builder.declare_value_needs_stack_map(value);
        }
    }

    /// The same of `value`, which has the program's type `ty`, if that holds objects.
    pub(crate) fn trace_typed(&mut self, value: Value, ty: ValType) {
        if self.plan.is_traced(ty) {
            self.builder.declare_value_needs_stack_map(value);
        }
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
        let c = abi::extern_c(self.isa);
        self.call(SymbolRef::Runtime(helper.symbol()), || helper.signature(c), arguments)
    }

    /// Calls the WebAssembly function of type `ty` whose code is at `code`.
    pub(crate) fn call_indirect(&mut self, ty: TypeId, code: Value, arguments: &[Value]) -> Inst {
        let signature = self.wasm_type(ty);
        self.ins().call_indirect(signature, code, arguments)
    }

    /// Calls the WebAssembly function of type `ty` whose code is at `code` in place of the function under construction.
    pub(crate) fn return_call_indirect(&mut self, ty: TypeId, code: Value, arguments: &[Value]) {
        let signature = self.wasm_type(ty);
        self.ins().return_call_indirect(signature, code, arguments);
    }

    /// Calls `symbol`, which has this signature; its exceptions go to `handler`. The results.
    pub(crate) fn try_call(
        &mut self,
        symbol: SymbolRef,
        signature: impl FnOnce() -> Signature,
        arguments: &[Value],
        handler: Block,
    ) -> Vec<Value> {
        let callee = self.callee(symbol, signature);
        let signature = self.builder.func.dfg.ext_funcs[callee].signature;
        let (next, exceptions) = self.exception_table(signature, handler);
        self.ins().try_call(callee, arguments, exceptions);
        self.go_on_in(next)
    }

    /// Calls the WebAssembly function of type `ty` whose code is at `code`; its exceptions go to `handler`. The results.
    pub(crate) fn try_call_indirect(
        &mut self,
        ty: TypeId,
        code: Value,
        arguments: &[Value],
        handler: Block,
    ) -> Vec<Value> {
        let signature = self.wasm_type(ty);
        let (next, exceptions) = self.exception_table(signature, handler);
        self.ins().try_call_indirect(code, arguments, exceptions);
        self.go_on_in(next)
    }

    /// Where a call of this signature leads: to a new block with its results, or with an exception to `handler`.
    fn exception_table(&mut self, signature: SigRef, handler: Block) -> (Block, ExceptionTable) {
        let next = self.builder.create_block();
        let types = abi::return_types(&self.builder.func.dfg.signatures[signature]);
        for &ty in &types {
            self.builder.append_block_param(next, ty);
        }
        let results = (0..).take(types.len()).map(BlockArg::TryCallRet);
        let dfg = &mut self.builder.func.dfg;
        let returned = BlockCall::new(next, results, &mut dfg.value_lists);
        let thrown = BlockCall::new(handler, [BlockArg::TryCallExn(0)], &mut dfg.value_lists);
        let exceptions = ExceptionTableData::new(signature, returned, [ExceptionTableItem::Default(thrown)]);
        (next, dfg.exception_tables.push(exceptions))
    }

    /// Goes on in `block`, to which there is one way; its parameters.
    fn go_on_in(&mut self, block: Block) -> Vec<Value> {
        self.builder.seal_block(block);
        self.builder.switch_to_block(block);
        self.builder.block_params(block).to_vec()
    }

    fn wasm_type(&mut self, ty: TypeId) -> SigRef {
        let plan = self.plan;
        let function = &mut *self.builder.func;
        let types = &mut self.references.types;
        *types
            .entry(ty)
            .or_insert_with(|| function.import_signature(abi::wasm_signature(plan.program.types.function(ty))))
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
