;; The exception instructions of the proposal's earlier version.
(module
  (tag $number (param i32))
  (tag $empty)
  (func $throw (param i32)
    (throw $number (local.get 0)))
  (func $catch (param i32) (result i32)
    try (result i32)
      (call $throw (local.get 0)) (i32.const 1)
    catch $number
    catch $empty
      (i32.const 2)
    end)
  (func $catch_all (param i32) (result i32)
    try (result i32)
      (throw $number (local.get 0))
    catch $number
    catch_all
      (rethrow 0)
    end)
  (func $delegate (param i32)
    try
      try
        try (call $throw (local.get 0)) delegate 1
      catch_all
      end
    catch_all
    end)
  (func $quiet (param i32) (result i32)
    try (result i32) (local.get 0) catch $number end))
