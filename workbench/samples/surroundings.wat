;; Says what it sees of its surroundings: arguments, variables, the time.
(module $surroundings
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes_get (param $count i32) (param $bytes i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes_get (param $count i32) (param $bytes i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get"
    (func $clock_time_get (param $clock i32) (param $precision i64) (param $time i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get"
    (func $random_get (param $buffer i32) (param $length i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nwritten i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "arguments:            ")
  (data (i32.const 160) "variables:            ")
  (data (i32.const 192) "seconds since 1970:   ")
  (data (i32.const 224) "a random number:      ")
  (data (i32.const 256) "denied\n")

  ;; Writes a title of 22 bytes, then a number of at most 20 digits, or that it is denied.
  (func $line (param $title i32) (param $error i32) (param $number i64)
    (call $write (local.get $title) (i32.const 22))
    (if (local.get $error)
      (then (call $write (i32.const 256) (i32.const 7)))
      (else (call $decimal (local.get $number)))))

  (func $decimal (param $number i64)
    (local $at i32)
    (local.set $at (i32.const 63))
    (i32.store8 (i32.const 63) (i32.const 10))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $number) (i64.const 10)))))
      (local.set $number (i64.div_u (local.get $number) (i64.const 10)))
      (br_if $digit (i64.ne (local.get $number) (i64.const 0))))
    (call $write (local.get $at) (i32.sub (i32.const 64) (local.get $at))))

  (func $write (param $text i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $text))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))

  (func (export "_start")
    (call $line (i32.const 128)
      (call $args_sizes_get (i32.const 16) (i32.const 20))
      (i64.load32_u (i32.const 16)))
    (call $line (i32.const 160)
      (call $environ_sizes_get (i32.const 16) (i32.const 20))
      (i64.load32_u (i32.const 16)))
    (call $line (i32.const 192)
      (call $clock_time_get (i32.const 0) (i64.const 1000) (i32.const 16))
      (i64.div_u (i64.load (i32.const 16)) (i64.const 1000000000)))
    (call $line (i32.const 224)
      (call $random_get (i32.const 16) (i32.const 4))
      (i64.load32_u (i32.const 16)))))
