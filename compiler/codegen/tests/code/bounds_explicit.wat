;;! explicit
;; Checks of accesses with 32-bit indices: a shorter one where the memory is always large enough for the offset.
(module
  (memory 1 4)
  (func $load (param i32) (result i32)
    (i32.load (local.get 0)))
  (func $load_offset (param i32) (result i64)
    (i64.load offset=16 (local.get 0)))
  (func $load_beyond_the_initial_size (param i32) (result i32)
    (i32.load8_u offset=0x10000 (local.get 0)))
  (func $load_beyond_the_maximum (param i32) (result i32)
    (i32.load offset=0x40000 (local.get 0)))
  (func $store (param i32 f64)
    (f64.store offset=8 (local.get 0) (local.get 1)))
  (func $fill (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2))))
