;; A memory of a size that is no multiple of the hardware's pages, with contents that the kernel maps.
(module
  (memory i64 123411 219821 (pagesize 1))
  (data (i64.const 65639) "g")
  (func (export "load") (param i64) (result i32) (i32.load8_u (local.get 0)))
  (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))
(assert_return (invoke "load" (i64.const 65639)) (i32.const 103))
(assert_return (invoke "load" (i64.const 123410)) (i32.const 0))
(assert_trap (invoke "load" (i64.const 123411)) "out of bounds memory access")
(assert_return (invoke "grow" (i64.const 1)) (i64.const 123411))
(assert_return (invoke "load" (i64.const 123411)) (i32.const 0))
(assert_trap (invoke "load" (i64.const 123412)) "out of bounds memory access")
