//! The cards: a line for each when they are closed, and what is on them when they are open.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use wasmelt_policy::{
    Access, Clocks, Direction, LimitKind, NetworkRule, Policy, Randomness, Variable, amount, limit_name, rule_text,
};

use crate::pages::{
    grants::{Card, Forms, State, needs::asks_for},
    module::ImportGroup,
};

/// A card.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardView<'a> {
    /// Which.
    pub card: Card,
    /// What it is called.
    pub title: &'static str,
    /// What is granted, in a line.
    pub summary: String,
    /// Whether anything is.
    pub granted: bool,
    /// What the module asks for, in plain words.
    pub asks_for: Option<&'static str>,
    /// What is on it, if it is open.
    pub body: Option<Body<'a>>,
    /// Why what was typed on it was refused.
    pub problem: Option<&'a str>,
}

/// What is on a card. Of its lists, positions are those that changes name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Body<'a> {
    /// Paths.
    Files {
        /// Directories.
        folders: Vec<PathView<'a>>,
        /// Files.
        files: Vec<PathView<'a>>,
        /// The path of the host that is being typed.
        host_path: &'a str,
        /// The path of the program that is being typed.
        guest_path: &'a str,
    },
    /// Addresses.
    Network {
        /// Those to connect to: positions and texts.
        connect: Vec<(usize, String)>,
        /// Those to listen on.
        listen: Vec<(usize, String)>,
        /// The address that is being typed.
        connect_field: &'a str,
        /// The address that is being typed.
        listen_field: &'a str,
    },
    /// Variables.
    Environment {
        /// Whether all variables of the process are granted.
        all: bool,
        /// Those that are granted by their names.
        variables: Vec<VariableView<'a>>,
        /// The name that is being typed.
        name_field: &'a str,
        /// The value that is being typed.
        value_field: &'a str,
    },
    /// Arguments.
    Arguments {
        /// Whether the program gets those that it is started with.
        inherit: bool,
        /// Those that it always gets.
        fixed: Vec<&'a str>,
        /// The argument that is being typed.
        field: &'a str,
    },
    /// Standard streams.
    Streams {
        /// Whether it has its standard input.
        input: bool,
        /// Whether it has its standard output.
        output: bool,
        /// Whether it has its standard error.
        error: bool,
    },
    /// Clocks.
    Clocks {
        /// What it sees.
        #[serde(serialize_with = "debug")]
        clocks: Clocks,
    },
    /// Random bytes.
    Random {
        /// Where they come from.
        #[serde(serialize_with = "debug")]
        randomness: Randomness,
        /// The seed, as typed.
        seed_field: Cow<'a, str>,
    },
    /// Limits.
    Limits {
        /// All there are.
        limits: Vec<LimitView<'a>>,
    },
}

/// A directory or a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PathView<'a> {
    /// Its path on the host.
    pub host: Cow<'a, str>,
    /// Its path for the program, if that is another.
    pub guest: Option<Cow<'a, str>>,
    /// Whether it may be changed.
    pub writable: bool,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VariableView<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value, if it is not the process's.
    pub value: Option<&'a str>,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitView<'a> {
    /// Which.
    #[serde(serialize_with = "debug")]
    pub kind: LimitKind,
    /// What it is called.
    pub title: &'static str,
    /// What can be typed.
    pub example: &'static str,
    /// What is.
    pub text: Cow<'a, str>,
}

fn debug<T: std::fmt::Debug, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}

pub(super) fn view<'a>(grants: &'a State, imports: &[ImportGroup]) -> Vec<CardView<'a>> {
    let (policy, forms) = (grants.draft.policy(), &grants.forms);
    let card_view = |card: Card| {
        let granted = summary(card, policy);
        CardView {
            card,
            title: card.title(),
            granted: granted.is_some(),
            summary: granted.unwrap_or_else(|| nothing(card).to_owned()),
            asks_for: asks_for(imports, card),
            body: (grants.open == Some(card)).then(|| body(card, policy, forms)),
            problem: forms.problem.as_ref().filter(|(of, _)| *of == card).map(|(_, problem)| problem.as_str()),
        }
    };
    Card::ALL.into_iter().map(card_view).collect()
}

fn body<'a>(card: Card, policy: &'a Policy, forms: &'a Forms) -> Body<'a> {
    match card {
        Card::Files => files(policy, forms),
        Card::Network => Body::Network {
            connect: rules(policy, Direction::Connect),
            listen: rules(policy, Direction::Listen),
            connect_field: &forms.connect,
            listen_field: &forms.listen,
        },
        Card::Environment => Body::Environment {
            all: policy.inherit_environment,
            variables: policy.environment.iter().map(variable).collect(),
            name_field: &forms.variable_name,
            value_field: &forms.variable_value,
        },
        Card::Arguments => Body::Arguments {
            inherit: policy.arguments.inherit,
            fixed: policy.arguments.fixed.iter().map(|argument| argument.as_str()).collect(),
            field: &forms.fixed_argument,
        },
        Card::Streams => {
            let streams = policy.streams;
            Body::Streams { input: streams.input, output: streams.output, error: streams.error }
        }
        Card::Clocks => Body::Clocks { clocks: policy.clocks },
        Card::Random => Body::Random { randomness: policy.randomness, seed_field: seed(policy, forms) },
        Card::Limits => Body::Limits { limits: LimitKind::ALL.map(|kind| limit(kind, policy, forms)).into() },
    }
}

