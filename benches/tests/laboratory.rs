//! The laboratory as a whole, with whatever rivals this machine has. In a process of its own, like `floor.rs`.

use std::ops::ControlFlow;

use wasmelt_benches::{
    laboratory::{Progress, Request, startup},
    samples,
    startup::{PageCache, Plan},
};

#[test]
fn hello_is_compared_with_the_floor_and_whatever_there_is() {
    let request = Request {
        source: samples::hello(),
        arguments: Vec::new(),
        native: Some("/bin/true".into()),
        plan: Plan { warm_up: 0, rounds: 2, page_cache: PageCache::Warm },
        pin: true,
        search: None,
    };
    let mut rounds = 0;
    let report = startup(&request, &mut |progress| {
        if let Progress::Rounds { done, of: 2, totals } = progress {
            assert!(totals.len() >= 4);
            rounds = done;
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(rounds, 2);
    assert_eq!(report.unmarked, None);
    let names: Vec<_> = report.entries.iter().map(|entry| entry.row.name.as_str()).collect();
    assert_eq!(names[..4], ["floor", "wasmelt, sandbox off", "wasmelt", "native"]);
    for entry in &report.entries {
        assert_eq!(entry.row.first_instruction.is_none(), entry.row.name == "native", "{}", entry.row.name);
        assert!(entry.usage.is_some(), "{}", entry.row.name);
    }
    let named: Vec<_> = names.iter().copied().chain(report.missing.iter().map(|rival| rival.name.as_str())).collect();
    for rival in ["wasmtime", "wasmer", "iwasm", "wasm3", "wazero", "node", "bwrap", "crun", "runc", "podman", "docker"]
    {
        let rival = if rival == "bwrap" && named.contains(&"bubblewrap") { "bubblewrap" } else { rival };
        assert!(named.iter().any(|name| name.starts_with(rival)), "{rival} is neither measured nor missing");
    }
}
