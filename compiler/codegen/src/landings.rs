//! Where calls go on that throw, in Cranelift's terms and ours.

use cranelift_codegen::{FinalizedMachCallSite, FinalizedMachExceptionHandler};

use crate::Landing;

/// The landings of a function, by ascending return address.
///
/// # Errors
///
/// A call site whose handlers are not those that translation gives it: one for all exceptions, or none.
pub(crate) fn landings<'a>(
    call_sites: impl Iterator<Item = FinalizedMachCallSite<'a>>,
) -> Result<Vec<Landing>, String> {
    let mut landings = Vec::new();
    for site in call_sites {
        match (site.exception_handlers, site.frame_offset) {
            ([], _) => {}
            (&[FinalizedMachExceptionHandler::Default(handler)], Some(frame_bytes)) => {
                landings.push(Landing { return_address: site.ret_addr, handler, frame_bytes });
            }
            _ => return Err(format!("unexpected handlers at {:#x}", site.ret_addr)),
        }
    }
    landings.sort_by_key(|landing| landing.return_address);
    Ok(landings)
}
