//! A script becomes components: instances that can share state, with the directives about them.
//!
//! An instance shares state with those it imports from, so two instances are of one component if one imports from the
//! other. Components cannot observe each other; each is run on its own, or several in one executable. The host module's
//! functions and globals are immutable; whoever imports its memory or table is in the one component around them.
//!
//! What needs no execution is decided here: modules that are rejected, names that nothing has.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use wasmelt_driver::{ImportType, Module, ModuleErrorKind};

use crate::{
    outcome::Outcome,
    script::{Action, Directive, DirectiveKind, Expected, Script, Source},
};

/// Name under which scripts import the host module.
pub(crate) const HOST_MODULE: &str = "spectest";

/// An instance of a script, by its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InstanceId(usize);

impl InstanceId {
    /// The instance of the host module.
    const HOST: InstanceId = InstanceId(0);
}

/// Something that a component has to do for a directive.
#[derive(Debug)]
pub(crate) struct Event {
    /// Place of the directive in the script.
    pub(crate) directive: usize,
    pub(crate) kind: EventKind,
}

#[derive(Debug)]
pub(crate) enum EventKind {
    /// Instantiates a module; its initialisation ends as expected.
    Instantiate { instance: InstanceId, module: Arc<Module>, expected: Expected },
    /// Makes sure that a module does not link, for the reason in this message.
    Refuse { module: Arc<Module>, message: String },
    /// Makes an instance importable.
    Register { instance: InstanceId, import_name: String },
    /// Performs an action.
    Perform { instance: InstanceId, action: Action, expected: Expected },
}

/// Instances that can share state, and what happens to them, in the order of the script.
#[derive(Debug, Default)]
pub(crate) struct Component {
    pub(crate) events: Vec<Event>,
    /// How many memories the instances define.
    pub(crate) memories: usize,
}

/// A script, ready to be executed.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// In order of their first events.
    pub(crate) components: Vec<Component>,
    /// Outcomes of directives that need no execution, by place in the script.
    pub(crate) outcomes: BTreeMap<usize, Outcome>,
}

/// Resolves the names of `script` and divides it into components.
pub(crate) fn resolve(script: Script) -> Resolved {
    let mut resolver = Resolver::new();
    for (place, directive) in script.directives.into_iter().enumerate() {
        resolver.directive(place, directive);
    }
    resolver.finish()
}

/// Why there is no instance or definition: the outcome of every directive that needs it.
type Lack = Outcome;

struct Resolver {
    /// Instances and definitions by name; under `None`, the latest one.
    instances: HashMap<Option<String>, Result<InstanceId, Lack>>,
    definitions: HashMap<Option<String>, Result<Arc<Module>, Lack>>,
    registered: HashMap<String, Result<InstanceId, Lack>>,
    groups: Groups,
    /// Events, each with an instance of the component it belongs to.
    events: Vec<(InstanceId, Event)>,
    outcomes: BTreeMap<usize, Outcome>,
}

