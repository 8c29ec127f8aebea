;; All of this passes.

;; State outlives calls, and traps.
(module $Counter
  (global $count (mut i32) (i32.const 0))
  (export "count" (global $count))
  (memory 1)
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count))
  (func (export "next-and-trap")
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (unreachable))
  (func (export "deep") (call 2)))
(assert_return (invoke "next") (i32.const 1))
(assert_trap (invoke "next-and-trap") "unreachable")
(assert_exhaustion (invoke "deep") "call stack exhausted")
(assert_exhaustion (invoke "deep") "call stack exhausted")
(invoke "next")
(assert_return (get "count") (i32.const 3))

;; A module of the same text is another instance.
(module
  (global $count (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))
(assert_return (invoke "next") (i32.const 1))
(assert_return (invoke $Counter "next") (i32.const 4))

;; Values of all types, several at a time.
(module
  (func $null (export "null") (result funcref externref) (ref.null func) (ref.null extern))
  (func (export "host") (param externref) (result externref) (local.get 0))
  (func (export "function") (result funcref) (ref.func $null))
  (func (export "nan") (param f32 f64) (result f64 f32) (f64.div (local.get 1) (local.get 1)) (f32.neg (local.get 0)))
  (func (export "mixed") (param i64 f32 i32 f64) (result f64 i32 f32 i64)
    (local.get 3) (local.get 2) (local.get 1) (local.get 0)))
(assert_return (invoke "null") (ref.null func) (ref.null extern))
(assert_return (invoke "host" (ref.extern 0)) (ref.extern 0))
(assert_return (invoke "host" (ref.extern 7)) (ref.extern))
(assert_return (invoke "host" (ref.null extern)) (ref.null extern))
(assert_return (invoke "function") (ref.func))
(assert_return (invoke "nan" (f32.const nan:0x200001) (f64.const 0)) (f64.const nan:canonical) (f32.const -nan:0x200001))
(assert_return (invoke "mixed" (i64.const -5) (f32.const 1.5) (i32.const 7) (f64.const -0))
  (f64.const -0) (either (i32.const 6) (i32.const 7)) (f32.const 1.5) (i64.const -5))

;; Linking, by way of the host module as well.
(module $Memory (memory (export "memory") 1) (func (export "grow") (drop (memory.grow (i32.const 1)))))
(register "memory" $Memory)
(assert_unlinkable (module (import "memory" "memory" (memory 3))) "incompatible import type")
(assert_unlinkable (module (import "memory" "other" (memory 1))) "unknown import")
(assert_trap (module (import "memory" "memory" (memory 1)) (data (i32.const 8) "abc") (data (i32.const 65535) "de"))
  "out of bounds memory access")
(invoke $Memory "grow")
(module
  (import "memory" "memory" (memory 2))
  (import "spectest" "print_i32" (func (param i32)))
  (import "spectest" "global_f32" (global f32))
  (export "seven" (global 0))
  (func (export "load") (param i32) (result i32) (call 0 (i32.const 1)) (i32.load (local.get 0))))
(assert_return (get "seven") (f32.const 666.6))
(assert_return (invoke "load" (i32.const 8)) (i32.const 0x00636261))
(assert_return (invoke "load" (i32.const 0x1fffc)) (i32.const 0))

;; Definitions and their instances.
(module definition $D (global (export "g") (mut i32) (i32.const 3)))
(module instance $I $D)
(assert_return (get $I "g") (i32.const 3))

;; What is no module.
(assert_malformed (module quote "(func") "unexpected end")
(assert_malformed (module binary "\00asm\02\00\00\00") "unknown binary version")
(assert_invalid (module (func (result i32))) "type mismatch")
(assert_return (invoke $Counter "next") (i32.const 5))