fn files<'a>(policy: &'a Policy, forms: &'a Forms) -> Body<'a> {
    let folders = policy.directories.iter();
    let files = policy.files.iter();
    Body::Files {
        folders: folders.map(|it| path(it.host().into(), it.guest().into(), it.access())).collect(),
        files: files.map(|it| path(it.host().into(), it.guest().into(), it.access())).collect(),
        host_path: &forms.host_path,
        guest_path: &forms.guest_path,
    }
}

fn path<'a>(host: Cow<'a, str>, guest: Cow<'a, str>, access: Access) -> PathView<'a> {
    let guest = (host != guest).then_some(guest);
    PathView { host, guest, writable: access == Access::ReadWrite }
}

fn variable(variable: &Variable) -> VariableView<'_> {
    VariableView { name: variable.name(), value: variable.value() }
}

fn rules(policy: &Policy, direction: Direction) -> Vec<(usize, String)> {
    let rules = policy.network.iter().enumerate().filter(|(_, rule)| rule.direction == direction);
    rules.map(|(at, rule)| (at, address(rule))).collect()
}

fn address(rule: &NetworkRule) -> String {
    rule_text(rule)
}

/// The seed as typed, unless the policy has another since.
fn seed<'a>(policy: &Policy, forms: &'a Forms) -> Cow<'a, str> {
    match policy.randomness {
        Randomness::Seeded(seed) if forms.seed.trim().parse() != Ok(seed) && forms.problem.is_none() => {
            seed.to_string().into()
        }
        _ => forms.seed.as_str().into(),
    }
}

fn limit<'a>(kind: LimitKind, policy: &Policy, forms: &'a Forms) -> LimitView<'a> {
    let (title, example) = match kind {
        LimitKind::Memory => ("Memory", "64M"),
        LimitKind::Stack => ("Stack", "1M"),
        LimitKind::CpuTime => ("Processor time", "2s"),
        LimitKind::WallTime => ("Time", "1m"),
        LimitKind::OpenFiles => ("Open files", "32"),
        LimitKind::Output => ("Output", "1M"),
    };
    LimitView { kind, title, example, text: forms.limit(kind, policy) }
}

/// What a card says when nothing is granted.
fn nothing(card: Card) -> &'static str {
    match card {
        Card::Files => "No files",
        Card::Network => "No network",
        Card::Environment => "No variables",
        Card::Arguments => "No arguments",
        Card::Streams => "No streams",
        Card::Clocks => "No clock",
        Card::Random => "No random bytes",
        Card::Limits => "What the machine has",
    }
}

/// What is granted of a card, if anything is.
fn summary(card: Card, policy: &Policy) -> Option<String> {
    match card {
        Card::Files => files_summary(policy),
        Card::Network => joined([
            counted(rules(policy, Direction::Connect).len(), "address to connect to", "addresses to connect to"),
            counted(rules(policy, Direction::Listen).len(), "address to listen on", "addresses to listen on"),
        ]),
        Card::Environment if policy.inherit_environment => Some("All variables".to_owned()),
        Card::Environment => match &policy.environment[..] {
            [] => None,
            few @ ([_] | [_, _] | [_, _, _]) => Some(few.iter().map(Variable::name).collect::<Vec<_>>().join(", ")),
            many => Some(format!("{} variables", many.len())),
        },
        Card::Arguments => joined([
            policy.arguments.inherit.then(|| "Those of the command line".to_owned()),
            counted(policy.arguments.fixed.len(), "fixed argument", "fixed arguments"),
        ]),
        Card::Streams => {
            let streams = policy.streams;
            let names = [(streams.input, "input"), (streams.output, "output"), (streams.error, "errors")];
            let has: Vec<_> = names.into_iter().filter(|(has, _)| *has).map(|(_, name)| name).collect();
            (!has.is_empty()).then(|| capitalised(&has.join(", ")))
        }
        Card::Clocks => match policy.clocks {
            Clocks::None => None,
            Clocks::Coarse => Some("Whole milliseconds".to_owned()),
            Clocks::Exact => Some("Exact".to_owned()),
        },
        Card::Random => match policy.randomness {
            Randomness::None => None,
            Randomness::Real => Some("The system's".to_owned()),
            Randomness::Seeded(seed) => Some(format!("The same each time (seed {seed})")),
        },
        Card::Limits => {
            let limits = LimitKind::ALL.into_iter().filter_map(|kind| Some((kind, policy.limits.get(kind)?)));
            let words =
                limits.map(|(kind, value)| format!("{} {}", limit_name(kind).replace('-', " "), amount(kind, value)));
            let words = words.collect::<Vec<_>>().join(", ");
            (!words.is_empty()).then(|| capitalised(&words))
        }
    }
}

/// `2 folders, 1 file, read-only`
fn files_summary(policy: &Policy) -> Option<String> {
    let paths =
        joined([counted(policy.directories.len(), "folder", "folders"), counted(policy.files.len(), "file", "files")])?;
    let accesses = policy.directories.iter().map(|it| it.access()).chain(policy.files.iter().map(|it| it.access()));
    let (mut read, mut write) = (false, false);
    accesses.for_each(|access| *(if access == Access::ReadOnly { &mut read } else { &mut write }) = true);
    let access = match (read, write) {
        (true, true) => "some writable",
        (false, true) => "writable",
        (_, false) => "read-only",
    };
    Some(format!("{paths}, {access}"))
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    }
}

fn joined(parts: [Option<String>; 2]) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The text with a capital letter first; it begins with an ASCII letter.
fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_ascii_uppercase() + rest
}
