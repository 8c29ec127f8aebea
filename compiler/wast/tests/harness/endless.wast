;; A call that does not return takes the later ones of its executable with it, and nothing else.

(module
  (func (export "before"))
  (func (export "loop") (loop (br 0))))
(assert_return (invoke "before"))
(assert_return (invoke "loop"))
(assert_return (invoke "before"))
(assert_malformed (module quote "(") "unexpected end")
