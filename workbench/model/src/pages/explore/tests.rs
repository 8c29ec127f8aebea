//! Finding functions and following what becomes of them; no job runs here, but what jobs do is done.

use std::sync::Arc;

use serde_json::json;
use wasmelt_driver::{Bounds, Optimization, Source};
use wasmelt_targets::{Architecture, Target};

use super::*;
use crate::{
    Effect, Event, ExploreEvent, Generation, Job, Page, State,
    pages::module::{self, Module, Opened, Origin, SAMPLES, Summary},
    testing, update,
};

const MODULE: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory 1)
    (func $leaf (param i32) (result i32) (i32.load (local.get 0)))
    (func $_start (export "_start") (drop (call $leaf (i32.const 8))) (call $exit (i32.const 0))))"#;

const LEAF: u32 = 1;
const START: u32 = 2;

fn x86_64() -> Variant {
    Variant::of(Target::baseline(Architecture::X86_64))
}

/// A state that shows the functions of `MODULE`, and the effects of coming to that.
fn exploring() -> (State, Vec<Effect>) {
    let mut state = testing::state();
    let source = Source::from_bytes("module.wat", MODULE.as_bytes());
    let summary = Summary::new(&source, &wasmelt_driver::parse(&source).unwrap());
    state.module.module = Module::Open(Arc::new(Opened { path: None, source: Arc::new(source), summary }));
    state.explore.left = x86_64();
    let effects = update(&mut state, crate::Action::Show(Page::Explore));
    let [Effect::Start { generation, job: Job::Survey { source } }] = &effects[..] else { panic!("{effects:?}") };
    let survey = Survey::of(Arc::clone(source)).unwrap();
    let effects = report(&mut state, *generation, ExploreEvent::Surveyed(Ok(Arc::new(survey))));
    (state, effects)
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, crate::Action::Explore(action))
}

fn report(state: &mut State, job: Generation, event: ExploreEvent) -> Vec<Effect> {
    testing::report(state, job, Event::Explore(event))
}

/// Does what the jobs of `effects` would do, and those that follow from it; how many there were.
fn perform(state: &mut State, effects: Vec<Effect>) -> usize {
    let mut count = 0;
    for effect in effects {
        let Effect::Start { generation, job } = effect else { continue };
        let event = match job {
            Job::Dissect { survey, function, variant } => {
                ExploreEvent::Dissected(Ok(Arc::new(Columns::of(&survey, function, variant).unwrap())))
            }
            Job::Align { left, right } => ExploreEvent::Aligned(Ok(Arc::new(Diff::of(&left, &right)))),
            other => panic!("{other:?}"),
        };
        let next = report(state, generation, event);
        count += 1 + perform(state, next);
    }
    count
}

