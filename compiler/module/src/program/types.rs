//! The types of a program: one for all that are equal, whichever modules they stand in (WebAssembly core specification,
//! section 3.1.2 "Recursive Types", 3.3 "Matching").
//!
//! Types are equal if their recursion groups are, in which references into the group count by their place in it. So a
//! group is looked up with such references relative and all others canonical; a reference to a type of the program is
//! written as a module index that is the [`TypeId`]. Equal types have equal ids then, and reference types can be compared
//! without asking where they come from.

use std::collections::HashMap;

use wasmelt_abi::{HostFunction, HostType};
use wasmparser::{
    AbstractHeapType as Abstract, ArrayType, CompositeInnerType, CompositeType, FieldType, FuncType, GlobalType,
    HeapType, PackedIndex, RefType, StorageType, StructType, SubType, TableType, UnpackedIndex, ValType,
};

use crate::{Module, TypeId, TypeIndex};

/// The types of a program.
#[derive(Clone, Debug, Default)]
pub struct ProgramTypes {
    types: Vec<ProgramType>,
    /// The first type of each known group.
    groups: HashMap<Vec<SubType>, TypeId>,
}

/// A type of a program.
#[derive(Clone, Debug)]
pub struct ProgramType {
    /// Its definition; references to types are module indices that are [`TypeId`]s.
    pub definition: SubType,
    /// All its supertypes, the most general one first, and itself last.
    pub chain: Vec<TypeId>,
}

impl ProgramTypes {
    /// Most types: as many as a reference type has room for.
    const LIMIT: usize = 1 << 20;

    /// All types, in order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ProgramType> {
        self.types.iter()
    }

    /// Type `id`.
    pub fn get(&self, id: TypeId) -> &ProgramType {
        &self.types[id.index()]
    }

    /// The function type that `id` is.
    pub fn function(&self, id: TypeId) -> &FuncType {
        self.get(id).definition.unwrap_func()
    }

    /// Whether `id` is `ancestor` or a subtype of it.
    pub fn is_subtype(&self, id: TypeId, ancestor: TypeId) -> bool {
        let depth = self.get(ancestor).chain.len() - 1;
        self.get(id).chain.get(depth) == Some(&ancestor)
    }

    /// Whether a value of type `actual` is one of type `expected` (section 3.3.5 "Value Types"); of types of the program.
    pub fn matches(&self, actual: ValType, expected: ValType) -> bool {
        match (actual, expected) {
            (ValType::Ref(actual), ValType::Ref(expected)) => {
                (expected.is_nullable() || !actual.is_nullable())
                    && self.heap_type_matches(actual.heap_type(), expected.heap_type())
            }
            (actual, expected) => actual == expected,
        }
    }

    /// The same of heap types (section 3.3.3 "Heap Types").
    fn heap_type_matches(&self, actual: HeapType, expected: HeapType) -> bool {
        let (actual_kind, expected_kind) = (self.abstract_type(actual), self.abstract_type(expected));
        match (concrete(actual), concrete(expected)) {
            (Some(actual), Some(expected)) => self.is_subtype(actual, expected),
            // Only null is of a concrete type and of an abstract one as well.
            (None, Some(_)) => actual_kind == bottom(expected_kind),
            (_, None) => abstract_matches(actual_kind, expected_kind),
        }
    }

    /// `ty`, or the most specific abstract type above it; of types of the program.
    pub fn abstract_type(&self, ty: HeapType) -> Abstract {
        match (ty, concrete(ty)) {
            (HeapType::Abstract { ty, .. }, _) => ty,
            (_, Some(id)) => self.kind(id),
            (_, None) => unreachable!("invariant: a type is abstract or concrete"),
        }
    }

    /// The most specific abstract type above `id`.
    pub fn kind(&self, id: TypeId) -> Abstract {
        kind(&self.get(id).definition)
    }

    /// The type of `host`; `None` if the program has no such type, so that no import can be bound to it.
    pub fn host_function(&self, host: &HostFunction) -> Option<TypeId> {
        let types = |types: &[HostType]| types.iter().map(|&ty| host_type(ty)).collect::<Vec<_>>();
        let ty = FuncType::new(types(host.params), types(host.results));
        self.groups.get([SubType::func(ty, false)].as_slice()).copied()
    }

    /// The ids of the types of `module`, in order of their indices; `None` if there are too many.
    pub(super) fn of_module(&mut self, module: &Module) -> Option<Vec<TypeId>> {
        let mut ids: Vec<TypeId> = Vec::with_capacity(module.types.len());
        for group in &module.recursion_groups {
            let relative = |index: u32| match index.checked_sub(group.start) {
                Some(place) => PackedIndex::from_rec_group_index(place),
                // Lossless: u32 to usize.
                None => PackedIndex::from_module_index(ids[index as usize].0),
            };
            // Lossless: u32 to usize.
            let types = &module.types[group.start as usize..group.end as usize];
            let first = self.group(types.iter().map(|ty| sub_type(ty, &relative)).collect())?;
            ids.extend((0..types.len()).map(|place| TypeId::at(first.index() + place)));
        }
        Some(ids)
    }

    /// The id of the first type of `group`, which is added unless it is known; `None` if there are too many.
    fn group(&mut self, group: Vec<SubType>) -> Option<TypeId> {
        if let Some(&known) = self.groups.get(&group) {
            return Some(known);
        }
        if self.types.len() + group.len() > ProgramTypes::LIMIT {
            return None;
        }
        let first = TypeId::at(self.types.len());
        for ty in &group {
            let definition = canonical(ty, first);
            let supertype = definition.supertype_idxs.first().map(|index| type_id(index.unpack()));
            let mut chain = supertype.map(|id| self.get(id).chain.clone()).unwrap_or_default();
            chain.push(TypeId::at(self.types.len()));
            self.types.push(ProgramType { definition, chain });
        }
        self.groups.insert(group, first);
        Some(first)
    }
}

