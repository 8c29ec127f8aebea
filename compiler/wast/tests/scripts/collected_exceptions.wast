;; Exceptions and the collector: what they carry stays alive with them, and both are moved.

(module
  (type $node (struct (field i64) (field (ref null $node))))
  (tag $node (param i32 (ref null $node) v128 externref))
  (tag $number (param i64))
  (global $kept (mut exnref) (ref.null exn))
  (table $exceptions 2 exnref)

  (func $list (param $length i64) (result (ref null $node)) (local $list (ref null $node))
    (loop $again
      (if (i64.eqz (local.get $length)) (then (return (local.get $list))))
      (local.set $list (struct.new $node (local.get $length) (local.get $list)))
      (local.set $length (i64.sub (local.get $length) (i64.const 1)))
      (br $again))
    (unreachable))
  (func $sum (param $list (ref null $node)) (result i64) (local $sum i64)
    (block $end
      (loop $again
        (br_if $end (ref.is_null (local.get $list)))
        (local.set $sum (i64.add (local.get $sum) (struct.get $node 0 (local.get $list))))
        (local.set $list (struct.get $node 1 (local.get $list)))
        (br $again)))
    (local.get $sum))

  ;; Garbage enough for several collections.
  (func $garbage
    (local $count i32)
    (loop $again
      (drop (call $list (i64.const 1000)))
      (br_if $again (i32.lt_s (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 200)))))

  (func $throw (param i64 externref)
    (throw $node (i32.const 1) (call $list (local.get 0)) (v128.const i64x2 1 2) (local.get 1)))
  (func $throw_late (param i64 externref) (local $list (ref null $node))
    (local.set $list (call $list (local.get 0)))
    (call $garbage)
    (throw $node (i32.const 1) (local.get $list) (v128.const i64x2 1 2) (local.get 1)))

  (func (export "carried") (param externref) (result i64 externref) (local externref) (local $sum i64)
    (block $caught (result i32 (ref null $node) v128 externref)
      (try_table (catch $node $caught) (call $throw_late (i64.const 100) (local.get 0)))
      (unreachable))
    (local.set 1)
    (drop)
    (call $garbage)
    (local.set $sum (call $sum))
    (drop)
    (local.get $sum)
    (local.get 1))

  ;; Kept in a local, a global and a table while the collector works, then thrown.
  (func (export "kept") (param externref) (result i64)
    (local $exception exnref)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (call $throw (i64.const 10) (local.get 0)))
      (unreachable))
    (local.set $exception)
    (global.set $kept (local.get $exception))
    (table.set $exceptions (i32.const 1) (local.get $exception))
    (call $garbage)
    (i64.add
      (i64.add (call $again (local.get $exception)) (call $again (global.get $kept)))
      (call $again (table.get $exceptions (i32.const 1)))))
  (func $again (param exnref) (result i64) (local $sum i64)
    (block $caught (result i32 (ref null $node) v128 externref exnref)
      (try_table (catch_ref $node $caught) (call $rethrow (local.get 0)))
      (unreachable))
    (drop) (drop) (drop)
    (call $garbage)
    (local.set $sum (call $sum))
    (i64.add (i64.extend_i32_s) (local.get $sum)))
  (func $rethrow (param exnref) (call $garbage) (throw_ref (local.get 0)))

  ;; References that are alive across a call that throws, in the function that catches.
  (func (export "alive") (result i64) (local $before (ref null $node)) (local $sum i64)
    (local.set $before (call $list (i64.const 50)))
    (block $caught (result i32 (ref null $node) v128 externref)
      (try_table (catch $node $caught) (call $throw_late (i64.const 20) (ref.null extern)))
      (unreachable))
    (drop) (drop)
    (local.set $sum (call $sum))
    (drop)
    (i64.add (local.get $sum) (call $sum (local.get $before))))

  ;; In the legacy encoding, the exception of a clause is alive up to its end.
  (func (export "legacy") (result i64) (local $list (ref null $node))
    try (result i64)
      try (result i64)
        (call $throw_late (i64.const 30) (ref.null extern))
        (i64.const 0)
      catch $node
        (drop) (drop)
        (local.set $list)
        (drop)
        (call $garbage)
        (if (i64.ne (call $sum (local.get $list)) (i64.const 465)) (then (unreachable)))
        (rethrow 0)
      end
    catch $node
      (drop) (drop)
      (local.set $list)
      (drop)
      (call $sum (local.get $list))
    end)

  ;; More exceptions than there is room for at once.
  (func $number (param i64) (throw $number (local.get 0)))
  (func (export "many") (result i64) (local $count i64) (local $last i64)
    (loop $again
      (block $caught (result i64)
        (try_table (catch $number $caught) (call $number (local.get $count)))
        (unreachable))
      (local.set $last)
      (br_if $again
        (i64.lt_s (local.tee $count (i64.add (local.get $count) (i64.const 1))) (i64.const 1000000))))
    (local.get $last))
)

(assert_return (invoke "carried" (ref.extern 5)) (i64.const 5050) (ref.extern 5))
(assert_return (invoke "kept" (ref.extern 5)) (i64.const 168))
(assert_return (invoke "alive") (i64.const 1485))
(assert_return (invoke "legacy") (i64.const 465))
(assert_return (invoke "many") (i64.const 999999))
