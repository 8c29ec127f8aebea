;;! deterministic
;; NaNs become canonical, and relaxed operators are what they are without `relaxed_`.
(module
  (func $scalar (param f64 f64) (result f64)
    (f64.div (local.get 0) (local.get 1)))
  (func $negate (param f64) (result f64)
    (f64.neg (local.get 0)))
  (func $lanes (param v128 v128) (result v128)
    (f32x4.add (local.get 0) (local.get 1)))
  (func $relaxed_swizzle (param v128 v128) (result v128)
    (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func $relaxed_laneselect (param v128 v128 v128) (result v128)
    (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2))))
