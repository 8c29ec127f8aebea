;; Pages of one byte: there is no guard behind such a memory.
(module
  (memory 10 (pagesize 1))
  (func $load (param i32) (result i32)
    (i32.load offset=4 (local.get 0)))
  (func $load_beyond_the_initial_size (param i32) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func $size (result i32)
    (memory.size))
  (func $grow (param i32) (result i32)
    (memory.grow (local.get 0))))
