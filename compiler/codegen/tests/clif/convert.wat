;; Conversions. One of each shape of translation.
(module
  (func $integers (param i32 i64) (result i64 i64 i32)
    (i64.extend_i32_s (local.get 0)) (i64.extend_i32_u (local.get 0)) (i32.wrap_i64 (local.get 1)))
  (func $to_integers (param f32 f64) (result i32 i64)
    (i32.trunc_f64_u (local.get 1)) (i64.trunc_sat_f32_s (local.get 0)))
  (func $to_floats (param i32 i64) (result f32 f64 f64)
    (f32.convert_i64_u (local.get 1))
    (f64.convert_i32_s (local.get 0))
    (f64.promote_f32 (f32.demote_f64 (f64.const 1))))
  (func $bits (param f32 i64) (result i32 f64)
    (i32.reinterpret_f32 (local.get 0)) (f64.reinterpret_i64 (local.get 1))))
