//! What modules import and their policy grants nothing of, where that is a surprise.
//!
//! A program that is denied a file, an argument or a variable finds that it is not there, which it can tell itself; and
//! nearly every program of a C library imports functions for them. Clocks and random bytes are always there elsewhere, so
//! few programs ask whether they are: C's `time` answers −1, Rust's maps end the program. And what accepts connections does
//! nothing else.

use std::collections::BTreeSet;

use wasmelt_abi::find_host_function;
use wasmelt_policy::{Policy, family};

use super::{Code, Diagnostic};

/// Families, their functions that are told of, and the flag that grants them.
const TOLD: [(u16, &[&str], &str); 3] = [
    (family::CLOCKS, &["clock_time_get", "clock_res_get"], "--allow-clock"),
    (family::RANDOM, &["random_get"], "--allow-random"),
    (family::SOCKETS, &["sock_accept"], "--allow-listen=ADDRESS"),
];

/// The note that the program in `file` imports what `policy` grants nothing of; `imports` are modules and names.
pub(crate) fn ungranted<'m>(
    imports: impl Iterator<Item = (&'m str, &'m str)>,
    policy: &Policy,
    file: &str,
) -> Option<Diagnostic> {
    let imported: BTreeSet<&str> =
        imports.filter_map(|(module, name)| Some(find_host_function(module, name)?.name)).collect();
    let granted = policy.needed_families();
    let (mut functions, mut flags) = (Vec::new(), Vec::new());
    for (_, told, flag) in TOLD.iter().filter(|(family, ..)| family & granted == 0) {
        let before = functions.len();
        functions.extend(told.iter().copied().filter(|name| imported.contains(name)));
        if functions.len() > before {
            flags.push(*flag);
        }
    }
    let message = format_args!("it imports {}, which nothing is granted to: calls will fail", functions.join(", "));
    (!functions.is_empty())
        .then(|| Diagnostic::note(Code::NotGranted, message).in_file(file).with_help(flags.join(" ")))
}

#[cfg(test)]
mod tests {
    use wasmelt_policy::{Clocks, Randomness};

    use super::*;

    fn note(names: &[&str], policy: &Policy) -> Option<String> {
        let imports = names.iter().map(|&name| ("wasi_snapshot_preview1", name));
        ungranted(imports, policy, "a.wasm").map(|note| note.to_string())
    }

    #[test]
    fn what_is_not_granted_and_surprises_is_told_in_one_line() {
        let nothing = Policy::default();
        let usual = ["args_get", "environ_get", "fd_write", "fd_prestat_get", "path_open", "poll_oneoff", "sock_send"];
        assert_eq!(note(&usual, &nothing), None);
        let expected = "note[E0206]: a.wasm: it imports clock_time_get, random_get, which nothing is granted to: \
                        calls will fail (--allow-clock --allow-random)\n";
        assert_eq!(note(&["random_get", "fd_write", "clock_time_get"], &nothing).as_deref(), Some(expected));
        let granted = Policy { clocks: Clocks::Coarse, randomness: Randomness::Seeded(1), ..Policy::default() };
        assert_eq!(note(&["random_get", "clock_time_get"], &granted), None);
        assert!(note(&["sock_accept", "random_get"], &granted).unwrap().contains("sock_accept, which"));
    }
}
