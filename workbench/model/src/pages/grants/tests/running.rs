//! Running, denials, learning.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use wasmelt_driver::{AuditEvent, AuditOutcome};
use wasmelt_policy::{Access, Clocks, Policy};
use wasmelt_targets::{Architecture, Target};

use super::{act, does};
use crate::{
    Effect, Event, Generation, Job, Message, State,
    pages::{
        grants::{
            Action, Card, Ended, Field, Phase, Progress, Purpose, RunEvent, RunRequest, Status, Stream, Usage, view,
        },
        module::{self, Origin, SAMPLES},
    },
    testing::{self, job, open_state, state},
    update,
};

const USAGE: Usage = Usage {
    wall: Duration::from_millis(12),
    user: Duration::from_millis(3),
    system: Duration::from_millis(1),
    peak: Some(1 << 20),
};

fn report(state: &mut State, job: Generation, event: RunEvent) -> Vec<Effect> {
    testing::report(state, job, Event::Run(event))
}

fn request(effects: &[Effect]) -> &RunRequest {
    match effects.last() {
        Some(Effect::Start { job: Job::Run { request }, .. }) => request,
        other => panic!("nothing is run: {other:?}"),
    }
}

fn ended(status: Status) -> RunEvent {
    RunEvent::Ended(Ok(Ended { status, usage: USAGE, learned: None }))
}

fn denied(call: &str, path: Option<&str>, allow: &str) -> RunEvent {
    let event = AuditEvent {
        event: AuditOutcome::Denied,
        call: call.to_owned(),
        path: path.map(str::to_owned),
        errno: 76,
        allow: allow.to_owned(),
    };
    RunEvent::Progress(Arc::new(Progress { denials: vec![(event, 2)], ..Progress::default() }))
}

fn written(stream: Stream, text: &str) -> RunEvent {
    RunEvent::Progress(Arc::new(Progress { output: vec![(stream, text.to_owned())], ..Progress::default() }))
}

/// A state with a module that runs, and its job.
fn running() -> (State, Generation) {
    running_with("dir = [{ host = \"./data\", guest = \"/data\" }]")
}

fn running_with(policy: &str) -> (State, Generation) {
    let mut state = open_state(&[]);
    does(&mut state, Action::EditText(policy.to_owned()));
    let job = job(&act(&mut state, Action::Run));
    assert_eq!(report(&mut state, job, RunEvent::Began { emulator: None }), []);
    (state, job)
}

fn run_view(state: &State) -> Value {
    serde_json::to_value(view(state).run).unwrap()
}

#[test]
fn a_run_has_the_policy_the_platform_and_the_arguments() {
    let mut state = open_state(&[]);
    does(&mut state, Action::EditText("clocks = \"coarse\"".to_owned()));
    does(&mut state, Action::RunOn(Architecture::Aarch64));
    does(&mut state, Action::Edit(Field::RunArguments, "-v 'two words'".to_owned()));
    let effects = act(&mut state, Action::Run);
    let request = request(&effects);
    assert_eq!(request.policy.clocks, Clocks::Coarse);
    assert_eq!(request.target, Target::baseline(Architecture::Aarch64));
    assert_eq!(
        (request.purpose, &request.arguments[..]),
        (Purpose::Run, &["-v".to_owned(), "two words".to_owned()][..])
    );
}

#[test]
fn nothing_runs_without_a_module_or_with_half_an_argument_or_twice() {
    assert_eq!(act(&mut state(), Action::Run), []);
    let mut state = open_state(&[]);
    does(&mut state, Action::Edit(Field::RunArguments, "'half".to_owned()));
    assert_eq!(run_view(&state)["can_run"], false);
    assert_eq!(act(&mut state, Action::Run), []);
    does(&mut state, Action::Edit(Field::RunArguments, String::new()));
    assert_eq!(act(&mut state, Action::Run).len(), 1);
    assert_eq!(act(&mut state, Action::Run), []);
    assert_eq!(act(&mut state, Action::Learn), []);
}

