//! What a caller may keep of compiled functions, so that equal ones are not compiled again.
//!
//! ```text
//! body + environment ──list──► what its CLIF refers to, key of its CLIF ──entry──► code
//!          (environment.rs)    (list.rs)                                           (entry.rs)
//! ```
//!
//! An entry's key is a digest of a function's CLIF, without the names that it gives to symbols, and of everything that the
//! code generator is set to. CLIF refers to other parts of the program by numbers in order of first use, so that an entry
//! does not change with what surrounds a function: it is found again after functions were added before it.
//!
//! A list spares translation as well: it says, for each body of one program in one environment, which entry it became. It
//! is found where nothing has changed that code can depend on, bodies aside. Bodies that are not in it are translated, and
//! a new list is kept.
//!
//! Invariant: with a store and without, code is the same.

mod entry;
mod environment;
mod list;

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use cranelift_codegen::{incremental_cache::compute_cache_key, ir::Function, isa::TargetIsa};
use sha2::{Digest, Sha256};
use wasmelt_module::ProgramFunction;

use crate::{CompiledFunction, FunctionKind, SymbolRef, plan::Plan};

pub(crate) use entry::{Place, Portable, PortableRelocation, PortableTrap};
use list::{Listed, RuntimeSymbols};

/// A digest of what an entry or a list is about.
pub type FunctionKey = [u8; 32];

/// Keeps compiled functions, and lists of them, as bytes that only the code generator understands. Is asked by all threads
/// that compile.
pub trait FunctionStore: Sync {
    /// What tells this build of the compiler from every other: what one has kept means nothing to another.
    fn identity(&self) -> &str;

    /// The function that was inserted for `key`, and no other.
    fn get(&self, key: &FunctionKey) -> Option<Vec<u8>>;

    /// Keeps a function, or does not.
    fn insert(&self, key: &FunctionKey, bytes: &[u8]);

    /// The list that was inserted last for `key`.
    fn get_list(&self, key: &FunctionKey) -> Option<Vec<u8>>;

    /// Keeps a list in the place of an earlier one, or does not.
    fn insert_list(&self, key: &FunctionKey, bytes: &[u8]);
}

/// A store, as one compilation uses it.
pub(crate) struct Cache<'s> {
    store: &'s dyn FunctionStore,
    environment: FunctionKey,
    runtime: RuntimeSymbols,
    /// What the list says that was found.
    known: BTreeMap<FunctionKey, Listed>,
    /// What the bodies of this compilation are.
    used: Mutex<BTreeMap<FunctionKey, Listed>>,
}

impl<'s> Cache<'s> {
    /// `store` for the program of `plan`. `settings` is what translation and code generation are set to beyond `isa`.
    pub(crate) fn new(store: &'s dyn FunctionStore, plan: &Plan<'_>, isa: &dyn TargetIsa, settings: &str) -> Cache<'s> {
        let environment = environment::digest(plan, isa, &[store.identity(), settings]);
        let known = store.get_list(&environment).and_then(|bytes| list::read(&bytes)).unwrap_or_default();
        let runtime = RuntimeSymbols::of(plan.program);
        Cache { store, environment, runtime, known, used: Mutex::default() }
    }

    /// The key of the body of `function` in the environment.
    pub(crate) fn body_key(plan: &Plan<'_>, function: ProgramFunction) -> FunctionKey {
        environment::body_digest(plan, function)
    }

    /// The function that a body with `key` became; `start` is where the body begins.
    pub(crate) fn find(&self, key: &FunctionKey, kind: FunctionKind, start: u32) -> Option<CompiledFunction> {
        let listed = self.known.get(key)?;
        let symbols = listed.symbols(&self.runtime)?;
        let portable = Portable::from_bytes(&self.store.get(&listed.entry)?)?;
        let compiled = portable.place(&Place { kind, symbols: &symbols, base: listed.base(start), start })?;
        self.remember(*key, listed.clone());
        Some(compiled)
    }

    /// The key of a function's entry.
    pub(crate) fn entry_key(&self, isa: &dyn TargetIsa, function: &Function) -> FunctionKey {
        let mut hasher = KeyHasher(Sha256::new());
        self.store.identity().hash(&mut hasher);
        compute_cache_key(isa, function).hash(&mut hasher);
        hasher.0.finalize().into()
    }

    /// The entry with `key`.
    pub(crate) fn entry(&self, key: &FunctionKey) -> Option<Portable> {
        Portable::from_bytes(&self.store.get(key)?)
    }

    /// Keeps an entry.
    pub(crate) fn insert(&self, key: &FunctionKey, function: &Portable) {
        self.store.insert(key, &function.to_bytes());
    }

    /// Lists that the body with key `body`, at `start`, became `entry`, with these symbols and source locations from `base`.
    pub(crate) fn list(&self, body: FunctionKey, entry: FunctionKey, symbols: &[SymbolRef], (base, start): (u32, u32)) {
        if let Some(listed) = Listed::new(entry, symbols, base, start) {
            self.remember(body, listed);
        }
    }

    /// Keeps the list, unless it is as it was.
    pub(crate) fn finish(self) {
        let used = self.used.into_inner().unwrap_or_else(PoisonError::into_inner);
        if used != self.known {
            self.store.insert_list(&self.environment, &list::write(&used));
        }
    }

    fn remember(&self, key: FunctionKey, listed: Listed) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key, listed);
    }
}

/// Hashes what only knows how to be hashed.
struct KeyHasher(Sha256);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("invariant: the digest is taken whole")
    }
}