impl Resolver {
    fn new() -> Resolver {
        let mut groups = Groups::default();
        // InstanceId::HOST.
        groups.add();
        Resolver {
            instances: HashMap::new(),
            definitions: HashMap::new(),
            registered: HashMap::new(),
            groups,
            events: Vec::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// Each arm gives the outcome as an error if it is known here; otherwise it leaves an event.
    fn directive(&mut self, place: usize, directive: Directive) {
        let line = directive.position.line;
        let result = match directive.kind {
            DirectiveKind::Module { name, source } => self.module(place, name, parse(&source), line),
            DirectiveKind::Definition { name, source } => self.define(name, &source, line),
            DirectiveKind::Instance { name, definition } => {
                let module = look_up(&self.definitions, &definition, "definition");
                self.module(place, name, module, line)
            }
            DirectiveKind::Register { import_name, instance } => self.register(place, import_name, &instance),
            DirectiveKind::Perform { action, expected } => self.perform(place, action, expected),
            DirectiveKind::Uninstantiable { source, expected } => {
                parse(&source).and_then(|module| self.instantiate(place, module, expected).map(|_| ()))
            }
            DirectiveKind::Unlinkable { source, message } => {
                parse(&source).and_then(|module| self.refuse(place, module, message))
            }
            // What is not supported is rejected as well: it is not valid in the version of the standard that is.
            DirectiveKind::Rejected { source } => Err(match parse(&source) {
                Err(_) => Outcome::Passed,
                Ok(_) => Outcome::Failed("the module was accepted".to_owned()),
            }),
            DirectiveKind::Unsupported(what) => Err(Outcome::Skipped(what)),
        };
        if let Err(outcome) = result {
            self.outcomes.insert(place, outcome);
        }
    }

    fn module(
        &mut self,
        place: usize,
        name: Option<String>,
        module: Result<Arc<Module>, Lack>,
        line: usize,
    ) -> Result<(), Outcome> {
        let instance = module.and_then(|module| self.instantiate(place, module, Expected::Return));
        let for_users = instance.clone().map_err(|lack| because_of(lack, "module", line));
        self.instances.insert(None, for_users.clone());
        if name.is_some() {
            self.instances.insert(name, for_users);
        }
        instance.map(|_| ())
    }

    fn define(&mut self, name: Option<String>, source: &Source, line: usize) -> Result<(), Outcome> {
        let module = parse(source);
        let for_users = module.clone().map_err(|lack| because_of(lack, "definition", line));
        self.definitions.insert(None, for_users.clone());
        if name.is_some() {
            self.definitions.insert(name, for_users);
        }
        Err(module.err().unwrap_or(Outcome::Passed))
    }

    fn register(&mut self, place: usize, import_name: String, instance: &Option<String>) -> Result<(), Outcome> {
        let instance = look_up(&self.instances, instance, "instance");
        self.registered.insert(import_name.clone(), instance.clone());
        let instance = instance?;
        self.event(instance, place, EventKind::Register { instance, import_name });
        Ok(())
    }

    fn perform(&mut self, place: usize, action: Action, expected: Expected) -> Result<(), Outcome> {
        let instance = look_up(&self.instances, &action.instance, "instance")?;
        self.event(instance, place, EventKind::Perform { instance, action, expected });
        Ok(())
    }

    fn instantiate(&mut self, place: usize, module: Arc<Module>, expected: Expected) -> Result<InstanceId, Lack> {
        let instance = self.instance_of(&module)?;
        self.event(instance, place, EventKind::Instantiate { instance, module, expected });
        Ok(instance)
    }

    fn refuse(&mut self, place: usize, module: Arc<Module>, message: String) -> Result<(), Outcome> {
        let instance = self.instance_of(&module)?;
        self.event(instance, place, EventKind::Refuse { module, message });
        Ok(())
    }

    /// A new instance, in one component with those whose state it shares.
    fn instance_of(&mut self, module: &Module) -> Result<InstanceId, Lack> {
        let instance = self.groups.add();
        for import in &module.imports {
            let is_state = matches!(import.ty, ImportType::Memory(_) | ImportType::Table(_));
            match self.registered.get(&import.module) {
                Some(Ok(exporter)) => self.groups.join(instance, *exporter),
                Some(Err(lack)) => return Err(lack.clone()),
                None if import.module == HOST_MODULE && is_state => self.groups.join(instance, InstanceId::HOST),
                None => {}
            }
        }
        Ok(instance)
    }

    fn event(&mut self, instance: InstanceId, directive: usize, kind: EventKind) {
        self.events.push((instance, Event { directive, kind }));
    }

    fn finish(mut self) -> Resolved {
        let mut places = HashMap::new();
        let mut components: Vec<Component> = Vec::new();
        for (instance, event) in self.events {
            let place = *places.entry(self.groups.representative(instance)).or_insert_with(|| {
                components.push(Component::default());
                components.len() - 1
            });
            if let EventKind::Instantiate { module, .. } = &event.kind {
                components[place].memories += module.memories.iter().filter(|memory| !memory.imported).count();
            }
            components[place].events.push(event);
        }
        Resolved { components, outcomes: self.outcomes }
    }
}

fn parse(source: &Source) -> Result<Arc<Module>, Outcome> {
    let bytes = source.as_ref().map_err(|message| Outcome::Failed(message.clone()))?;
    let errors = match Module::parse("module", bytes.as_slice()) {
        Ok(module) => return Ok(Arc::new(module)),
        Err(errors) => errors,
    };
    // A module with errors of both kinds may be valid but for the unsupported part.
    match errors.iter().find(|error| error.kind == ModuleErrorKind::Unsupported) {
        Some(unsupported) => Err(Outcome::Skipped(unsupported.to_string())),
        None => Err(Outcome::Failed(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))),
    }
}

/// Why a directive fails or is skipped that needs what the `thing` in line `line` should have been.
fn because_of(lack: Lack, thing: &str, line: usize) -> Lack {
    match lack {
        Outcome::Failed(_) => Outcome::Failed(format!("there is no {thing} from line {line}")),
        other => other,
    }
}

fn look_up<Found: Clone>(
    map: &HashMap<Option<String>, Result<Found, Lack>>,
    name: &Option<String>,
    thing: &str,
) -> Result<Found, Lack> {
    map.get(name).cloned().unwrap_or_else(|| {
        Err(Outcome::Failed(match name {
            Some(name) => format!("there is no {thing} called ${name}"),
            None => format!("there is no {thing}"),
        }))
    })
}

/// Disjoint sets of instances.
#[derive(Debug, Default)]
struct Groups {
    /// For each instance another one of its set, itself if it represents the set.
    parents: Vec<usize>,
}

impl Groups {
    fn add(&mut self) -> InstanceId {
        self.parents.push(self.parents.len());
        InstanceId(self.parents.len() - 1)
    }

