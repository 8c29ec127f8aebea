//! Looks, shortcuts, the palette, dialogs and sessions; no job runs here.

use std::path::PathBuf;

use serde_json::json;

use super::{Action, PaletteAction, Session, Shortcut, Theme, Zoom};
use crate::{
    Effect, Event, Job, Page, Purpose, State,
    pages::{module, targets},
    testing::{job, open_state, report, state},
    update, view,
};

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, crate::Action::Shell(action))
}

fn press(state: &mut State, key: &'static str) -> Vec<Effect> {
    act(state, Action::Press(Shortcut::control(key)))
}

fn palette(state: &mut State, actions: impl IntoIterator<Item = PaletteAction>) -> Vec<Effect> {
    actions.into_iter().flat_map(|action| act(state, Action::Palette(action))).collect()
}

fn edit(text: &str) -> PaletteAction {
    PaletteAction::Edit(text.to_owned())
}

#[test]
fn the_scale_goes_by_steps_and_has_ends() {
    let mut state = state();
    let zoom = |state: &mut State, zoom, times| {
        (0..times).for_each(|_| assert_eq!(act(state, Action::Zoom(zoom)), []));
        state.shell.scale.percent()
    };
    assert_eq!(zoom(&mut state, Zoom::In, 1), 110);
    assert_eq!(zoom(&mut state, Zoom::In, 50), 250);
    assert_eq!(zoom(&mut state, Zoom::Out, 50), 50);
    assert_eq!(zoom(&mut state, Zoom::Reset, 1), 100);
}

#[test]
fn shortcuts_do_what_their_commands_do() {
    let mut state = open_state(&[0]);
    let _ = press(&mut state, "3");
    assert_eq!(state.page, Page::Grants);
    // The plus is on the key of the equals sign.
    let _ = press(&mut state, "Equals");
    assert_eq!(state.shell.scale.percent(), 110);
    assert_eq!(press(&mut state, "B").len(), 1);
    assert_eq!(state.page, Page::Targets);
    assert!(state.targets.builds.len() == 1);
}

#[test]
fn shortcuts_of_what_cannot_be_done_now_are_not_known() {
    let state = state();
    assert!(!Shortcut::control("B").is_known(&state));
    assert!(!Shortcut { control: false, ..Shortcut::control("O") }.is_known(&state));
    assert!(Shortcut::control("O").is_known(&state) && Shortcut::control("P").is_known(&state));
}

#[test]
fn no_two_commands_have_the_same_shortcut_or_title() {
    let commands = super::command::commands(&open_state(&[0]));
    for (at, command) in commands.iter().enumerate() {
        for other in &commands[at + 1..] {
            assert_ne!(command.title, other.title);
            assert!(command.shortcut.is_none() || command.shortcut != other.shortcut, "{command:?} {other:?}");
        }
    }
}

#[test]
fn the_palette_does_what_is_chosen_and_closes() {
    let mut state = state();
    let _ = press(&mut state, "K");
    let effects = palette(&mut state, [edit("trap"), PaletteAction::Accept]);
    let Some(Effect::Start { job: Job::Open { origin: module::Origin::Sample(sample) }, .. }) = effects.first() else {
        panic!("{effects:?}")
    };
    assert_eq!(sample.title, "Trap");
    assert_eq!(state.shell.palette, None);
}

#[test]
fn the_choice_stays_among_what_matches() {
    let mut state = state();
    let _ = press(&mut state, "P");
    let _ = palette(&mut state, [edit("zoom")].into_iter().chain((0..9).map(|_| PaletteAction::Next)));
    let entries = view(&state).shell.palette.unwrap().entries;
    let chosen: Vec<_> = entries.iter().filter(|entry| entry.selected).map(|entry| entry.title.as_str()).collect();
    assert_eq!((entries.len(), &chosen[..]), (3, &["Reset the zoom"][..]));
    let _ = palette(&mut state, [PaletteAction::Previous, PaletteAction::Accept]);
    assert_eq!(state.shell.scale.percent(), 90);
}

