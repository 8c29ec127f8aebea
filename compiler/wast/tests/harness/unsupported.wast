;; What is not supported is neither right nor wrong.

(module (type $f (func)) (type (cont $f)) (memory 1) (func (export "f")) (export "memory" (memory 0)))
(assert_return (invoke "f"))
(register "m")
(module (import "m" "f" (func)))
(assert_unlinkable (module (import "m" "memory" (memory 1))) "incompatible import type")
(assert_invalid (module (type $f (func)) (type (cont $f)) (func (result i32))) "type mismatch")

(module (func (export "f")))
(assert_return (invoke "f") (ref.i31_shared))
(thread $T (invoke "f"))
(assert_return (invoke "f"))
