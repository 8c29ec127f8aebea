;; Nothing here is run.

(module)
(assert_return)
