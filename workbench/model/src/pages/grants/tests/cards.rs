//! What the cards say and change.

use serde_json::{Value, json};
use wasmelt_policy::{Access, Direction, LimitKind, Policy};

use super::does;
use crate::{
    State,
    pages::{
        grants::{Action, Card, Change, Field, view},
        module::{self, Opened, Summary},
    },
    testing::{open_state, state},
};

fn cards(state: &State) -> Value {
    serde_json::to_value(view(state).cards).unwrap()
}

fn with_policy(text: &str) -> State {
    let mut state = state();
    does(&mut state, Action::EditText(text.to_owned()));
    assert_eq!(state.grants.draft.problems(), []);
    state
}

fn summary(state: &State, card: Card) -> (bool, String) {
    let view = view(state);
    let card = view.cards.iter().find(|view| view.card == card).unwrap();
    (card.granted, card.summary.clone())
}

#[test]
fn a_closed_card_says_what_is_granted_in_a_line() {
    let state = with_policy(
        r#"
        clocks = "coarse"
        random = 7
        args = { fixed = ["-v"], inherit = true }
        env = { inherit = ["HOME"], set = { LANG = "C" } }
        dir = [{ host = "a" }, { host = "b" }]
        file = [{ host = "c" }]
        stdio = { stdin = false }
        network = { listen = ["127.0.0.1:80"] }
        limits = { memory = "64M", wall-time = "2s" }
        "#,
    );
    for (card, words) in [
        (Card::Files, "2 folders, 1 file, read-only"),
        (Card::Network, "1 address to listen on"),
        (Card::Environment, "HOME, LANG"),
        (Card::Arguments, "Those of the command line, 1 fixed argument"),
        (Card::Streams, "Output, errors"),
        (Card::Clocks, "Whole milliseconds"),
        (Card::Random, "The same each time (seed 7)"),
        (Card::Limits, "Memory 64M, wall time 2s"),
    ] {
        assert_eq!(summary(&state, card), (true, words.to_owned()));
    }
}

#[test]
fn a_card_without_grants_says_so() {
    let nothing =
        with_policy("clocks = \"none\"\nrandom = \"none\"\nstdio = { stdin = false, stdout = false, stderr = false }");
    for card in Card::ALL {
        let (granted, words) = summary(&nothing, card);
        assert!(!granted && (words.starts_with("No ") || card == Card::Limits), "{words}");
    }
}

#[test]
fn access_is_part_of_the_line() {
    for (access, words) in [("write", "1 folder, 1 file, some writable"), ("read", "1 folder, 1 file, read-only")] {
        let state =
            with_policy(&format!("dir = [{{ host = \"a\", access = \"{access}\" }}]\nfile = [{{ host = \"b\" }}]"));
        assert_eq!(summary(&state, Card::Files).1, words);
    }
}

#[test]
fn imports_are_what_a_module_asks_for() {
    let text = r#"(module
        (import "wasi_snapshot_preview1" "path_open" (func))
        (import "wasi_snapshot_preview1" "random_get" (func))
        (import "env" "clock_time_get" (func)))"#;
    let source = wasmelt_driver::Source::from_bytes("test.wat", text.as_bytes());
    let summary = Summary::new(&source, &wasmelt_driver::parse(&source).unwrap());
    let mut state = state();
    state.module.module =
        module::Module::Open(std::sync::Arc::new(Opened { source: source.into(), path: None, summary }));
    let asked: Vec<_> = view(&state).cards.iter().filter_map(|card| Some((card.card, card.asks_for?))).collect();
    let expected = [(Card::Files, "opens files and folders by their paths"), (Card::Random, "takes random bytes")];
    assert_eq!(asked, expected);
    assert!(view(&crate::testing::state()).cards.iter().all(|card| card.asks_for.is_none()));
}

#[test]
fn a_folder_is_granted_read_only_and_then_changed_and_taken_back() {
    let mut state = state();
    for (field, text) in [(Field::HostPath, " ./data "), (Field::GuestPath, "/data")] {
        does(&mut state, Action::Edit(field, text.to_owned()));
    }
    let folders =
        |state: &State| -> Vec<String> { state.grants.policy().directories.iter().map(ToString::to_string).collect() };
    does(&mut state, Action::Change(Change::AddFolder));
    assert_eq!(folders(&state), ["./data::/data:ro"]);
    assert_eq!((state.grants.forms.host_path.as_str(), state.grants.forms.guest_path.as_str()), ("", ""));
    does(&mut state, Action::Change(Change::FolderAccess(0, Access::ReadWrite)));
    assert_eq!(folders(&state), ["./data::/data"]);
    for change in [Change::RemoveFolder(0), Change::RemoveFolder(0), Change::FolderAccess(5, Access::ReadOnly)] {
        does(&mut state, Action::Change(change));
        assert_eq!(folders(&state), [""; 0]);
    }
}

