;; Checks of accesses with 64-bit indices, where index + offset + width may overflow.
(module
  (memory i64 1 4)
  (func $load (param i64) (result i32)
    (i32.load (local.get 0)))
  (func $load_beyond_the_initial_size (param i64) (result i32)
    (i32.load8_u offset=0x10000 (local.get 0)))
  (func $load_beyond_the_maximum (param i64) (result i32)
    (i32.load offset=0xffffffffffffffff (local.get 0)))
  (func $store (param i64 f64)
    (f64.store offset=8 (local.get 0) (local.get 1)))
  (func $fill (param i64 i32 i64)
    (memory.fill (local.get 0) (local.get 1) (local.get 2))))
