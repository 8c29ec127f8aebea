;; Integers. One of each shape of translation.
(module
  (func $constants (result i32 i64)
    (i32.const -1) (i64.const -1))
  (func $compare (param i32 i64 i64) (result i32)
    (i32.add (i32.eqz (local.get 0)) (i64.lt_s (local.get 1) (local.get 2))))
  (func $arithmetic (param i32 i32) (result i32)
    (i32.rotl
      (i32.div_s (local.get 0) (local.get 1))
      (i32.rem_u (i32.popcnt (local.get 0)) (local.get 1))))
  (func $shift (param i64 i64) (result i64)
    (i64.shr_s (i64.shl (local.get 0) (local.get 1)) (i64.const 65)))
  (func $extend (param i32 i64) (result i32 i64)
    (i32.extend8_s (local.get 0)) (i64.extend32_s (local.get 1))))
