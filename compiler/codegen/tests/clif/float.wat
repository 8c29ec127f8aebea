;; Floats and rounding. One of each shape of translation.
(module
  (func $constants (result f32 f64)
    (f32.const nan:0x200000) (f64.const -0))
  (func $compare (param f64 f64) (result i32)
    (f64.le (local.get 0) (local.get 1)))
  (func $arithmetic (param f32 f32) (result f32)
    (f32.copysign (f32.min (f32.sqrt (local.get 0)) (f32.neg (local.get 1))) (local.get 0)))
  (func $round (param f32 f64) (result f32 f64)
    (f32.nearest (f32.floor (local.get 0))) (f64.trunc (f64.ceil (local.get 1)))))
