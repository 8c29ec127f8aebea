;; Prints what notes.txt says, the file in the first directory that it is given. Without one, it says so.
(module $read_file
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open
      (param $directory i32) (param $lookup i32) (param $path i32) (param $path_len i32) (param $create i32)
      (param $rights i64) (param $inherited i64) (param $flags i32) (param $opened i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nread i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $iovs i32) (param $iovs_len i32) (param $nwritten i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param $status i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "notes.txt")
  (data (i32.const 80) "notes.txt cannot be read\n")

  ;; The descriptor of the file, at address 16.
  (func $open (result i32)
    (call $path_open
      (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 9) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))

  ;; Up to 4 KiB of it; how many bytes they are.
  (func $read (result i32)
    (call $buffer (i32.const 1024) (i32.const 4096))
    (drop (call $fd_read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.load (i32.const 8)))

  (func $write (param $to i32) (param $text i32) (param $length i32)
    (call $buffer (local.get $text) (local.get $length))
    (drop (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))

  ;; The one buffer, described at address 0.
  (func $buffer (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length)))

  (func (export "_start")
    (local $length i32)
    (if (call $open)
      (then
        (call $write (i32.const 2) (i32.const 80) (i32.const 25))
        (call $proc_exit (i32.const 1))))
    (loop $more
      (local.set $length (call $read))
      (call $write (i32.const 1) (i32.const 1024) (local.get $length))
      (br_if $more (local.get $length)))))
