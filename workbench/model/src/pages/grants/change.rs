//! What the cards change.

use wasmelt_policy::{
    Access, Clocks, Direction, Directory, GrantedFile, LimitKind, NetworkRule, Policy, Randomness, Text, Variable,
    parse_amount, parse_rule,
};

use super::{Card, Forms, State};

/// A change of the policy. Numbers are positions in its lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Grant the path of the fields as a directory, read-only.
    AddFolder,
    /// Grant the path of the fields as a file, read-only.
    AddFile,
    /// What may be done in a directory.
    FolderAccess(usize, Access),
    /// What may be done with a file.
    FileAccess(usize, Access),
    /// Take a directory back.
    RemoveFolder(usize),
    /// Take a file back.
    RemoveFile(usize),
    /// Grant the variable of the fields.
    AddVariable,
    /// Take a variable back.
    RemoveVariable(usize),
    /// Whether all variables are granted.
    AllVariables(bool),
    /// Add the argument of the field.
    AddArgument,
    /// Take an argument back.
    RemoveArgument(usize),
    /// Whether the program gets the arguments that it is started with.
    InheritArguments(bool),
    /// Whether it has its standard input.
    Input(bool),
    /// Whether it has its standard output.
    Output(bool),
    /// Whether it has its standard error.
    Error(bool),
    /// What it sees of the clocks.
    Clocks(Clocks),
    /// Where its random bytes come from.
    Random(Randomness),
    /// Grant the address of the field.
    AddRule(Direction),
    /// Take an address back.
    RemoveRule(usize),
    /// Take all limits back.
    NoLimits,
}

/// Changes the policy of `grants`, or says on its card why not.
pub(super) fn change(grants: &mut State, change: &Change) {
    let card = change.card();
    let mut policy = grants.policy();
    match apply(&mut policy, change, &mut grants.forms) {
        Ok(()) => {
            grants.forms.problem = None;
            grants.draft.change(|draft| *draft = policy);
        }
        Err(problem) => grants.forms.problem = Some((card, problem)),
    }
}

/// The field of a limit changed. An empty one is no limit; one that means nothing leaves the policy as it is.
pub(super) fn limit(grants: &mut State, kind: LimitKind, text: String) {
    let amount = match text.trim() {
        "" => Ok(None),
        text => parse_amount(kind, text).map(Some),
    };
    grants.forms.problem = amount.as_ref().err().map(|error| (Card::Limits, error.to_string()));
    grants.forms.limits.retain(|(typed, _)| *typed != kind);
    grants.forms.limits.push((kind, text));
    if let Ok(amount) = amount {
        grants.draft.change(|policy| *policy.limits.get_mut(kind) = amount);
    }
}

/// The field of the seed changed, which chooses the seed.
pub(super) fn seed(grants: &mut State, text: String) {
    let seed = text.trim().parse::<u64>();
    let problem = |_| (Card::Random, "A seed is a number without a sign.".to_owned());
    grants.forms.problem = seed.clone().err().filter(|_| !text.trim().is_empty()).map(problem);
    grants.forms.seed = text;
    if let Ok(seed) = seed {
        grants.draft.change(|policy| policy.randomness = Randomness::Seeded(seed));
    }
}

impl Change {
    fn card(&self) -> Card {
        match self {
            Change::AddFolder
            | Change::AddFile
            | Change::FolderAccess(..)
            | Change::FileAccess(..)
            | Change::RemoveFolder(_)
            | Change::RemoveFile(_) => Card::Files,
            Change::AddVariable | Change::RemoveVariable(_) | Change::AllVariables(_) => Card::Environment,
            Change::AddArgument | Change::RemoveArgument(_) | Change::InheritArguments(_) => Card::Arguments,
            Change::Input(_) | Change::Output(_) | Change::Error(_) => Card::Streams,
            Change::Clocks(_) => Card::Clocks,
            Change::Random(_) => Card::Random,
            Change::AddRule(_) | Change::RemoveRule(_) => Card::Network,
            Change::NoLimits => Card::Limits,
        }
    }
}

/// Fields whose contents are granted are emptied.
fn apply(policy: &mut Policy, change: &Change, forms: &mut Forms) -> Result<(), String> {
    match *change {
        Change::AddFolder => {
            policy.grant_directory(path(forms)?);
            (forms.host_path, forms.guest_path) = Default::default();
        }
        Change::AddFile => {
            policy.grant_file(GrantedFile::new(&path(forms)?).map_err(|error| error.to_string())?);
            (forms.host_path, forms.guest_path) = Default::default();
        }
        Change::FolderAccess(at, access) => replace(&mut policy.directories, at, |folder| folder.with_access(access)),
        Change::FileAccess(at, access) => replace(&mut policy.files, at, |file| file.with_access(access)),
        Change::RemoveFolder(at) => remove(&mut policy.directories, at),
        Change::RemoveFile(at) => remove(&mut policy.files, at),
        Change::AddVariable => {
            policy.grant_variable(variable(forms)?);
            (forms.variable_name, forms.variable_value) = Default::default();
        }
        Change::RemoveVariable(at) => remove(&mut policy.environment, at),
        Change::AllVariables(all) => policy.inherit_environment = all,
        Change::AddArgument => {
            let argument = Text::try_from(forms.fixed_argument.as_str()).map_err(|error| error.to_string())?;
            policy.arguments.fixed.push(argument);
            forms.fixed_argument.clear();
        }
        Change::RemoveArgument(at) => remove(&mut policy.arguments.fixed, at),
        Change::InheritArguments(inherit) => policy.arguments.inherit = inherit,
        Change::Input(has) => policy.streams.input = has,
        Change::Output(has) => policy.streams.output = has,
        Change::Error(has) => policy.streams.error = has,
        Change::Clocks(clocks) => policy.clocks = clocks,
        Change::Random(randomness) => policy.randomness = randomness,
        Change::AddRule(direction) => policy.grant_network(rule(forms, direction)?),
        Change::RemoveRule(at) => remove(&mut policy.network, at),
        Change::NoLimits => policy.limits = Default::default(),
    }
    Ok(())
}

fn path(forms: &Forms) -> Result<Directory, String> {
    let (host, guest) = (forms.host_path.trim(), forms.guest_path.trim());
    if host.is_empty() {
        return Err("Type or choose a path first.".to_owned());
    }
    Directory::new(host, if guest.is_empty() { host } else { guest }, Access::ReadOnly)
        .map_err(|error| error.to_string())
}

fn variable(forms: &Forms) -> Result<Variable, String> {
    let name = forms.variable_name.trim();
    let variable = match forms.variable_value.as_str() {
        "" => Variable::inherit(name),
        value => Variable::inherit(name).and_then(|_| Variable::literal(name, value)),
    };
    variable.map_err(|error| error.to_string())
}

fn rule(forms: &mut Forms, direction: Direction) -> Result<NetworkRule, String> {
    let field = match direction {
        Direction::Connect => &mut forms.connect,
        Direction::Listen => &mut forms.listen,
    };
    if field.trim().is_empty() {
        return Err("Type an address first; `*` is all of them.".to_owned());
    }
    let rule = parse_rule(direction, field.trim()).map_err(|error| error.to_string())?;
    field.clear();
    Ok(rule)
}

fn replace<T>(list: &mut [T], at: usize, change: impl FnOnce(&T) -> T) {
    if let Some(item) = list.get_mut(at) {
        *item = change(item);
    }
}

fn remove<T>(list: &mut Vec<T>, at: usize) {
    if at < list.len() {
        list.remove(at);
    }
}
