;; What is unlikely lies behind the rest of the function.
(module
  (func $unlikely_if (param i32) (result i32)
    local.get 0
    (@metadata.code.branch_hint "\00")
    if (result i32)
      i32.const 1
    else
      i32.const 2
    end)
  (func $likely_if (param i32) (result i32)
    local.get 0
    (@metadata.code.branch_hint "\01")
    if (result i32)
      i32.const 1
    else
      i32.const 2
    end)
  (func $unlikely_branch (param i32) (result i32)
    block
      local.get 0
      (@metadata.code.branch_hint "\00")
      br_if 0
      i32.const 1
      return
    end
    i32.const 2)
  (func $likely_branch (param i32) (result i32)
    block
      local.get 0
      (@metadata.code.branch_hint "\01")
      br_if 0
      i32.const 1
      return
    end
    i32.const 2))
