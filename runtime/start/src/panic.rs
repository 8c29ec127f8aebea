//! A panic is a bug in the runtime: the process says so and ends. The message is not shown: the machinery that formats
//! messages is larger than the rest of the runtime, and is dropped because nothing here refers to it.

use core::panic::PanicInfo;

use wasmelt_runtime::trap;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    trap::panicked()
}
