//! One collection.

use core::{ops::Range, ptr};

use wasmelt_abi::{ObjectKind, ObjectShape, Root, StackMap};

use super::{Caller, Frames, Shapes};

/// Bytes of an object's header, and of a reference.
const WORD: u64 = 8;
/// Bits that are 0 in the address of an object.
const TAG: u64 = 0b11;

/// A collection under way.
#[derive(Debug)]
pub(super) struct Collection {
    shapes: Shapes,
    /// Where objects are copied from.
    from: Range<u64>,
    /// Where they are copied to.
    to: u64,
    /// Where the next one goes.
    next: u64,
}

impl Collection {
    pub(super) fn new(shapes: Shapes, from: Range<u64>, to: u64) -> Collection {
        Collection { shapes, from, to, next: to }
    }

    /// Copies what `roots` refer to.
    ///
    /// # Safety
    ///
    /// They are the program's roots.
    pub(super) unsafe fn roots(&mut self, roots: &[Root]) {
        for root in roots {
            let count = match root.length_at {
                0 => root.length,
                // SAFETY: the length of a table is there (ABI).
                at => unsafe { (at as *const u64).read() },
            };
            // SAFETY: a root is so many references in a row (ABI).
            unsafe { self.references(root.address, count) };
        }
    }

    /// Copies what the frames of compiled code refer to, from that of `caller` on.
    ///
    /// # Safety
    ///
    /// `caller` is a frame of the program's code, and `frames` are the program's maps.
    pub(super) unsafe fn frames(&mut self, frames: &Frames, mut caller: Caller) {
        while frames.contains(caller.return_address) {
            if let Some(map) = frames.map(caller.return_address) {
                // SAFETY: the map is that of this frame.
                unsafe { self.frame(map, frames.slots, caller.frame) };
            }
            // SAFETY: a frame pointer points to the caller's, and next to that is the address that is returned to: all
            // compiled code keeps to it.
            let [frame, return_address] = unsafe { (caller.frame as *const [u64; 2]).read() };
            caller = Caller { frame, return_address };
        }
    }

    unsafe fn frame(&mut self, map: &StackMap, slots: *const u32, frame: u64) {
        let stack_pointer = frame - u64::from(map.frame_bytes);
        for at in 0..map.slot_count {
            // SAFETY: the map leads to so many offsets (ABI).
            let slot = unsafe { slots.wrapping_add((map.first_slot + at) as usize).read() };
            // SAFETY: there is a reference there (ABI).
            unsafe { self.references(stack_pointer + u64::from(slot), 1) };
        }
    }

    /// Copies what the copied objects refer to, until there is nothing left; where they end.
    ///
    /// # Safety
    ///
    /// All references are followed but those in copied objects.
    pub(super) unsafe fn finish(mut self) -> u64 {
        let mut object = self.to;
        while object < self.next {
            // SAFETY: objects lie one behind the other up to `next`.
            object += unsafe { self.object(object) };
        }
        self.next
    }

    /// Copies what the copied object at `object` refers to; its bytes.
    unsafe fn object(&mut self, object: u64) -> u64 {
        // SAFETY: it is a whole object.
        let header = unsafe { read(object) };
        // SAFETY: the header is that of an object.
        let shape = unsafe { self.shape(header) };
        if shape.kind == ObjectKind::Array as u32 {
            if shape.reference_count != 0 {
                // SAFETY: the elements are references.
                unsafe { self.references(object + WORD, array_length(header)) };
            }
        } else {
            for at in 0..shape.reference_count {
                // SAFETY: the shape leads to so many offsets (ABI).
                let offset =
                    unsafe { self.shapes.references.wrapping_add((shape.first_reference + at) as usize).read() };
                // SAFETY: there is a reference in the object.
                unsafe { self.references(object + u64::from(offset), 1) };
            }
        }
        size(&shape, header)
    }

    /// Copies what `count` references from `address` on refer to, and makes them refer to the copies.
    unsafe fn references(&mut self, address: u64, count: u64) {
        for at in 0..count {
            let place = (address + at * WORD) as *mut u64;
            // SAFETY: there is a reference there (the callers' conditions), which nothing else uses meanwhile.
            let reference = unsafe { place.read() };
            if reference & TAG == 0 && self.from.contains(&reference) {
                // SAFETY: it is the address of an object.
                let copy = unsafe { self.copy(reference) };
                // SAFETY: as above.
                unsafe { place.write(copy) };
            }
        }
    }

    /// The copy of the object at `object`, which is made unless it is there.
    unsafe fn copy(&mut self, object: u64) -> u64 {
        // SAFETY: it is an object, or what a copied one left behind.
        let header = unsafe { read(object) };
        if header as u32 == 0 {
            return self.to + (header >> 32) * WORD;
        }
        // SAFETY: the header is that of an object.
        let bytes = size(&unsafe { self.shape(header) }, header);
        let copy = self.next;
        // SAFETY: the halves are equally large, and no more is copied than there was.
        unsafe { ptr::copy_nonoverlapping(object as *const u8, copy as *mut u8, bytes as usize) };
        self.next += bytes;
        // SAFETY: as above.
        unsafe { (object as *mut u64).write(((copy - self.to) / WORD) << 32) };
        copy
    }

    /// The shape of objects with `header`.
    unsafe fn shape(&self, header: u64) -> ObjectShape {
        // SAFETY: the low half of a header is the number of a type that there is (ABI).
        unsafe { self.shapes.shapes.wrapping_add(header as u32 as usize).read() }
    }
}

/// Bytes of an object of `shape` with `header`.
fn size(shape: &ObjectShape, header: u64) -> u64 {
    match shape.kind == ObjectKind::Array as u32 {
        true => (WORD + array_length(header) * u64::from(shape.bytes)).next_multiple_of(WORD),
        false => u64::from(shape.bytes),
    }
}

fn array_length(header: u64) -> u64 {
    header >> 32
}

/// The word at `address`.
///
/// # Safety
///
/// There is one.
unsafe fn read(address: u64) -> u64 {
    // SAFETY: this function's condition.
    unsafe { (address as *const u64).read() }
}