#[test]
fn arguments_that_it_will_not_see_are_noted() {
    let mut state = open_state(&[]);
    assert_eq!(run_view(&state)["arguments_note"], Value::Null);
    does(&mut state, Action::Edit(Field::RunArguments, "-v".to_owned()));
    assert_eq!(run_view(&state)["can_grant_arguments"], true);
    does(&mut state, Action::EditText("args = { inherit = true }".to_owned()));
    assert_eq!(run_view(&state)["arguments_note"], Value::Null);
}

#[test]
fn stopping_kills_a_program_and_waits_for_its_end() {
    let (mut state, job) = running();
    assert_eq!(act(&mut state, Action::Stop), [Effect::Cancel { generation: job }]);
    assert_eq!(run_view(&state)["state"]["state"], "running");
    assert_eq!(report(&mut state, job, ended(Status::Stopped)), []);
    assert_eq!(run_view(&state)["state"]["title"], "Stopped");
    does(&mut state, Action::Stop);
}

#[test]
fn stopping_forgets_a_build() {
    let mut state = open_state(&[]);
    let job = job(&act(&mut state, Action::Run));
    assert_eq!(act(&mut state, Action::Stop), [Effect::Cancel { generation: job }]);
    assert_eq!(state.grants.run.phase, Phase::Abandoned);
    assert_eq!(report(&mut state, job, RunEvent::Began { emulator: None }), []);
    assert_eq!(state.grants.run.phase, Phase::Abandoned);
}

#[test]
fn input_is_sent_line_by_line_and_shown() {
    let (mut state, job) = running();
    does(&mut state, Action::Edit(Field::Input, "hello".to_owned()));
    let message = Message::Input("hello\n".to_owned());
    assert_eq!(act(&mut state, Action::SendInput), [Effect::Tell { generation: job, message }]);
    assert_eq!(run_view(&state)["console"]["lines"], json!([{ "stream": "input", "text": "hello" }]));
    let end = Effect::Tell { generation: job, message: Message::EndOfInput };
    assert_eq!(act(&mut state, Action::EndInput), [end]);
    let _ = report(&mut state, job, ended(Status::Exited(0)));
    does(&mut state, Action::SendInput);
    does(&mut state, Action::EndInput);
}

#[test]
fn a_denial_says_what_was_tried_and_what_allowing_it_gives() {
    let (mut state, job) = running();
    let flag = "--allow-write=/data/x";
    assert_eq!(report(&mut state, job, denied("path_open", Some("/data/x"), flag)), []);
    let expected = json!([{
        "denial": 0,
        "title": "Tried to write /data/x",
        "call": "path_open",
        "times": 2,
        "kept": false,
        "remedy": { "kind": "allow", "gains": ["reads and writes ./data as /data"] },
    }]);
    assert_eq!(run_view(&state)["denials"], expected);
}

#[test]
fn what_can_be_done_about_a_denial_depends_on_what_is_known() {
    let policy = "dir = [{ host = \"./data\", guest = \"/data\" }]\nfile = [{ host = \"/etc/hosts\" }]";
    let cases = [
        ("fd_readdir", None, "--allow-read", json!({ "kind": "choose", "card": "files" })),
        ("sock_accept", None, "--allow-listen", json!({ "kind": "choose", "card": "network" })),
        ("path_open", Some("/data/../x"), "--allow-read=/data/../x", json!({ "kind": "none" })),
        ("path_open", Some("/data/secret"), "--allow-read=/data/secret", json!({ "kind": "none" })),
        ("path_open", Some("/etc/passwd"), "--allow-read=/etc/passwd", json!({ "kind": "allow" })),
        ("clock_time_get", None, "--allow-clock", json!({ "kind": "allow" })),
        ("fd_read", None, "--allow-stdio=stdin", json!({ "kind": "none" })),
        ("something", None, "--allow-something", json!({ "kind": "none" })),
    ];
    for (call, path, flag, expected) in cases {
        let (mut state, job) = running_with(policy);
        let _ = report(&mut state, job, denied(call, path, flag));
        let remedy = &run_view(&state)["denials"][0]["remedy"];
        assert_eq!(remedy["kind"], expected["kind"], "{flag}");
        assert_eq!(remedy.get("card"), expected.get("card"), "{flag}");
    }
}

