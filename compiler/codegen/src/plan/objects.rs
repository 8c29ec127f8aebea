//! How objects lie on the heap (WebAssembly core specification, section 4.2.12 "Structure Instances", 4.2.13 "Array
//! Instances").
//!
//! ```text
//! structure   0: u32 number of the type    4: 0             8: fields, in order, each at its alignment
//! array       0: u32 number of the type    4: u32 length    8: elements
//! ```
//!
//! Fields keep their offsets in every subtype, since a subtype's fields begin with its supertype's. Vectors are aligned
//! like 64-bit values, so that 8 bytes of header do for all.

use cranelift_codegen::ir::{Type, types};
use wasmelt_abi::{ANCESTOR_KIND, ObjectKind, ObjectShape};
use wasmelt_module::{
    AbstractHeapType, CompositeInnerType, FieldType, Program, ProgramType, ProgramTypes, StorageType, TypeId, ValType,
};

use crate::{Place, TagLayout, abi};

/// Bytes of an object before its fields or elements.
pub(crate) const HEADER_BYTES: u32 = 8;

/// Alignment of objects, and of the widest field.
const ALIGNMENT: u32 = 8;

impl Place {
    /// Bytes of what is stored.
    pub(crate) fn bytes(self) -> u32 {
        stored(self.storage).bytes()
    }
}

/// What is stored in CLIF.
pub(crate) fn stored(storage: StorageType) -> Type {
    match storage {
        StorageType::I8 => types::I8,
        StorageType::I16 => types::I16,
        StorageType::Val(ty) => abi::value_type(ty),
    }
}

/// The fields of a structure in order, and the bytes of the whole.
pub(crate) fn structure(fields: &[FieldType]) -> (Vec<Place>, u32) {
    let mut end = HEADER_BYTES;
    let place = |field: &FieldType| {
        let bytes = stored(field.element_type).bytes();
        let offset = end.next_multiple_of(bytes.min(ALIGNMENT));
        end = offset + bytes;
        Place { offset, storage: field.element_type }
    };
    let places = fields.iter().map(place).collect();
    (places, end.next_multiple_of(ALIGNMENT))
}

/// The elements of an array.
pub(crate) fn array(element: FieldType) -> Place {
    Place { offset: HEADER_BYTES, storage: element.element_type }
}

/// The number of a type in objects and function cells; 0 is none.
pub fn type_number(id: TypeId) -> u32 {
    id.0 + 1
}

/// Whether values of `ty`, as the program writes types, may be addresses of objects.
pub(crate) fn is_traced(types: &ProgramTypes, ty: ValType) -> bool {
    let ValType::Ref(ty) = ty else { return false };
    holds_objects(types.abstract_type(ty.heap_type()))
}

/// Whether references of type `ty` may be addresses of objects.
pub(crate) fn holds_objects(ty: AbstractHeapType) -> bool {
    !matches!(ty, AbstractHeapType::Func | AbstractHeapType::NoFunc | AbstractHeapType::Cont | AbstractHeapType::NoCont)
}

/// What the collector has to know of each type, by number, and where references lie in it.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    pub(super) shapes: Vec<ObjectShape>,
    pub(super) references: Vec<u32>,
}

impl Shapes {
    /// Of the types of `program`, and of the exceptions of `tags` behind them.
    pub(super) fn of(program: &Program, tags: &[TagLayout]) -> Shapes {
        let none = ObjectShape { kind: ObjectKind::None as u32, bytes: 0, first_reference: 0, reference_count: 0 };
        let mut shapes = Shapes { shapes: vec![none], references: Vec::new() };
        for ty in program.types.iter() {
            let shape = match &ty.definition.composite_type.inner {
                CompositeInnerType::Struct(ty) => {
                    let (places, bytes) = structure(&ty.fields);
                    shapes.shape(&program.types, ObjectKind::Struct, bytes, &places)
                }
                CompositeInnerType::Array(ty) => {
                    let place = array(ty.0);
                    shapes.shape(&program.types, ObjectKind::Array, place.bytes(), &[place])
                }
                CompositeInnerType::Func(_) | CompositeInnerType::Cont(_) => none,
            };
            shapes.shapes.push(shape);
        }
        for tag in tags {
            let shape = shapes.shape(&program.types, ObjectKind::Exception, tag.bytes, &tag.fields);
            shapes.shapes.push(shape);
        }
        shapes
    }

    fn shape(&mut self, types: &ProgramTypes, kind: ObjectKind, bytes: u32, places: &[Place]) -> ObjectShape {
        let first = self.references.len();
        let traced = places.iter().filter(|place| match place.storage {
            StorageType::Val(ty) => is_traced(types, ty),
            StorageType::I8 | StorageType::I16 => false,
        });
        self.references.extend(traced.map(|place| place.offset));
        let number = |count| {
            u32::try_from(count).expect("invariant: 2²⁰ types of 10,000 fields at most, in a module of 2³² bytes")
        };
        ObjectShape {
            kind: kind as u32,
            bytes,
            first_reference: number(first),
            reference_count: number(self.references.len() - first),
        }
    }
}

/// The ancestors of all types: a row for each number, [`ANCESTOR_KIND`] and the types in the chain from the most general
/// one to itself; then zeros. A type at depth `d` is an ancestor of those in whose row it stands at `1 + d`. `tags` tags have
/// rows behind those of types.
pub(super) fn ancestors(program: &Program, tags: usize) -> Vec<Vec<u32>> {
    let width = 1 + program.types.iter().map(|ty| ty.chain.len()).max().unwrap_or(0);
    let row = |ty: &ProgramType| {
        let mut row = vec![0; width];
        // Lossless: u32 to usize.
        row[ANCESTOR_KIND as usize] = kind(ty) as u32;
        for (place, id) in row[1..].iter_mut().zip(&ty.chain) {
            *place = type_number(*id);
        }
        row
    };
    let mut exception = vec![0; width];
    exception[ANCESTOR_KIND as usize] = ObjectKind::Exception as u32;
    let exceptions = std::iter::repeat_n(exception, tags);
    std::iter::once(vec![0; width]).chain(program.types.iter().map(row)).chain(exceptions).collect()
}

/// Whether some type has a subtype: else no two types are related.
pub(super) fn has_subtypes(program: &Program) -> bool {
    program.types.iter().any(|ty| ty.chain.len() > 1)
}

fn kind(ty: &ProgramType) -> ObjectKind {
    match ty.definition.composite_type.inner {
        CompositeInnerType::Struct(_) => ObjectKind::Struct,
        CompositeInnerType::Array(_) => ObjectKind::Array,
        CompositeInnerType::Func(_) | CompositeInnerType::Cont(_) => ObjectKind::None,
    }
}
