;; Atomic accesses: check of the alignment, then one that traps by itself out of bounds.
(module
  (memory 1 1 shared)
  (func $add (param i32 i32) (result i32)
    (i32.atomic.rmw.add offset=8 (local.get 0) (local.get 1)))
  (func $compare (param i32 i64 i64) (result i64)
    (i64.atomic.rmw.cmpxchg (local.get 0) (local.get 1) (local.get 2)))
  (func $compare_word (param i32 i64 i64) (result i64)
    (i64.atomic.rmw32.cmpxchg_u (local.get 0) (local.get 1) (local.get 2)))
  (func $load (param i32) (result i32)
    (i32.atomic.load (local.get 0)))
  (func $store (param i32 i32)
    (i32.atomic.store (local.get 0) (local.get 1))))