#[test]
fn allowing_once_gives_the_next_run_more_than_the_policy() {
    let (mut state, job) = running();
    let before = state.grants.policy();
    let _ = report(&mut state, job, denied("path_open", Some("/data/x"), "--allow-write=/data/x"));
    let _ = report(&mut state, job, ended(Status::Exited(1)));
    let again = act(&mut state, Action::AllowOnce(0));
    assert_eq!(request(&again).policy.directories[0].access(), Access::ReadWrite);
    assert_eq!(state.grants.policy(), before);
    // What is allowed once more is added to it, and gone with a run of one's own.
    let job = testing::job(&again);
    let _ = report(&mut state, job, denied("clock_time_get", None, "--allow-clock"));
    let _ = report(&mut state, job, ended(Status::Exited(1)));
    let again = act(&mut state, Action::AllowOnce(0));
    let policy = &request(&again).policy;
    assert_eq!((policy.directories[0].access(), policy.clocks), (Access::ReadWrite, Clocks::Exact));
    let _ = report(&mut state, testing::job(&again), ended(Status::Exited(0)));
    assert_eq!(request(&act(&mut state, Action::Run)).policy, before);
}

#[test]
fn allowing_from_now_on_changes_the_policy_and_runs_again() {
    let (mut state, job) = running();
    let _ = report(&mut state, job, denied("random_get", None, "--allow-random"));
    // A program that still runs is ended first.
    assert_eq!(act(&mut state, Action::AllowAndRerun(0)), [Effect::Cancel { generation: job }]);
    assert!(state.grants.draft.text().contains("random = \"real\""));
    let again = report(&mut state, job, ended(Status::Stopped));
    assert_eq!(request(&again).policy, state.grants.policy());
    assert_eq!(run_view(&state)["denials"], json!([]));
}

#[test]
fn stopping_takes_back_that_it_runs_again() {
    let (mut state, job) = running();
    let _ = report(&mut state, job, denied("random_get", None, "--allow-random"));
    let _ = act(&mut state, Action::AllowAndRerun(0));
    let _ = act(&mut state, Action::Stop);
    assert_eq!(report(&mut state, job, ended(Status::Stopped)), []);
}

#[test]
fn what_is_allowed_since_is_said_to_be() {
    let (mut state, job) = running();
    let _ = report(&mut state, job, denied("random_get", None, "--allow-random"));
    does(&mut state, Action::EditText("random = \"real\"".to_owned()));
    assert_eq!(run_view(&state)["denials"][0]["remedy"]["kind"], "done");
}

#[test]
fn what_is_kept_denied_is_not_asked_again() {
    let (mut state, job) = running();
    let clock = || denied("clock_time_get", None, "--allow-clock");
    let _ = report(&mut state, job, clock());
    let _ = report(&mut state, job, denied("random_get", None, "--allow-random"));
    does(&mut state, Action::KeepDenied(0));
    does(&mut state, Action::KeepDenied(9));
    let _ = report(&mut state, job, ended(Status::Exited(0)));
    let job = testing::job(&act(&mut state, Action::Run));
    let _ = report(&mut state, job, clock());
    let denials = run_view(&state)["denials"].clone();
    assert_eq!(denials.as_array().unwrap().len(), 1);
    assert_eq!((&denials[0]["kept"], &denials[0]["times"]), (&json!(true), &json!(2)));
}

#[test]
fn the_end_is_told_in_words() {
    let cases = [
        (Status::Exited(0), "", "Finished", Value::Null),
        (Status::Exited(3), "", "Ended with status 3", Value::Null),
        (Status::Exited(134), "wasmelt: trap: unreachable\n", "Trapped (status 134)", json!("trap: unreachable")),
        (Status::Exited(134), "", "Ended with status 134", Value::Null),
        (Status::Exited(124), "wasmelt: limit: time\n", "A limit was reached (status 124)", json!("limit: time")),
        (Status::Killed(31), "", "Killed by the sandbox (signal 31)", Value::Null),
        (Status::Killed(11), "", "Killed by signal 11", Value::Null),
    ];
    for (status, error, title, message) in cases {
        let (mut state, job) = running();
        let _ = report(&mut state, job, written(Stream::Error, error));
        let _ = report(&mut state, job, ended(status));
        let end = run_view(&state)["state"].clone();
        assert_eq!((&end["title"], &end["message"]), (&json!(title), &message));
        assert_eq!(end["failed"], json!(status != Status::Exited(0)));
        assert_eq!(end["usage"]["peak"], json!(1 << 20));
    }
}

