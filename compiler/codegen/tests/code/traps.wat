;; Instructions that trap by themselves, and those that are put there to trap.
(module
  (func $unreachable
    unreachable)
  (func $divide (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func $remainder (param i64 i64) (result i64)
    (i64.rem_s (local.get 0) (local.get 1)))
  (func $truncate (param f64) (result i32)
    (i32.trunc_f64_s (local.get 0))))