/// Types as a module writes them, as types of the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) ids: &'a [TypeId],
}

impl Scope<'_> {
    pub(super) fn id(self, index: TypeIndex) -> TypeId {
        self.ids[index.index()]
    }

    pub(super) fn value(self, ty: ValType) -> ValType {
        value_type(ty, &|index| self.packed(index))
    }

    pub(super) fn reference(self, ty: RefType) -> RefType {
        reference_type(ty, &|index| self.packed(index))
    }

    pub(super) fn global(self, ty: &GlobalType) -> GlobalType {
        GlobalType { content_type: self.value(ty.content_type), ..*ty }
    }

    pub(super) fn table(self, ty: &TableType) -> TableType {
        TableType { element_type: self.reference(ty.element_type), ..*ty }
    }

    fn packed(self, index: u32) -> Option<PackedIndex> {
        // Lossless: u32 to usize.
        PackedIndex::from_module_index(self.ids[index as usize].0)
    }
}

/// The type that a heap type of the program is, unless it is an abstract one.
pub fn concrete(ty: HeapType) -> Option<TypeId> {
    match ty {
        HeapType::Concrete(index) | HeapType::Exact(index) => Some(type_id(index)),
        HeapType::Abstract { .. } => None,
    }
}

/// The most specific abstract type above `ty`.
pub(crate) fn kind(ty: &SubType) -> Abstract {
    match ty.composite_type.inner {
        CompositeInnerType::Func(_) => Abstract::Func,
        CompositeInnerType::Array(_) => Abstract::Array,
        CompositeInnerType::Struct(_) => Abstract::Struct,
        CompositeInnerType::Cont(_) => Abstract::Cont,
    }
}

/// `ty`, whose group starts with `first`, with all references canonical.
fn canonical(ty: &SubType, first: TypeId) -> SubType {
    let index = |index: UnpackedIndex| match index {
        UnpackedIndex::RecGroup(place) => PackedIndex::from_module_index(first.0 + place),
        other => other.pack(),
    };
    map_sub_type(ty, &index)
}

/// `ty` with each module index replaced.
fn sub_type(ty: &SubType, replace: &impl Fn(u32) -> Option<PackedIndex>) -> SubType {
    map_sub_type(ty, &|index| replace_module_index(index, replace))
}

