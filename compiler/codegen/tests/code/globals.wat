;; Globals: state by symbol and offset, or constants.
(module
  (global $counter (mut i32) (i32.const 1))
  (global $limit i32 (i32.const 100))
  (func $count (result i32)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (i32.lt_u (global.get $counter) (global.get $limit))))
