//! Bytes become a [`Module`]: validation, and one reader for each section (WebAssembly core specification, section 5.5
//! "Modules").
//!
//! Each section is validated whole before it is read, so that readers neither check anything nor meet an error of the
//! user's. Function bodies are validated at the end, in parallel.

mod branch_hints;
mod code;
mod constants;
mod data;
mod elements;
mod exports;
mod functions;
mod globals;
mod header;
mod imports;
mod memories;
mod names;
mod tables;
mod tags;
mod types;

use std::{collections::BTreeMap, sync::Arc};

use wasmparser::{Parser, Payload, ValidPayload, Validator};

use crate::{Facts, FunctionIndex, FunctionLocation, Module, ModuleError, ModuleErrorKind, features, names::printable};

/// How many errors of a module are reported.
const MAX_ERRORS: usize = 100;

impl Module {
    /// The module in `bytes`, which is called `name` unless it holds a name itself.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in order of the places: the first error of each function, and of the sections the first, since
    /// most rely on those before. They are the same in every run; after the hundredth no more are reported.
    pub fn parse(name: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Module, Vec<ModuleError>> {
        let bytes = bytes.into();
        header::check(&bytes).map_err(|error| vec![error])?;

        let mut sections = Sections::new(name, &bytes);
        sections.read_all(&bytes);
        let Sections { mut module, names, bodies, mut errors, .. } = sections;
        names.apply(&mut module);

        let checked = code::validate(bodies);
        module.facts = checked.facts;
        errors.extend(checked.errors.into_iter().map(|(function, error)| {
            let mut error = ModuleError::from(error);
            error.location.function = Some(FunctionLocation { index: function, name: module.display_name(function) });
            error
        }));
        if errors.is_empty() { Ok(module) } else { Err(explain(errors, &bytes)) }
    }

    fn empty(name: &str, bytes: Arc<[u8]>) -> Module {
        Module {
            name: name.to_owned(),
            bytes,
            types: Vec::new(),
            recursion_groups: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            exports: Vec::new(),
            start: None,
            elements: Vec::new(),
            data: Vec::new(),
            facts: Facts::default(),
            branch_hints: BTreeMap::new(),
            exports_by_name: Vec::new(),
            spare_names: BTreeMap::new(),
        }
    }
}

/// The sections read so far.
struct Sections<'a> {
    validator: Validator,
    module: Module,
    names: names::NameSection<'a>,
    bodies: Vec<code::Body<'a>>,
    errors: Vec<ModuleError>,
}

impl<'a> Sections<'a> {
    fn new(name: &str, bytes: &Arc<[u8]>) -> Sections<'a> {
        Sections {
            validator: Validator::new_with_features(features::ACCEPTED),
            module: Module::empty(name, Arc::clone(bytes)),
            names: names::NameSection::default(),
            bodies: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Reads sections up to the first error after which those that follow cannot be judged.
    fn read_all(&mut self, bytes: &'a [u8]) {
        let mut parser = Parser::new(0);
        parser.set_features(features::ACCEPTED);
        for payload in parser.parse_all(bytes) {
            let payload = match payload {
                Ok(payload) => payload,
                Err(error) => return self.errors.push(error.into()),
            };
            let independent = matches!(payload, Payload::StartSection { .. } | Payload::DataSection(_));
            if let Err(error) = self.read(payload) {
                self.errors.push(error);
                if !independent {
                    return;
                }
            }
        }
    }

    fn read(&mut self, payload: Payload<'a>) -> Result<(), ModuleError> {
        if let ValidPayload::Func(validator, body) = self.validator.payload(&payload)? {
            self.bodies.push(code::read(validator, body, &mut self.module));
            return Ok(());
        }
        let module = &mut self.module;
        match payload {
            Payload::TypeSection(section) => types::read(section, module),
            Payload::ImportSection(section) => imports::read(section, module),
            Payload::FunctionSection(section) => functions::read(section, module),
            Payload::TableSection(section) => tables::read(section, module),
            Payload::MemorySection(section) => memories::read(section, module),
            Payload::GlobalSection(section) => globals::read(section, module),
            Payload::TagSection(section) => tags::read(section, module),
            Payload::ExportSection(section) => exports::read(section, module),
            Payload::StartSection { func, .. } => {
                module.start = Some(FunctionIndex(func));
                Ok(())
            }
            Payload::ElementSection(section) => elements::read(section, module),
            Payload::DataSection(section) => data::read(section, module),
            Payload::CustomSection(section) => {
                self.names.read(&section);
                branch_hints::read(&section, module);
                Ok(())
            }
            // What the validator checks alone.
            Payload::Version { .. }
            | Payload::DataCountSection { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::End(_) => Ok(()),
            other => {
                let offset = other.as_section().map_or(0, |(_, range)| offset(range.start));
                Err(ModuleError::unsupported(offset, "a section of an unknown kind"))
            }
        }
    }
}

impl From<wasmparser::Error> for ModuleError {
    fn from(error: wasmparser::Error) -> ModuleError {
        let (at, message) = (offset(error.offset()), printable(error.message()));
        match error.missing_wasm_feature().and_then(features::refused_proposal) {
            Some(proposal) => ModuleError::unsupported(at, format_args!("{message} ({proposal})")),
            None => ModuleError::invalid(at, message),
        }
    }
}

/// Sorts and limits the errors of the module in `bytes`, and finds out which of them are none if not for the proposals that
/// are not supported: the validator says so for many, but not for all.
fn explain(mut errors: Vec<ModuleError>, bytes: &[u8]) -> Vec<ModuleError> {
    errors.sort_by_key(|error| error.location.offset);
    errors.truncate(MAX_ERRORS);
    if errors.iter().all(|error| error.kind == ModuleErrorKind::Unsupported) {
        return errors;
    }
    let Some(needed) = features::needed_proposals(bytes) else { return errors };
    let proposals = if needed.is_empty() { String::from("a later proposal") } else { needed.join(", ") };
    for error in errors.iter_mut().filter(|error| error.kind == ModuleErrorKind::Invalid) {
        let message = format_args!("{} (module uses {proposals})", error.message);
        *error = ModuleError { location: error.location.clone(), ..ModuleError::unsupported(0, message) };
    }
    errors
}

/// A byte offset of the validator's, as an offset into the module's bytes.
fn offset(offset: u64) -> usize {
    usize::try_from(offset).expect("invariant: offsets lie in the bytes, which are in memory")
}

/// An error for what the validator accepts and no reader knows: the accepted features were extended, the readers were not.
fn unknown(at: u64, what: impl std::fmt::Debug) -> ModuleError {
    ModuleError::unsupported(offset(at), format_args!("{what:?}"))
}

#[cfg(test)]
mod tests;
