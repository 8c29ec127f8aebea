//! Flags and policy files become a [`Policy`].
//!
//! The file comes first, then what is allowed, then what is denied: a denial wins over every grant.

use std::{fs, path::Path};

use wasmelt_driver::{Diagnostic, diagnostics::Code, diagnostics::Location};
use wasmelt_policy::{Access, Allowance, Clocks, Denial, Directory, GrantedFile, Policy, Randomness, Streams};

use crate::args::{ClockMode, GrantArgs, RandomMode, StreamName};

/// The policy that `args` ask for.
///
/// # Errors
///
/// If the policy file is refused, or a flag's value cannot be.
pub(crate) fn policy(args: &GrantArgs) -> Result<Policy, Vec<Diagnostic>> {
    let mut policy = args.policy.as_deref().map_or(Ok(Policy::default()), read_policy)?;
    change(&mut policy, args)?;
    Ok(policy)
}

/// Adds to `policy` what `args` allow, and takes from it what they deny.
///
/// # Errors
///
/// If a flag's value cannot be.
pub(crate) fn change(policy: &mut Policy, args: &GrantArgs) -> Result<(), Vec<Diagnostic>> {
    let mut problems = Vec::new();
    policy.arguments.fixed.extend(args.fixed_arguments.iter().cloned());
    policy.arguments.inherit |= args.allow_args;
    allow_surroundings(policy, args);
    allow_environment(policy, args, &mut problems);
    allow_paths(policy, args, &mut problems);
    allow_each(policy, "net", &args.allow_net, &mut problems);
    allow_each(policy, "listen", &args.allow_listen, &mut problems);
    for limit in &args.limits {
        *policy.limits.get_mut(limit.kind) = Some(limit.value);
    }
    denials(args).iter().for_each(|denial| policy.deny(denial));
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The policy in the file at `path`.
///
/// # Errors
///
/// If it cannot be read, or something is wrong with it: all of that.
pub(crate) fn read_policy(path: &Path) -> Result<Policy, Vec<Diagnostic>> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| {
        vec![Diagnostic::error(Code::Unreadable, format_args!("cannot read the policy: {error}")).in_file(&file)]
    })?;
    Policy::from_document(&text).map_err(|error| {
        let diagnostics = error.problems.into_iter().map(|problem| {
            let location =
                Location::Text { line: problem.line, column: problem.column, content: problem.content.into() };
            Diagnostic::error(Code::InvalidPolicy, problem.message).in_file(&file).at(location)
        });
        diagnostics.collect()
    })
}

fn allow_surroundings(policy: &mut Policy, args: &GrantArgs) {
    args.allow_stdio.iter().for_each(|&stream| policy.allow(&Allowance::Streams(streams(stream))));
    let clocks = args.allow_clock.map(|mode| match mode {
        ClockMode::Exact => Clocks::Exact,
        ClockMode::Coarse => Clocks::Coarse,
    });
    let randomness = args.allow_random.map(|mode| match mode {
        RandomMode::Real => Randomness::Real,
        RandomMode::Seed(seed) => Randomness::Seeded(seed),
    });
    clocks.into_iter().for_each(|clocks| policy.allow(&Allowance::Clocks(clocks)));
    randomness.into_iter().for_each(|randomness| policy.allow(&Allowance::Randomness(randomness)));
}

fn allow_environment(policy: &mut Policy, args: &GrantArgs, problems: &mut Vec<Diagnostic>) {
    args.variables.iter().cloned().for_each(|variable| policy.grant_variable(variable));
    allow_each(policy, "env", &args.allow_env, problems);
}

/// Grants the flag `--allow-<name>` with each of `values`; an empty one means all.
fn allow_each(policy: &mut Policy, name: &str, values: &[String], problems: &mut Vec<Diagnostic>) {
    for value in values {
        match Allowance::new(name, Some(value.as_str()).filter(|value| !value.is_empty())) {
            Ok(allowance) => policy.allow(&allowance),
            Err(error) => problems.push(invalid(error)),
        }
    }
}

/// Reading first: a path that is granted both ways can be written.
fn allow_paths(policy: &mut Policy, args: &GrantArgs, problems: &mut Vec<Diagnostic>) {
    for (paths, access) in [(&args.allow_read, Access::ReadOnly), (&args.allow_write, Access::ReadWrite)] {
        for path in paths {
            let granted: &[&str] = if path.is_empty() { &["/", "."] } else { &[path] };
            for path in granted {
                if let Err(diagnostic) = allow_path(policy, path, access) {
                    problems.push(diagnostic);
                }
            }
        }
    }
    args.directories.iter().cloned().for_each(|directory| policy.grant_directory(directory));
}