#[test]
fn nothing_is_done_where_nothing_matches() {
    let mut state = state();
    let effects = palette(&mut state, [PaletteAction::Toggle, edit("qqqq"), PaletteAction::Accept]);
    assert_eq!((effects.len(), &state.shell.palette), (0, &None));
}

#[test]
fn the_palette_is_plain_data() {
    let mut state = state();
    let _ = palette(&mut state, [PaletteAction::Toggle, edit("go com")]);
    let shell = serde_json::to_value(view(&state).shell).unwrap();
    let entries = [json!({ "title": "Go to Compare", "shortcut": "Ctrl+4", "selected": true })];
    let expected = json!({
        "theme": "system",
        "scale": 100,
        "palette": { "query": "go com", "entries": entries },
        "notice": null,
        "dialog": false,
    });
    assert_eq!(shell, expected);
}

#[test]
fn a_chosen_file_is_opened() {
    let mut state = state();
    let dialog = job(&press(&mut state, "O"));
    assert!(view(&state).shell.dialog);
    assert_eq!(press(&mut state, "O"), []);
    let event = Event::Picked { purpose: Purpose::OpenModule, result: Ok(Some(PathBuf::from("/a.wasm"))) };
    let effects = report(&mut state, dialog, event.clone());
    let origin = module::Origin::File(PathBuf::from("/a.wasm"));
    assert_eq!(effects, [Effect::Start { generation: job(&effects), job: Job::Open { origin } }]);
    // Nobody waits for it any more.
    assert_eq!(report(&mut state, dialog, event), []);
}

#[test]
fn a_dialog_that_there_is_not_is_told() {
    let mut state = state();
    let dialog = job(&press(&mut state, "O"));
    let event = Event::Picked { purpose: Purpose::OpenModule, result: Err("no dialog".to_owned()) };
    assert_eq!(report(&mut state, dialog, event), []);
    assert_eq!(view(&state).shell.notice, Some("no dialog"));
    assert!(!view(&state).shell.dialog);
    let _ = act(&mut state, Action::Dismiss);
    assert_eq!(view(&state).shell.notice, None);
}

#[test]
fn a_dialog_that_is_closed_changes_nothing() {
    let mut state = state();
    let dialog = job(&press(&mut state, "O"));
    assert_eq!(report(&mut state, dialog, Event::Picked { purpose: Purpose::OpenModule, result: Ok(None) }), []);
    assert!(matches!(state.module.module, module::Module::Empty));
}

#[test]
fn a_session_comes_back() {
    let mut before = state();
    before.page = Page::Explore;
    before.module.recent.add(PathBuf::from("/a.wasm"));
    let _ = act(&mut before, Action::Theme(Theme::Dark));
    let _ = act(&mut before, Action::Zoom(Zoom::In));
    let _ = update(&mut before, crate::Action::Targets(targets::Action::Tick { cell: 1, ticked: true }));
    let _ = update(&mut before, crate::Action::Targets(targets::Action::EditOutputFolder("/dist".to_owned())));
    let session = Session::of(&before);

    let mut after = state();
    Session::parse(&session.to_text()).unwrap().restore(&mut after);
    assert_eq!(Session::of(&after), session);
    assert_eq!((after.page, after.shell.theme), (Page::Explore, Theme::Dark));
    assert!(after.targets.cells[1].ticked && !after.targets.cells[0].ticked);
}

#[test]
fn a_bad_session_is_ignored() {
    let text = Session::of(&state()).to_text();
    assert!(Session::parse(&text).is_some());
    for bad in ["", "{}", "[1, 2]", &text[1..], &text.replace("\"version\":1", "\"version\":2")] {
        assert_eq!(Session::parse(bad), None, "{bad}");
    }
}

#[test]
fn a_session_does_not_tick_what_cannot_be_built() {
    let mut before = state();
    before.targets.cells[2].unavailable = None;
    before.targets.cells[2].ticked = true;
    let mut after = state();
    Session::of(&before).restore(&mut after);
    assert!(!after.targets.cells[2].ticked);
}
