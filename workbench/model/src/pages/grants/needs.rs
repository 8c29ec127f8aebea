//! What a module asks for, as its imports tell.

use super::Card;
use crate::pages::module::ImportGroup;

/// Names of the module that hosts offer their functions under.
const HOSTS: [&str; 2] = ["wasi_snapshot_preview1", "wasi_unstable"];

/// Functions of WASI by the card that serves them, with what they are for; of what fits, the first is told.
const NEEDS: &[(Card, &[&str], &str)] = &[
    (
        Card::Files,
        &[
            "path_create_directory",
            "path_link",
            "path_remove_directory",
            "path_rename",
            "path_symlink",
            "path_unlink_file",
        ],
        "opens files, and may create and remove them",
    ),
    (Card::Files, &["path_open", "path_filestat_get", "path_readlink", "fd_readdir"], "opens files"),
    (Card::Network, &["sock_accept"], "accepts connections"),
    (Card::Environment, &["environ_get"], "reads environment variables"),
    (Card::Arguments, &["args_get"], "reads its arguments"),
    (Card::Streams, &["fd_read", "fd_write", "fd_pread", "fd_pwrite"], "reads or writes streams"),
    (Card::Clocks, &["clock_time_get", "clock_res_get"], "reads the time"),
    (Card::Random, &["random_get"], "takes random bytes"),
];

/// What a module with these imports asks of `card`, in plain words.
pub(super) fn asks_for(imports: &[ImportGroup], card: Card) -> Option<&'static str> {
    let groups = imports.iter().filter(|group| HOSTS.contains(&group.module.as_str()));
    let names: Vec<&str> = groups.flat_map(|group| &group.items).map(|item| item.name.as_str()).collect();
    let fits = |wanted: &[&str]| wanted.iter().any(|name| names.contains(name));
    NEEDS.iter().find(|(of, wanted, _)| *of == card && fits(wanted)).map(|(.., words)| *words)
}
