;; Casts where no object is ever made, and no type has a subtype.
(module
  (type $empty (struct))
  (func (export "test") (param anyref) (result i32) (ref.test (ref struct) (local.get 0)))
  (func (export "final") (param anyref) (result i32) (ref.test (ref $empty) (local.get 0))))
(assert_return (invoke "test" (ref.host 1)) (i32.const 0))
(assert_return (invoke "test" (ref.null any)) (i32.const 0))
(assert_return (invoke "final" (ref.host 1)) (i32.const 0))
