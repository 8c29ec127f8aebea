;; Reads greeting.txt in its folder, and notes the visit in visits.txt beside it. Says what it was not allowed to do.
(module $notes
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param $fd i32) (param $lookup i32) (param $path i32) (param $path_len i32)
      (param $oflags i32) (param $rights i64) (param $inheriting i64) (param $fdflags i32) (param $opened i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nread i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nwritten i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param $status i32)))
  (memory (export "memory") 1)

  ;; 0: one buffer, its address and length; 8: bytes read or written; 12: the opened file
  (data (i32.const 16) "greeting.txt")
  (data (i32.const 32) "visits.txt")
  (data (i32.const 64) "I may not read greeting.txt in my folder.\n")
  (data (i32.const 128) "I may not write visits.txt in my folder.\n")
  (data (i32.const 192) "The visit is noted.\n")
  (data (i32.const 224) "a visit\n")

  (func $buffer (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length)))

  (func $write (param $fd i32) (param $address i32) (param $length i32)
    (call $buffer (local.get $address) (local.get $length))
    (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))

  ;; The first granted folder is descriptor 3.
  (func $open (param $path i32) (param $path_len i32) (param $oflags i32) (param $rights i64) (param $fdflags i32)
    (result i32)
    (call $path_open (i32.const 3) (i32.const 0) (local.get $path) (local.get $path_len)
      (local.get $oflags) (local.get $rights) (i64.const 0) (local.get $fdflags) (i32.const 12)))

  (func (export "_start")
    ;; To read: right 1, fd_read.
    (if (call $open (i32.const 16) (i32.const 12) (i32.const 0) (i64.const 2) (i32.const 0))
      (then
        (call $write (i32.const 2) (i32.const 64) (i32.const 42))
        (call $proc_exit (i32.const 1))))
    (call $buffer (i32.const 1024) (i32.const 4096))
    (drop (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $write (i32.const 1) (i32.const 1024) (i32.load (i32.const 8)))

    ;; To append, whether it is there or not: creat; right 6, fd_write; append.
    (if (call $open (i32.const 32) (i32.const 10) (i32.const 1) (i64.const 64) (i32.const 1))
      (then
        (call $write (i32.const 2) (i32.const 128) (i32.const 41))
        (call $proc_exit (i32.const 2))))
    (call $write (i32.load (i32.const 12)) (i32.const 224) (i32.const 8))
    (call $write (i32.const 1) (i32.const 192) (i32.const 20))))