fn columns(state: &State) -> &Columns {
    match view(state).left.columns {
        ColumnsView::Ready { columns } => columns,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_function_can_be_asked_for_before_the_functions_are_known() {
    for (asked, selected) in [(START, START), (99, LEAF)] {
        let (mut state, _) = exploring();
        state.explore.survey = SurveyState::Unknown;
        state.page = Page::Module;
        let effects = act(&mut state, Action::Open(asked));
        assert_eq!(state.page, Page::Explore);
        let [Effect::Start { generation, job: Job::Survey { source } }] = &effects[..] else { panic!("{effects:?}") };
        let survey = Survey::of(Arc::clone(source)).unwrap();
        let _ = report(&mut state, *generation, ExploreEvent::Surveyed(Ok(Arc::new(survey))));
        assert_eq!(state.explore.selected, Some(selected));
    }
}

#[test]
fn a_function_that_is_asked_for_from_another_page_is_shown() {
    let (mut state, _) = exploring();
    state.page = Page::Module;
    let _ = act(&mut state, Action::Open(START));
    assert_eq!((state.page, state.explore.selected), (Page::Explore, Some(START)));
}

#[test]
fn functions_are_read_when_the_page_is_shown() {
    let mut state = testing::open_state(&[]);
    assert!(matches!(state.explore.survey, SurveyState::Unknown));
    let effects = update(&mut state, crate::Action::Show(Page::Explore));
    assert_eq!(effects.len(), 1);
    assert_eq!(view(&state).status, StatusView::Reading);
    // Nothing is asked for twice.
    assert_eq!(update(&mut state, crate::Action::Show(Page::Explore)), []);
    let text = "error".to_owned();
    assert_eq!(report(&mut state, testing::job(&effects), ExploreEvent::Surveyed(Err(text))), []);
    assert_eq!(view(&state).status, StatusView::Failed { text: "error" });
}

#[test]
fn without_a_module_there_is_nothing_to_explore() {
    let mut state = testing::state();
    assert_eq!(update(&mut state, crate::Action::Show(Page::Explore)), []);
    assert_eq!(view(&state).status, StatusView::NoModule);
}

#[test]
fn the_first_function_with_code_is_looked_at() {
    let (mut state, effects) = exploring();
    assert_eq!(state.explore.selected, Some(LEAF));
    assert_eq!(view(&state).left.columns, ColumnsView::Waiting);
    assert_eq!(perform(&mut state, effects), 1);
    let columns = columns(&state);
    let load = columns.text.iter().find(|line| line.text.contains("i32.load")).unwrap();
    assert_eq!(load.mark, Some(LineMark::Trap("out of bounds memory access")));
    for lines in [&columns.clif, &columns.code] {
        assert!(lines.iter().any(|line| line.offset == load.offset && line.shade == load.shade), "{lines:#?}");
    }
}

#[test]
fn functions_are_found_by_name_and_index() {
    let (mut state, _) = exploring();
    for (search, found) in [("", &[0, 1, 2][..]), ("LEAF", &[1]), (" 2 ", &[2]), ("proc", &[]), ("no such", &[])] {
        let _ = act(&mut state, Action::Search(search.to_owned()));
        assert_eq!(state.explore.matches, found, "{search}");
    }
    let _ = act(&mut state, Action::Search(String::new()));
    let _ = act(&mut state, Action::Sort(Order::Size));
    assert_eq!(state.explore.matches, [2, 1, 0]);
    let _ = act(&mut state, Action::Sort(Order::Name));
    assert_eq!(state.explore.matches, [2, 0, 1]);
}

#[test]
fn callees_are_followed_and_left_again() {
    let (mut state, _) = exploring();
    let _ = act(&mut state, Action::Select(START));
    let selected = view(&state).selected.unwrap();
    assert_eq!((selected.callers, selected.callees, selected.can_go_back), (vec![], vec![0, LEAF], true));
    let _ = act(&mut state, Action::Select(LEAF));
    assert_eq!(view(&state).selected.unwrap().callers, [START]);
    let _ = act(&mut state, Action::Back);
    let _ = act(&mut state, Action::Back);
    assert_eq!(state.explore.selected, Some(LEAF));
    let _ = act(&mut state, Action::Back);
    let _ = act(&mut state, Action::Select(99));
    assert_eq!(state.explore.selected, Some(LEAF));
}

#[test]
fn what_was_compiled_is_kept() {
    let (mut state, effects) = exploring();
    perform(&mut state, effects);
    let effects = act(&mut state, Action::Select(START));
    assert_eq!(perform(&mut state, effects), 1);
    assert_eq!(act(&mut state, Action::Select(LEAF)), []);
    let arm = Variant::of(Target::baseline(Architecture::Aarch64)).options_of(Dial::Target).1;
    let choose = Action::Choose { side: Side::Left, dial: Dial::Target, option: arm };
    let effects = act(&mut state, choose);
    assert_eq!(perform(&mut state, effects), 1);
    assert!(columns(&state).code.iter().any(|line| line.text.starts_with("ldr")), "{:#?}", columns(&state).code);
}

#[test]
fn what_is_kept_has_limits() {
    let mut cache = Cache::default();
    let mut job = Generation::default();
    for function in 0..1000 {
        job = job.next();
        cache.wait(function, x86_64(), job);
    }
    assert_eq!(cache.len(), 48);
    assert!(cache.get(999, x86_64()).is_some() && cache.get(0, x86_64()).is_none());

    let line = Line { offset: None, address: None, text: String::new(), mark: None, shade: None };
    let large = Columns { text: vec![line; 300_000], clif: Vec::new(), code: Vec::new(), code_bytes: 0, problem: None };
    cache.enter(job, Ok(Arc::new(large.clone())));
    job = job.next();
    cache.wait(1000, x86_64(), job);
    cache.enter(job, Ok(Arc::new(large)));
    // The last two may be shown beside one another.
    assert_eq!(cache.len(), 2);
    assert!([999, 1000].iter().all(|&function| matches!(cache.get(function, x86_64()), Some(Slot::Ready(_)))));
}

#[test]
fn two_builds_are_aligned_by_their_operators() {
    let (mut state, effects) = exploring();
    perform(&mut state, effects);
    let effects = act(&mut state, Action::Contrast(Contrast::Bounds));
    // Both builds, since neither is the one that was chosen before, and their alignment.
    assert_eq!(perform(&mut state, effects), 3);
    let shown = view(&state);
    let DiffView::Ready { diff, same_architecture: true } = shown.diff else { panic!("{:?}", shown.diff) };
    let operators = diff.rows.iter().filter_map(|row| match row {
        DiffRow::Operator { text, .. } => Some(text.as_str()),
        _ => None,
    });
    let operators: Vec<_> = operators.collect();
    assert!(operators.contains(&"i32.load"), "{operators:?}");
    let (ColumnsView::Ready { columns: left }, ColumnsView::Ready { columns: right }) =
        (&shown.left.columns, &shown.right.columns)
    else {
        panic!("not compiled")
    };
    let sides = |row: &DiffRow| match *row {
        DiffRow::Operator { .. } => (None, None),
        DiffRow::Same { left, right } => (Some(left), Some(right)),
        DiffRow::Different { left, right } => (left, right),
    };
    let mut lefts: Vec<_> = diff.rows.iter().filter_map(|row| sides(row).0).collect();
    let mut rights: Vec<_> = diff.rows.iter().filter_map(|row| sides(row).1).collect();
    lefts.sort_unstable();
    rights.sort_unstable();
    assert!(lefts.into_iter().eq(0..left.code.len()) && rights.into_iter().eq(0..right.code.len()));
    assert!(right.code.iter().any(|line| line.mark == Some(LineMark::Check)));
    assert!(left.code.iter().all(|line| line.mark != Some(LineMark::Check)));
}

#[test]
fn a_build_differs_in_nothing_from_itself() {
    let (mut state, effects) = exploring();
    perform(&mut state, effects);
    let columns = columns(&state);
    let different = |row: &DiffRow| matches!(row, DiffRow::Different { .. });
    assert!(!Diff::of(columns, columns).rows.iter().any(different));
}

#[test]
fn what_only_one_side_has_stands_beside_what_the_other_has_instead() {
    let code = |texts: &[&str]| {
        let line = |(at, text): (u32, &&str)| Line {
            offset: Some(7),
            address: Some(at),
            text: (*text).to_owned(),
            mark: None,
            shade: Some(0),
        };
        let code = (0..).zip(texts).map(line).collect();
        Columns { text: Vec::new(), clif: Vec::new(), code, code_bytes: 0, problem: None }
    };
    let rows = Diff::of(&code(&["push", "mov a", "ret"]), &code(&["push", "mov b", "nop", "ret"])).rows;
    let expected = [
        DiffRow::Same { left: 0, right: 0 },
        DiffRow::Different { left: Some(1), right: Some(1) },
        DiffRow::Different { left: None, right: Some(2) },
        DiffRow::Same { left: 2, right: 3 },
    ];
    assert_eq!(rows[1..], expected);
}

#[test]
fn contrasts_change_one_thing() {
    let of = |contrast| x86_64().contrasted(contrast);
    let (left, right) = of(Contrast::Architectures);
    assert_eq!((left.target.architecture, right.target.architecture), (Architecture::X86_64, Architecture::Aarch64));
    let (left, right) = of(Contrast::Bounds);
    assert_eq!((left.bounds, right.bounds), (Bounds::Guard, Bounds::Explicit));
    let (left, right) = of(Contrast::Optimizations);
    assert_eq!((left.optimization, right.optimization), (Optimization::None, Optimization::Speed));
    assert_eq!(Variant { optimization: right.optimization, ..left }, right);
}

#[test]
fn what_cannot_be_compiled_has_a_text() {
    let text = r#"(module (import "unknown" "f" (func $f)) (func (call $f)))"#;
    let source = Arc::new(Source::from_bytes("a.wat", text.as_bytes()));
    let columns = Columns::of(&Survey::of(source).unwrap(), 1, x86_64()).unwrap();
    assert!(columns.text.iter().any(|line| line.text.contains("call $f")), "{columns:#?}");
    assert!(columns.problem.unwrap().contains("nothing provides `f` from `unknown`"));
}

#[test]
fn operators_are_pinned_and_let_go() {
    let (mut state, _) = exploring();
    let pin = |offset| Action::Pin { offset, pane: Pane::Text };
    let _ = act(&mut state, pin(70));
    assert_eq!(view(&state).highlighted, Some(70));
    let _ = act(&mut state, Action::Point(Some(80)));
    assert_eq!(view(&state).highlighted, Some(80));
    let _ = act(&mut state, Action::Point(None));
    let pinned = serde_json::to_value(view(&state).pinned).unwrap();
    assert_eq!(pinned, json!({ "offset": 70, "pane": "text", "click": 1 }));
    let _ = act(&mut state, pin(70));
    assert_eq!(view(&state).highlighted, None);
}

#[test]
fn another_module_is_another_list() {
    let (mut state, effects) = exploring();
    let _ = act(&mut state, Action::Search("leaf".to_owned()));
    let _ = update(&mut state, crate::Action::Module(module::Action::Open(Origin::Sample(&SAMPLES[0]))));
    assert!(matches!(state.explore.survey, SurveyState::Unknown));
    assert_eq!(state.explore.search, "leaf");
    // What was compiled for the other module arrives too late.
    let late = ExploreEvent::Dissected(Err("too late".to_owned()));
    assert_eq!(report(&mut state, testing::job(&effects), late), []);
    assert_eq!(state.explore.cache.len(), 0);
}

#[test]
fn the_page_is_plain_data() {
    let (state, _) = exploring();
    let view = serde_json::to_value(view(&state)).unwrap();
    let function = |index, name, size| json!({ "index": index, "name": name, "size": size });
    let functions =
        json!([function(0, "exit", None::<u32>), function(1, "leaf", Some(7)), function(2, "_start", Some(11))]);
    assert_eq!(view["functions"], functions);
    assert_eq!(view["status"], json!({ "state": "known" }));
    assert_eq!(view["selected"]["callers"], json!([2]));
    assert_eq!(view["left"]["columns"], json!({ "state": "waiting" }));
    assert_eq!(
        view["left"]["choices"][1],
        json!({ "dial": "bounds", "options": ["auto", "guard", "explicit"], "chosen": 0 })
    );
}
