//! Structures (WebAssembly core specification, section 4.4.2 "Reference Instructions", `struct.*`).
//!
//! ```text
//! struct.new       object = allocate(type)   store object + field, operand …
//! struct.get       load object + field                                        traps if the object is null
//! ```

use cranelift_codegen::ir::Value;
use wasmelt_module::TypeIndex;

use crate::{Place, function::Translator, heap, plan::objects};

/// `struct.new`: `[fields] → [structure]`.
pub(crate) fn new(t: &mut Translator<'_>, ty: u32) {
    let (places, _) = places(t, ty);
    let values = t.stack.pop_many(places.len());
    make(t, ty, &values);
}

/// `struct.new_default`: `[] → [structure]`.
pub(crate) fn new_default(t: &mut Translator<'_>, ty: u32) {
    let (places, _) = places(t, ty);
    let zeros: Vec<_> = places.iter().map(|place| heap::zero(&mut t.emitter, objects::stored(place.storage))).collect();
    make(t, ty, &zeros);
}

/// `struct.get`: `[structure] → [field]`; packed fields with their sign or without. Traps if the structure is null.
pub(crate) fn get(t: &mut Translator<'_>, ty: u32, field: u32, signed: bool) {
    let object = t.stack.pop();
    let place = place(t, ty, field);
    let at = heap::field(&mut t.emitter, object, place);
    let value = heap::load(&mut t.emitter, at, place.storage, signed);
    t.push(value, place.storage.unpack());
}

/// `struct.set`: `[structure, field] → []`; traps if the structure is null.
pub(crate) fn set(t: &mut Translator<'_>, ty: u32, field: u32) {
    let (object, value) = t.stack.pop2();
    let place = place(t, ty, field);
    let at = heap::field(&mut t.emitter, object, place);
    heap::store(&mut t.emitter, at, place.storage, value);
}

/// Pushes a structure with the fields `values`.
fn make(t: &mut Translator<'_>, ty: u32, values: &[Value]) {
    let (places, bytes) = places(t, ty);
    let number = t.type_number(ty);
    let e = &mut t.emitter;
    let object = heap::new_structure(e, number, (&places, bytes), values);
    t.stack.push(object);
}

fn places(t: &Translator<'_>, ty: u32) -> (Vec<Place>, u32) {
    objects::structure(&t.module.ty(TypeIndex(ty)).unwrap_struct().fields)
}

fn place(t: &Translator<'_>, ty: u32, field: u32) -> Place {
    // Lossless: u32 to usize.
    places(t, ty).0[field as usize]
}
