//! Collections of heaps that are made by hand.

use super::*;

const PAIR: u64 = 1;
const LIST: u64 = 2;
const BYTES: u64 = 3;

/// A pair of references; an array of references; an array of bytes.
static SHAPES: [ObjectShape; 4] = [
    ObjectShape { kind: 0, bytes: 0, first_reference: 0, reference_count: 0 },
    ObjectShape { kind: 1, bytes: 24, first_reference: 0, reference_count: 2 },
    ObjectShape { kind: 2, bytes: 8, first_reference: 2, reference_count: 1 },
    ObjectShape { kind: 2, bytes: 1, first_reference: 0, reference_count: 0 },
];
static REFERENCES: [u32; 3] = [8, 16, 8];

/// A heap whose roots are `globals`.
struct World {
    halves: Halves,
    state: Box<HeapState>,
    globals: Box<[u64; 4]>,
    roots: Box<Root>,
    maximum_bytes: u64,
}

impl World {
    fn new(maximum_bytes: u64) -> World {
        let globals = Box::new([0; 4]);
        let roots = Box::new(Root { address: globals.as_ptr() as u64, length: 4, length_at: 0 });
        let state = Box::new(HeapState { next: 0, end: 0 });
        World { halves: Halves { active: 0, other: 0, bytes: 0 }, state, globals, roots, maximum_bytes }
    }

    /// As compiled code does it: the next object, or a collection.
    fn allocate(&mut self, header: u64, bytes: u64) -> Option<u64> {
        let object = match self.state.next + bytes <= self.state.end {
            true => {
                self.state.next += bytes;
                self.state.next - bytes
            }
            false => self.collect(bytes)?,
        };
        // SAFETY: it is the new object.
        unsafe { (object as *mut u64).write(header) };
        Some(object)
    }

    fn collect(&mut self, bytes: u64) -> Option<u64> {
        let heap = HeapHeader {
            state: (&raw mut *self.state) as u64,
            maximum_bytes: self.maximum_bytes,
            shapes: SHAPES.as_ptr() as u64,
            references: REFERENCES.as_ptr() as u64,
            roots: (&raw const *self.roots) as u64,
            root_count: 1,
            stack_maps: 0,
            stack_map_count: 0,
            slots: 0,
            text_bytes: 0,
        };
        // SAFETY: the heap is made as compiled code would; there are no frames.
        unsafe { self.halves.allocate(&heap, bytes, Caller { frame: 0, return_address: 0 }) }
    }

    fn pair(&mut self, first: u64, second: u64) -> u64 {
        let object = self.allocate(PAIR, 24).unwrap();
        put(object + 8, first);
        put(object + 16, second);
        object
    }
}

fn put(address: u64, value: u64) {
    // SAFETY: the tests write into objects that they made.
    unsafe { (address as *mut u64).write(value) }
}

fn get(address: u64) -> u64 {
    // SAFETY: the tests read from objects that they made.
    unsafe { (address as *const u64).read() }
}

#[test]
fn what_can_be_reached_moves_and_the_rest_is_gone() {
    let mut world = World::new(1 << 20);
    let small = 7 << 1 | 1;
    let inner = world.pair(small, 0);
    world.pair(inner, inner);
    let outer = world.pair(inner, inner);
    world.globals[1] = outer;
    world.collect(0);
    let moved = world.globals[1];
    assert_ne!(moved, outer);
    assert_eq!(get(moved), PAIR);
    assert_eq!(get(moved + 8), get(moved + 16), "two references to one object");
    assert_eq!(get(get(moved + 8) + 8), small);
    assert_eq!(world.state.next - world.halves.active, 48, "the third pair is garbage");
}

#[test]
fn cycles_and_arrays_survive() {
    let mut world = World::new(1 << 20);
    let list = world.allocate(LIST | 3 << 32, 32).unwrap();
    let bytes = world.allocate(BYTES | 5 << 32, 16).unwrap();
    put(bytes + 8, 0x55_4433_2211);
    let pair = world.pair(list, bytes);
    put(list + 8, pair);
    put(list + 16, 0);
    put(list + 24, 0b110);
    world.globals[0] = pair;
    for _ in 0..3 {
        world.collect(0);
    }
    let pair = world.globals[0];
    let list = get(pair + 8);
    assert_eq!((get(list), get(list + 8)), (LIST | 3 << 32, pair));
    assert_eq!((get(list + 16), get(list + 24)), (0, 0b110), "null and a value of the host stay what they are");
    assert_eq!(get(get(pair + 16) + 8), 0x55_4433_2211);
}

#[test]
fn a_heap_grows_up_to_its_limit() {
    let mut world = World::new(4 << 20);
    let mut count = 0;
    while let Some(object) = world.allocate(PAIR, 24) {
        put(object + 8, world.globals[0]);
        put(object + 16, 0);
        world.globals[0] = object;
        count += 1;
    }
    assert!((4 << 20) / 24 - count <= 1, "{count} pairs");
    world.globals[0] = 0;
    assert!(world.allocate(PAIR, 24).is_some(), "there is room again");
}
