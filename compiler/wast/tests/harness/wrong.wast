;; All of this fails, but for the modules that are meant to work.

(module
  (global (export "global") i64 (i64.const 1))
  (func (export "one") (result i32) (i32.const 1))
  (func (export "nan") (result f32) (f32.const nan:0x200000))
  (func (export "two") (result i64 f64) (i64.const -2) (f64.const 2.5))
  (func (export "host") (param externref) (result externref) (local.get 0))
  (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "trap") (unreachable)))

;; Other values, types and numbers of values.
(assert_return (invoke "one") (i32.const 2))
(assert_return (invoke "one") (i64.const 1))
(assert_return (invoke "one"))
(assert_return (invoke "nan") (f32.const nan:arithmetic))
(assert_return (invoke "two") (i64.const -2) (f64.const 2))
(assert_return (invoke "host" (ref.extern 1)) (ref.extern 2))
(assert_return (invoke "host" (ref.null extern)) (ref.extern))
(assert_return (get "global") (i64.const 2))

;; Other endings.
(assert_return (invoke "trap"))
(invoke "trap")
(assert_trap (invoke "one") "unreachable")
(assert_trap (invoke "divide" (i32.const 0)) "unreachable")
(assert_exhaustion (invoke "trap") "call stack exhausted")
(assert_exception (invoke "one"))

;; Names that nothing has, and arguments of other types.
(invoke "none")
(invoke $None "one")
(invoke "global")
(assert_return (get "one") (i32.const 1))
(invoke "divide" (f32.const 0))
(register "none" $None)

;; Modules.
(assert_invalid (module) "type mismatch")
(assert_malformed (module quote "(func)") "unexpected end")
(assert_unlinkable (module) "unknown import")
(assert_unlinkable (module (import "none" "none" (func))) "incompatible import type")
(assert_trap (module (func)) "unreachable")
(module (func unreachable) (start 0))
(module (func (result i32)))
(invoke "f")
(module (import "none" "none" (func)) (func (export "f")))
(invoke "f")

;; A memory that has not grown that far.
(module (memory (export "memory") 1))
(register "memory")
(module (import "memory" "memory" (memory 2)))
