//! What a caller may keep of compiled functions, so that equal ones are not compiled again.
//!
//! A function's key is a digest of its CLIF, without the names that it gives to symbols, and of everything that the code
//! generator is set to; Cranelift computes it (`incremental_cache`), its own version included. CLIF refers to other parts
//! of the program by names only, so that a key does not change with what surrounds a function.

use std::borrow::Cow;

use cranelift_codegen::incremental_cache::CacheKvStore;

/// The digest of a function before it is compiled.
pub type FunctionKey = [u8; 32];

/// Keeps compiled functions, as bytes that only the code generator understands. Is asked by all threads that compile.
pub trait FunctionStore: Sync {
    /// The bytes that were inserted for `key`, and no others.
    fn get(&self, key: &FunctionKey) -> Option<Vec<u8>>;

    /// Keeps `bytes`, or does not.
    fn insert(&self, key: &FunctionKey, bytes: &[u8]);
}

/// A store, as Cranelift asks for it.
pub(crate) struct Store<'s>(pub(crate) &'s dyn FunctionStore);

impl CacheKvStore for Store<'_> {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        self.0.get(key.try_into().ok()?).map(Cow::Owned)
    }

    fn insert(&mut self, key: &[u8], bytes: Vec<u8>) {
        if let Ok(key) = key.try_into() {
            self.0.insert(key, &bytes);
        }
    }
}
