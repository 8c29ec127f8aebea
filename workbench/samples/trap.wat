;; Computes an average of nothing: a trap, three calls deep.
(module $trap
  (memory (export "memory") 1)

  (func $divide (param $sum i32) (param $count i32) (result i32)
    (i32.div_s (local.get $sum) (local.get $count)))

  (func $average (param $list i32) (param $count i32) (result i32)
    (local $sum i32)
    (local $rest i32)
    (local.set $rest (local.get $count))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $rest)))
        (local.set $rest (i32.sub (local.get $rest) (i32.const 1)))
        (local.set $sum
          (i32.add
            (local.get $sum)
            (i32.load (i32.add (local.get $list) (i32.shl (local.get $rest) (i32.const 2))))))
        (br $next)))
    (call $divide (local.get $sum) (local.get $count)))

  (func (export "_start")
    (drop (call $average (i32.const 0) (i32.const 0)))))
