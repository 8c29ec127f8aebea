;; Calls: of functions of the program, of the host, and through tables.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory 1)
  (table $constant funcref (elem $swap))
  (table $written 4 funcref)
  (func $swap (param i32 i64) (result i64 i32)
    (local.get 1) (local.get 0))
  (func $call (result i64 i32)
    (call $swap (i32.const 1) (i64.const 2)))
  (func $call_host (result i32)
    (call $yield))
  (func $call_constant_table (param i32) (result i64 i32)
    (call_indirect $constant (param i32 i64) (result i64 i32) (i32.const 1) (i64.const 2) (local.get 0)))
  (func $call_written_table (param i32)
    (call_indirect $written (local.get 0)))
  (func $write
    (table.set $written (i32.const 0) (ref.null func))))
