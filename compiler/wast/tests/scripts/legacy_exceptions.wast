;; What the legacy scripts of the specification do not ask of exceptions.

(module
  (tag $number (param i32))
  (tag $empty)
  (func $throw (param i32) (throw $number (local.get 0)))
  (func $throw_empty (throw $empty))

  ;; The clauses of a try see locals as they were when the exception was thrown.
  (func (export "locals") (result i32) (local i32)
    try
      (local.set 0 (i32.const 3))
      (call $throw (i32.const 4))
      (local.set 0 (i32.const 5))
    catch $number
      (local.set 0 (i32.add (local.get 0)))
    end
    (local.get 0))

  ;; Nothing in the body throws: no clause is reached.
  (func (export "quiet") (param i32) (result i32)
    try (result i32)
      (local.get 0)
    catch $number
    catch_all
      try (call $throw_empty) delegate 0
      (i32.const 1)
    end)

  ;; A clause that throws is left by that exception, and each keeps its own for `rethrow`.
  (func (export "in turn") (result i32)
    try (result i32)
      try (result i32)
        try (result i32)
          (call $throw (i32.const 1)) (i32.const 0)
        catch $number
          (drop)
          try
            (call $throw_empty)
          catch_all
            (rethrow 1)
          end
          (unreachable)
        end
      catch $empty
        (i32.const 100)
      end
    catch $number
      (i32.add (i32.const 10))
    end)

  ;; To the try around, past the one between, and to the caller.
  (func (export "delegated") (result i32)
    try $outer (result i32)
      try (result i32)
        try (call $throw (i32.const 6)) delegate 1
        (i32.const 0)
      catch_all
        (i32.const 1)
      end
    catch $number
    end)
  (func $delegates (result i32)
    try (result i32)
      try (call $throw (i32.const 6)) delegate 1
      (i32.const 0)
    catch_all
      (i32.const 1)
    end)
  (func (export "delegated to the caller") (result i32)
    try (result i32) (call $delegates) catch $number end)
  (func (export "delegated from a clause") (result i32)
    try (result i32)
      try (result i32)
        (call $throw_empty) (i32.const 0)
      catch $empty
        try (call $throw (i32.const 8)) delegate 0
        (i32.const 1)
      catch $number
        (drop) (i32.const 2)
      end
    catch $number
    end)

  ;; In code that cannot be reached.
  (func (export "unreached") (result i32)
    (return (i32.const 1))
    try (result i32)
      try (call $throw_empty) delegate 0
      (i32.const 0)
    catch $number
    catch_all (rethrow 0)
    end)
  (func (export "unreached clause") (result i32)
    try (result i32) (return (i32.const 2)) catch $number catch_all (rethrow 0) end)

  ;; With the newer instructions around and inside.
  (func (export "mixed") (param i32) (result i32)
    (block $caught (result i32)
      (try_table (catch $number $caught)
        try
          (block $inner (try_table (catch $empty $inner) (call $throw (local.get 0))))
        catch $empty
        catch_all
          (rethrow 0)
        end)
      (i32.const -1)))

  (func (export "uncaught")
    try (call $throw (i32.const 1)) catch $empty end)
)

(assert_return (invoke "locals") (i32.const 7))
(assert_return (invoke "quiet" (i32.const 9)) (i32.const 9))
(assert_return (invoke "in turn") (i32.const 11))
(assert_return (invoke "delegated") (i32.const 6))
(assert_return (invoke "delegated to the caller") (i32.const 6))
(assert_return (invoke "delegated from a clause") (i32.const 8))
(assert_return (invoke "unreached") (i32.const 1))
(assert_return (invoke "unreached clause") (i32.const 2))
(assert_return (invoke "mixed" (i32.const 12)) (i32.const 12))
(assert_exception (invoke "uncaught"))
