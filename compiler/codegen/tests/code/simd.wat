;; Vectors: what a comparison feeds is one instruction, a loaded scalar goes into lanes without a detour, relaxed operators
;; are the instruction that the target has.
(module
  (memory 1)
  (func $minimum (param v128 v128) (result v128) (f32x4.pmin (local.get 0) (local.get 1)))
  (func $select (param v128 v128) (result v128)
    (v128.bitselect (local.get 0) (local.get 1) (i32x4.gt_s (local.get 0) (local.get 1))))
  (func $multiply_add (param v128 v128 v128) (result v128)
    (i16x8.add (i16x8.mul (local.get 0) (local.get 1)) (local.get 2)))
  (func $load_splat (param i32) (result v128) (v128.load32_splat offset=4 (local.get 0)))
  (func $load_extend (param i32) (result v128) (v128.load16x4_u (local.get 0)))
  (func $store_lane (param i32 v128) (v128.store16_lane 2 (local.get 0) (local.get 1)))
  (func $relaxed_dot (param v128 v128) (result v128)
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
  (func $relaxed_multiply_add (param v128 v128 v128) (result v128)
    (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2))))