    fn join(&mut self, one: InstanceId, other: InstanceId) {
        let (one, other) = (self.representative(one), self.representative(other));
        self.parents[one] = other;
    }

    fn representative(&mut self, instance: InstanceId) -> usize {
        let mut at = instance.0;
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script;

    /// The places of the directives of each component.
    fn components(text: &str) -> Vec<Vec<usize>> {
        let resolved = resolve(script::parse(text).unwrap());
        let places = |component: &Component| component.events.iter().map(|event| event.directive).collect();
        resolved.components.iter().map(places).collect()
    }

    #[test]
    fn modules_on_their_own_are_components() {
        let text = r#"(module $A (func (export "f"))) (module (func (export "g"))) (invoke "g") (invoke $A "f")"#;
        assert_eq!(components(text), [vec![0, 3], vec![1, 2]]);
    }

    #[test]
    fn an_import_joins_components() {
        let text = r#"
            (module (func (export "f"))) (register "m")
            (module)
            (module (import "m" "f" (func)))"#;
        assert_eq!(components(text), [vec![0, 1, 3], vec![2]]);
    }

    #[test]
    fn the_state_of_the_host_module_is_shared_and_its_functions_are_not() {
        let text = r#"
            (module (import "spectest" "print" (func)))
            (module (import "spectest" "print" (func)))
            (module (import "spectest" "memory" (memory 1)))
            (module (import "spectest" "memory" (memory 1)))"#;
        assert_eq!(components(text), [vec![0], vec![1], vec![2, 3]]);
    }

    #[test]
    fn what_needs_a_missing_instance_fails() {
        let resolved = resolve(script::parse(r#"(invoke "f") (invoke $M "f")"#).unwrap());
        let expected = [
            (0, Outcome::Failed("there is no instance".to_owned())),
            (1, Outcome::Failed("there is no instance called $M".to_owned())),
        ];
        assert_eq!(resolved.outcomes, BTreeMap::from(expected));
    }

    #[test]
    fn rejected_modules_need_no_execution() {
        let text = r#"(assert_malformed (module quote "(func") "") (assert_invalid (module (func (result i32))) "")
                      (assert_invalid (module) "")"#;
        let resolved = resolve(script::parse(text).unwrap());
        assert!(resolved.components.is_empty());
        let failed = Outcome::Failed("the module was accepted".to_owned());
        let expected = [(0, Outcome::Passed), (1, Outcome::Passed), (2, failed)];
        assert_eq!(resolved.outcomes, BTreeMap::from(expected));
    }
}
