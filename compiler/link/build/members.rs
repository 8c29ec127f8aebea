//! The object files of a static library that programs can need.

use std::collections::{BTreeSet, HashMap};

use object::{Object as _, ObjectSymbol as _, read::archive::ArchiveFile};
use wasmelt_abi::{WASI_PREVIEW_1, symbols};

use crate::Error;

/// An object file.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name in the library.
    pub(crate) name: String,
    /// Its contents.
    pub(crate) bytes: Vec<u8>,
}

/// The members of `archive` that define what programs refer to, and those that they refer to in turn.
pub(crate) fn needed(archive: &[u8]) -> Result<Vec<Member>, Error> {
    let mut members = Vec::new();
    for member in ArchiveFile::parse(archive)?.members() {
        let member = member?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        members.push((name, object::File::parse(member.data(archive)?)?, member.data(archive)?));
    }
    let mut definitions = HashMap::new();
    for (number, (_, file, _)) in members.iter().enumerate() {
        for symbol in file.symbols().filter(|symbol| symbol.is_definition() && symbol.is_global()) {
            definitions.entry(symbol.name()?).or_insert(number);
        }
    }
    let mut needed = BTreeSet::new();
    let mut pending: Vec<&str> = roots().collect();
    while let Some(name) = pending.pop() {
        let Some(&number) = definitions.get(name) else { continue };
        if needed.insert(number) {
            for symbol in members[number].1.symbols().filter(|symbol| symbol.is_undefined()) {
                pending.push(symbol.name()?);
            }
        }
    }
    Ok(needed
        .into_iter()
        .map(|number| Member { name: members[number].0.clone(), bytes: members[number].2.to_vec() })
        .collect())
}

/// What the process and programs refer to.
fn roots() -> impl Iterator<Item = &'static str> {
    symbols::RUNTIME.into_iter().chain(WASI_PREVIEW_1.iter().map(|function| function.symbol))
}