fn map_sub_type(ty: &SubType, map: &impl Fn(UnpackedIndex) -> Option<PackedIndex>) -> SubType {
    let value = |ty: &ValType| map_value_type(*ty, map);
    let field = |field: &FieldType| FieldType {
        element_type: match field.element_type {
            StorageType::Val(ty) => StorageType::Val(value(&ty)),
            packed => packed,
        },
        ..*field
    };
    let inner = match &ty.composite_type.inner {
        CompositeInnerType::Func(ty) => {
            CompositeInnerType::Func(FuncType::new(ty.params().iter().map(value), ty.results().iter().map(value)))
        }
        CompositeInnerType::Array(ty) => CompositeInnerType::Array(ArrayType(field(&ty.0))),
        CompositeInnerType::Struct(ty) => {
            CompositeInnerType::Struct(StructType { fields: ty.fields.iter().map(field).collect() })
        }
        CompositeInnerType::Cont(ty) => CompositeInnerType::Cont(ty.clone()),
    };
    SubType {
        is_final: ty.is_final,
        supertype_idxs: ty.supertype_idxs.iter().map(|index| packed(map(index.unpack()))).collect(),
        composite_type: CompositeType { inner, ..ty.composite_type },
    }
}

fn map_value_type(ty: ValType, map: &impl Fn(UnpackedIndex) -> Option<PackedIndex>) -> ValType {
    match ty {
        ValType::Ref(ty) => ValType::Ref(map_reference_type(ty, map)),
        other => other,
    }
}

fn map_reference_type(ty: RefType, map: &impl Fn(UnpackedIndex) -> Option<PackedIndex>) -> RefType {
    match ty.heap_type() {
        HeapType::Concrete(index) => RefType::concrete(ty.is_nullable(), packed(map(index))),
        HeapType::Exact(index) => RefType::exact(ty.is_nullable(), packed(map(index))),
        HeapType::Abstract { .. } => ty,
    }
}

fn value_type(ty: ValType, replace: &impl Fn(u32) -> Option<PackedIndex>) -> ValType {
    map_value_type(ty, &|index| replace_module_index(index, replace))
}

fn reference_type(ty: RefType, replace: &impl Fn(u32) -> Option<PackedIndex>) -> RefType {
    map_reference_type(ty, &|index| replace_module_index(index, replace))
}

fn replace_module_index(index: UnpackedIndex, replace: &impl Fn(u32) -> Option<PackedIndex>) -> Option<PackedIndex> {
    match index {
        UnpackedIndex::Module(index) => replace(index),
        other => other.pack(),
    }
}

fn packed(index: Option<PackedIndex>) -> PackedIndex {
    index.expect("invariant: a program has no more types than a packed index can name")
}

fn type_id(index: UnpackedIndex) -> TypeId {
    TypeId(index.as_module_index().expect("invariant: references of the program's types are canonical"))
}

/// Whether `actual` is below `expected`, or equal.
fn abstract_matches(actual: Abstract, expected: Abstract) -> bool {
    let above: &[Abstract] = match actual {
        Abstract::None => &[Abstract::I31, Abstract::Struct, Abstract::Array, Abstract::Eq, Abstract::Any],
        Abstract::I31 | Abstract::Struct | Abstract::Array => &[Abstract::Eq, Abstract::Any],
        Abstract::Eq => &[Abstract::Any],
        Abstract::NoFunc => &[Abstract::Func],
        Abstract::NoExtern => &[Abstract::Extern],
        Abstract::NoExn => &[Abstract::Exn],
        Abstract::NoCont => &[Abstract::Cont],
        Abstract::Func | Abstract::Extern | Abstract::Any | Abstract::Exn | Abstract::Cont => &[],
    };
    actual == expected || above.contains(&expected)
}

/// The type that only null has, in the hierarchy of `ty`.
fn bottom(ty: Abstract) -> Abstract {
    match ty {
        Abstract::Func | Abstract::NoFunc => Abstract::NoFunc,
        Abstract::Extern | Abstract::NoExtern => Abstract::NoExtern,
        Abstract::Exn | Abstract::NoExn => Abstract::NoExn,
        Abstract::Cont | Abstract::NoCont => Abstract::NoCont,
        Abstract::Any | Abstract::Eq | Abstract::I31 | Abstract::Struct | Abstract::Array | Abstract::None => {
            Abstract::None
        }
    }
}

fn host_type(ty: HostType) -> ValType {
    match ty {
        HostType::I32 => ValType::I32,
        HostType::I64 => ValType::I64,
    }
}
