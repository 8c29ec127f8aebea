//! Opening modules, and building them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use eframe::{
    App, Storage,
    egui::{DroppedFile, Event, Key, Modifiers},
};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use wasmelt_workbench::Workbench;
use wasmelt_workbench_model::{Page, pages::module::Module, shell::Theme};

use crate::{click, start, start_with_picker, wait_for};

#[derive(Debug)]
struct Dropped(PathBuf);

impl DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_file(harness: &mut Harness<'_, Workbench>, path: PathBuf) {
    harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    harness.step();
}

/// Presses Control and `key`.
fn press(harness: &mut Harness<'_, Workbench>, key: Key) {
    harness.key_press_modifiers(Modifiers::COMMAND, key);
    harness.step();
    harness.step();
}

/// Opens the palette, types, and takes the best match.
fn command(harness: &mut Harness<'_, Workbench>, text: &str) {
    press(harness, Key::K);
    harness.event(Event::Text(text.to_owned()));
    harness.step();
    harness.step();
    harness.key_press(Key::Enter);
    harness.step();
    harness.step();
}

fn open_hello(harness: &mut Harness<'_, Workbench>) {
    click(harness, "Sample: Hello");
    wait_for(harness, "Uses standard streams");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn open_a_sample_and_build_it_for_both_targets() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = start(folder.path());
    harness.get_by_label("No module is open");
    open_hello(&mut harness);
    click(&mut harness, "Uses standard streams and what is open (1)");
    harness.run();
    harness.get_by_label_contains("fd_write  function");
    harness.get_by_label_contains("_start  function");

    click(&mut harness, "Targets");
    let host = wasmelt_targets::Architecture::host().map(|host| format!("{host}-linux"));
    let mut expected = Vec::new();
    for target in ["aarch64-linux", "x86_64-linux"] {
        let cell = format!("{target}, bounds auto, optimise speed");
        let node = harness.get_by_label(&cell);
        if node.accesskit_node().is_disabled() {
            wasmelt_testing::skip(&format!("the runtime for {target} is not there"));
            continue;
        }
        expected.push(format!("hello-{target}"));
        // The host's is ticked already.
        if host.as_deref() != Some(target) {
            click(&mut harness, &cell);
        }
    }
    click(&mut harness, "Build");
    wait_for(&mut harness, "Built ");
    wait_for(&mut harness, "Reproducible: ");
    while harness.query_all_by_label_contains("Reproducible: ").count() < expected.len() {
        harness.step();
    }
    assert_eq!(names(folder.path()), expected);
    if let Some(host) = host {
        let output = Command::new(folder.path().join(format!("hello-{host}"))).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "Hello from Wasmelt\n");
    }
}

#[test]
fn what_a_build_was_asked_for_can_be_exported() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = start(folder.path());
    open_hello(&mut harness);
    press(&mut harness, Key::B);
    wait_for(&mut harness, "Reproducible: ");
    for (button, told) in [("Object", "Object: wrote"), ("Policy file", "Policy file: wrote")] {
        click(&mut harness, button);
        wait_for(&mut harness, told);
    }
    let names = names(folder.path());
    assert!(names.iter().any(|name| name.ends_with(".o")), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with(".policy.toml")), "{names:?}");
    click(&mut harness, "Copy command");
    harness.get_by_label_contains("wasmelt build hello.wat --target ");
}

#[test]
fn a_dropped_file_that_is_no_module_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.wasm");
    fs::write(&file, b"neither one nor the other").unwrap();
    let mut harness = start(folder.path());
    drop_file(&mut harness, file.clone());
    wait_for(&mut harness, &format!("Cannot open {}", file.display()));
    harness.get_by_label_contains("error[E0");
}

#[test]
fn a_file_is_opened_by_its_path_and_again_from_the_recent_ones() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.wat");
    fs::write(&file, b"(module $nothing)").unwrap();
    let mut harness = start(folder.path());
    let field = harness.get_by_label("Module:");
    field.focus();
    field.type_text(&file.display().to_string());
    harness.run();
    click(&mut harness, "Open");
    wait_for(&mut harness, "Exports (0)");

    command(&mut harness, "close the module");
    wait_for(&mut harness, "Opened before");
    click(&mut harness, &file.display().to_string());
    wait_for(&mut harness, "Exports (0)");
}

#[test]
fn a_file_is_chosen_in_a_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chosen.wat");
    fs::write(&file, b"(module $chosen)").unwrap();
    let mut harness = start_with_picker(folder.path(), Arc::new(move |_| Ok(Some(file.clone()))));
    click(&mut harness, "Browse…");
    wait_for(&mut harness, "Exports (0)");
}

#[test]
fn a_desktop_without_dialogs_is_told() {
    let mut harness = start_with_picker(Path::new("."), Arc::new(|_| Err("There is no dialog.".to_owned())));
    press(&mut harness, Key::O);
    wait_for(&mut harness, "There is no dialog.");
    click(&mut harness, "Dismiss");
    harness.run();
    assert!(harness.query_by_label("There is no dialog.").is_none());
}

#[test]
fn commands_are_found_by_name() {
    let mut harness = start(Path::new("."));
    command(&mut harness, "sample trap");
    wait_for(&mut harness, "Nothing: it has no imports.");
    command(&mut harness, "dark");
    assert_eq!(harness.state().state().shell.theme, Theme::Dark);
    press(&mut harness, Key::Plus);
    assert_eq!(harness.state().state().shell.scale.percent(), 110);
    press(&mut harness, Key::Num2);
    harness.get_by_label("Folder for executables:");
}

#[test]
fn functions_have_names_and_sizes_in_the_treemap() {
    let mut harness = start(Path::new("."));
    command(&mut harness, "sample trap");
    wait_for(&mut harness, "Largest functions");
    let name = harness.query_all_by_label_contains("average, ").next();
    assert!(name.is_some(), "{harness:?}");
}

#[test]
fn a_function_of_the_treemap_leads_to_its_code() {
    let mut harness = start(Path::new("."));
    command(&mut harness, "sample trap");
    wait_for(&mut harness, "Largest functions");
    harness.get_by_label_contains("average, ").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state().page, Page::Explore);
    wait_for(&mut harness, "call $divide");
}

#[test]
fn without_a_target_there_is_nothing_to_build() {
    let mut harness = start(Path::new("."));
    open_hello(&mut harness);
    click(&mut harness, "Targets");
    assert!(!harness.get_by_label("Build").accesskit_node().is_disabled());
    click(&mut harness, "Clear");
    harness.run();
    assert!(harness.get_by_label("Build").accesskit_node().is_disabled());
}

#[derive(Default)]
struct Memory(BTreeMap<String, String>);

impl Storage for Memory {
    fn get_string(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }

    fn set_string(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), value);
    }

    fn remove_string(&mut self, key: &str) {
        self.0.remove(key);
    }

    fn flush(&mut self) {}
}

#[test]
fn a_session_is_stored_and_comes_back() {
    let mut storage = Memory::default();
    let mut harness = start(Path::new("/dist"));
    click(&mut harness, "Targets");
    click(&mut harness, "Clear");
    harness.state_mut().save(&mut storage);

    let mut harness = start(Path::new("."));
    harness.state_mut().restore(&storage);
    let state = harness.state().state();
    assert_eq!((state.page, &*state.targets.output_folder), (Page::Targets, Path::new("/dist")));
    assert!(state.targets.cells.iter().all(|cell| !cell.ticked));
    assert!(matches!(state.module.module, Module::Empty));
}