fn allow_path(policy: &mut Policy, path: &str, access: Access) -> Result<(), Diagnostic> {
    let directory = Directory::new(path, path, access).map_err(invalid)?;
    // What the path leads to now decides what is granted; what is not there becomes a directory's grant. A pipe or a device
    // is granted like a file: by its name, and not by the directory that it is in.
    match fs::metadata(path).is_ok_and(|found| !found.is_dir()) {
        true => policy.grant_file(GrantedFile::new(&directory).map_err(invalid)?),
        false => policy.grant_directory(directory),
    }
    Ok(())
}

/// What `args` deny.
pub(crate) fn denials(args: &GrantArgs) -> Vec<Denial> {
    let which = |text: &String| (!text.is_empty()).then(|| text.clone());
    let mut denials: Vec<Denial> = Vec::new();
    denials.extend(args.deny_read.iter().map(|path| Denial::Read(which(path))));
    denials.extend(args.deny_write.iter().map(|path| Denial::Write(which(path))));
    denials.extend(args.deny_env.iter().map(|name| Denial::Environment(which(name))));
    denials.extend(args.deny_stdio.iter().map(|&stream| Denial::Streams(streams(stream))));
    let switches = [
        (args.deny_args, Denial::Arguments),
        (args.deny_net, Denial::Connect),
        (args.deny_listen, Denial::Listen),
        (args.deny_clock, Denial::Clocks),
        (args.deny_random, Denial::Randomness),
    ];
    denials.extend(switches.into_iter().filter(|(is_on, _)| *is_on).map(|(_, denial)| denial));
    denials
}

fn streams(name: StreamName) -> Streams {
    match name {
        StreamName::All => Streams::ALL,
        StreamName::Stdin => Streams { input: true, ..Streams::NONE },
        StreamName::Stdout => Streams { output: true, ..Streams::NONE },
        StreamName::Stderr => Streams { error: true, ..Streams::NONE },
    }
}

fn invalid(error: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(Code::InvalidOption, error)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Arguments, Subcommand};

    fn granted(line: &[&str]) -> Policy {
        let line = ["wasmelt", "run", "app.wasm"].iter().chain(line);
        match Arguments::parse_from(line).subcommand {
            Subcommand::Run(args) => policy(&args.grants).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_allow_and_denials_win() {
        let policy = granted(&[
            "--allow-read=/usr,/lib",
            "--allow-write=/usr",
            "--allow-env=HOME,LANG=C",
            "--allow-net=10.0.0.0/8:443",
            "--allow-listen",
            "--arg=-v",
            "--limit",
            "memory=1M,output=10",
            "--allow-clock=coarse",
            "--allow-random=7",
            "--deny-stdio=stdin",
            "--deny-read=/lib",
            "--deny-env=HOME",
        ]);
        let directories: Vec<String> = policy.directories.iter().map(ToString::to_string).collect();
        assert_eq!(directories, ["/usr"]);
        assert_eq!(policy.environment, ["LANG=C".parse().unwrap()]);
        assert_eq!(policy.network.len(), 3);
        assert_eq!((policy.limits.memory, policy.limits.output), (Some(1 << 20), Some(10)));
        assert_eq!((policy.clocks, policy.randomness), (Clocks::Coarse, Randomness::Seeded(7)));
        assert_eq!(policy.streams, Streams { input: false, ..Streams::ALL });
        assert_eq!(policy.arguments.fixed, ["-v".parse().unwrap()]);
    }

    #[test]
    fn what_is_no_directory_is_granted_by_its_name() {
        let policy = granted(&["--allow-read=/dev/null,/dev,/nowhere"]);
        let files: Vec<String> = policy.files.iter().map(ToString::to_string).collect();
        let directories: Vec<String> = policy.directories.iter().map(ToString::to_string).collect();
        assert_eq!(
            (files.as_slice(), directories.as_slice()),
            (&["/dev/null::/dev/null:ro".to_owned()][..], &["/dev:ro".to_owned(), "/nowhere:ro".to_owned()][..])
        );
    }

    #[test]
    fn without_a_value_everything_is_meant() {
        let policy = granted(&["--allow-read", "--allow-env", "--deny-write"]);
        let directories: Vec<String> = policy.directories.iter().map(ToString::to_string).collect();
        assert_eq!(directories, ["/:ro", ".:ro"]);
        assert!(policy.inherit_environment);
        let nothing = granted(&["--allow-read=/a", "--allow-env", "--deny-read", "--deny-env"]);
        assert_eq!(nothing, Policy::default());
    }
}