#[test]
fn a_failure_to_build_is_shown() {
    let mut state = open_state(&[]);
    let job = job(&act(&mut state, Action::Run));
    let _ = report(&mut state, job, RunEvent::Ended(Err("error: no".to_owned())));
    assert_eq!(run_view(&state)["state"], json!({ "state": "failed", "text": "error: no" }));
    assert_eq!(run_view(&state)["can_run"], true);
}

#[test]
fn an_emulator_is_named() {
    let mut state = open_state(&[]);
    let job = job(&act(&mut state, Action::Run));
    let _ = report(&mut state, job, RunEvent::Began { emulator: Some("qemu-aarch64".to_owned()) });
    assert_eq!(run_view(&state)["state"]["emulator"], "qemu-aarch64");
    let _ = report(&mut state, job, ended(Status::Exited(0)));
    assert_eq!(run_view(&state)["state"]["emulator"], "qemu-aarch64");
}

/// A state in which a policy was learnt.
fn learnt() -> State {
    let mut state = open_state(&[]);
    does(&mut state, Action::EditText("# everything\nclocks = \"exact\"\n[[dir]]\nhost = \"a\"\n".to_owned()));
    let effects = act(&mut state, Action::Learn);
    assert_eq!(request(&effects).purpose, Purpose::Learn);
    let job = job(&effects);
    let learned = Policy { clocks: Clocks::Exact, ..Policy::default() };
    let _ = report(
        &mut state,
        job,
        RunEvent::Ended(Ok(Ended { status: Status::Exited(0), usage: USAGE, learned: Some(learned) })),
    );
    state
}

#[test]
fn what_was_learnt_is_shown_line_by_line_and_taken() {
    let mut state = learnt();
    let line = |mark: &str, text: &str| json!({ "mark": mark, "text": text });
    let expected = json!({
        "is_same": false,
        "lines": [
            line("kept", "clocks = \"exact\""),
            line("removed", ""),
            line("removed", "[[dir]]"),
            line("removed", "host = \"a\""),
            line("removed", "guest = \"a\""),
            line("removed", "access = \"read\""),
        ],
    });
    assert_eq!(run_view(&state)["learned"], expected);
    does(&mut state, Action::UseLearned);
    assert_eq!(state.grants.draft.text(), "clocks = \"exact\"\n");
    assert_eq!(run_view(&state)["learned"], Value::Null);
}

#[test]
fn what_was_learnt_can_be_forgotten() {
    let mut state = learnt();
    let before = state.grants.policy();
    does(&mut state, Action::DiscardLearned);
    does(&mut state, Action::UseLearned);
    assert_eq!(state.grants.policy(), before);
}

#[test]
fn nothing_is_learnt_from_a_program_that_was_stopped() {
    let mut state = open_state(&[]);
    let job = job(&act(&mut state, Action::Learn));
    let _ = report(&mut state, job, RunEvent::Began { emulator: None });
    let end = Ended { status: Status::Stopped, usage: USAGE, learned: Some(Policy::default()) };
    let _ = report(&mut state, job, RunEvent::Ended(Ok(end)));
    assert_eq!(run_view(&state)["learned"], Value::Null);
}

#[test]
fn another_module_stops_what_runs_and_keeps_the_policy() {
    let (mut state, job) = running();
    let policy = state.grants.policy();
    let effects = update(&mut state, crate::Action::Module(module::Action::Open(Origin::Sample(&SAMPLES[0]))));
    assert!(effects.contains(&Effect::Cancel { generation: job }));
    assert_eq!(report(&mut state, job, written(Stream::Output, "late")), []);
    assert!(state.grants.run.console.lines().is_empty());
    assert_eq!((state.grants.policy(), &state.grants.run.phase), (policy, &Phase::Idle));
}

#[test]
fn reports_of_other_jobs_change_nothing() {
    let (mut state, job) = running();
    assert_eq!(report(&mut state, job.next(), ended(Status::Exited(0))), []);
    assert_eq!(run_view(&state)["state"]["state"], "running");
    assert_eq!(view(&state).cards[0].card, Card::Files);
}