#[test]
fn what_cannot_be_granted_is_said_on_its_card() {
    let mut state = state();
    let typed = [
        (Field::HostPath, "a/..", Change::AddFile, Card::Files),
        (Field::VariableName, "A=B", Change::AddVariable, Card::Environment),
        (Field::Connect, "example.org", Change::AddRule(Direction::Connect), Card::Network),
        (Field::Listen, "", Change::AddRule(Direction::Listen), Card::Network),
    ];
    for (field, text, change, card) in typed {
        does(&mut state, Action::Edit(field, text.to_owned()));
        does(&mut state, Action::Change(change));
        let view = view(&state);
        let with_problem: Vec<_> = view.cards.iter().filter(|card| card.problem.is_some()).collect();
        assert_eq!(with_problem.iter().map(|card| card.card).collect::<Vec<_>>(), [card]);
        assert_eq!(state.grants.policy(), Policy::default());
    }
    does(&mut state, Action::Edit(Field::Listen, "1".to_owned()));
    assert_eq!(state.grants.forms.problem, None);
}

#[test]
fn variables_arguments_addresses_and_seeds_are_granted_from_their_fields() {
    let mut state = state();
    let typed = [
        (Field::VariableName, "LANG"),
        (Field::VariableValue, "C"),
        (Field::FixedArgument, "two words"),
        (Field::Connect, "10.0.0.0/8:443"),
        (Field::Listen, "localhost:80"),
        (Field::Seed, "7"),
    ];
    typed.into_iter().for_each(|(field, text)| does(&mut state, Action::Edit(field, text.to_owned())));
    for change in [
        Change::AddVariable,
        Change::AddArgument,
        Change::AddRule(Direction::Connect),
        Change::AddRule(Direction::Listen),
    ] {
        does(&mut state, Action::Change(change));
    }
    let expected = Policy::from_document(
        "random = 7\nargs = { fixed = [\"two words\"] }\nenv = { set = { LANG = \"C\" } }\n\
         network = { connect = [\"10.0.0.0/8:443\"], listen = [\"127.0.0.1:80\"] }",
    );
    assert_eq!(Ok(state.grants.policy()), expected);
}

#[test]
fn one_card_is_open_at_a_time() {
    let mut state = open_state(&[]);
    for (action, open) in [
        (Action::Toggle(Card::Files), Some(Card::Files)),
        (Action::Open(Card::Limits), Some(Card::Limits)),
        (Action::Toggle(Card::Limits), None),
    ] {
        does(&mut state, action);
        assert_eq!(state.grants.open, open);
    }
}

#[test]
fn an_open_card_shows_what_is_on_it() {
    let mut state = with_policy("dir = [{ host = \"./data\", guest = \"/data\" }]\nfile = [{ host = \"/etc/hosts\" }]");
    does(&mut state, Action::Open(Card::Files));
    does(&mut state, Action::Edit(Field::HostPath, "more".to_owned()));
    let expected = json!({
        "card": "files",
        "title": "Files and folders",
        "summary": "1 folder, 1 file, read-only",
        "granted": true,
        "asks_for": null,
        "body": {
            "kind": "files",
            "folders": [{ "host": "./data", "guest": "/data", "writable": false }],
            "files": [{ "host": "/etc/hosts", "guest": null, "writable": false }],
            "host_path": "more",
            "guest_path": "",
        },
        "problem": null,
    });
    assert_eq!(cards(&state)[0], expected);
    assert!(cards(&state).as_array().unwrap()[1..].iter().all(|card| card["body"].is_null()));
}

#[test]
fn every_card_has_something_on_it() {
    let mut state = with_policy("random = 3\nlimits = { memory = \"1M\" }\nargs = { fixed = [\"-v\"] }");
    for card in Card::ALL {
        does(&mut state, Action::Open(card));
        let cards = cards(&state);
        let open: Vec<_> = cards.as_array().unwrap().iter().filter(|card| !card["body"].is_null()).collect();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0]["body"]["kind"], serde_json::to_value(card).unwrap());
    }
}

#[test]
fn the_field_of_a_limit_is_what_was_typed_or_what_is_granted_since() {
    let mut state = state();
    let kind = LimitKind::Memory;
    let shown = |state: &State| state.grants.forms.limit(kind, state.grants.draft.policy()).into_owned();
    for (typed, then) in [("1024", "1024"), ("1024x", "1024x"), ("", "")] {
        does(&mut state, Action::Edit(Field::Limit(kind), typed.to_owned()));
        assert_eq!(shown(&state), then);
    }
    does(&mut state, Action::EditText("limits = { memory = \"2M\" }".to_owned()));
    assert_eq!(shown(&state), "2M");
}
