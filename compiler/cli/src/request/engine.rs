//! What flags in the spelling of `wasmtime run` mean here. What cannot be done as they ask is refused.

use std::time::Duration;

use wasmelt_driver::{BuildOptions, Determinism, Diagnostic, Optimization, diagnostics::Code};
use wasmelt_policy::{Clocks, Direction, Policy, Randomness, any_network, parse_rule};

use crate::args::EngineArgs;

/// Proposals that are always on.
const PROPOSALS: [&str; 17] = [
    "branch-hinting",
    "bulk-memory",
    "custom-page-sizes",
    "exceptions",
    "extended-const",
    "function-references",
    "gc",
    "gc-support",
    "memory64",
    "multi-memory",
    "multi-value",
    "reference-types",
    "relaxed-simd",
    "shared-memory",
    "simd",
    "tail-call",
    "wide-arithmetic",
];

/// `KEY[=VALUE]` of the flag `-W`, `-S` or `-C`.
#[derive(Clone, Copy)]
struct Setting<'a> {
    flag: char,
    key: &'a str,
    value: Option<&'a str>,
}

/// Has `options` do what `args` ask for.
///
/// # Errors
///
/// What cannot be done, or cannot be a value.
pub(super) fn apply(options: &mut BuildOptions, args: &EngineArgs) -> Result<(), Vec<Diagnostic>> {
    if let Some(name) = &args.argv0 {
        options.policy.program_name = Some(name.clone());
    }
    let wasm = args.wasm.iter().map(|text| wasm(options, Setting::parse('W', text))).collect::<Vec<_>>();
    let wasi = args.wasi.iter().map(|text| wasi(&mut options.policy, Setting::parse('S', text))).collect::<Vec<_>>();
    let codegen = args.codegen.iter().map(|text| codegen(options, Setting::parse('C', text)));
    let problems: Vec<Diagnostic> = wasm.into_iter().chain(wasi).chain(codegen).filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn wasm(options: &mut BuildOptions, setting: Setting<'_>) -> Result<(), Diagnostic> {
    match setting.key {
        "max-memory-size" => options.policy.limits.memory = Some(setting.number()?),
        "max-wasm-stack" => {
            options.stack_bytes = setting.number()?;
            options.policy.limits.stack = Some(options.stack_bytes);
        }
        "timeout" => options.policy.limits.wall_time = Some(setting.milliseconds()?),
        "nan-canonicalization" | "relaxed-simd-deterministic" => {
            if setting.is_on()? {
                options.determinism = Determinism::Deterministic;
            }
        }
        proposal if PROPOSALS.contains(&proposal) => return setting.is_always(true),
        "threads" | "component-model" | "all-proposals" | "fuel" | "trap-on-grow-failure" => {
            return setting.is_always(false);
        }
        _ => return Err(setting.unknown()),
    }
    Ok(())
}

fn wasi(policy: &mut Policy, setting: Setting<'_>) -> Result<(), Diagnostic> {
    match setting.key {
        "cli" | "common" => {
            if setting.is_on()? {
                (policy.clocks, policy.randomness) = (Clocks::Exact, Randomness::Real);
            }
        }
        "inherit-env" => policy.inherit_environment |= setting.is_on()?,
        "inherit-stdin" => policy.streams.input = setting.is_on()?,
        "inherit-stdout" => policy.streams.output = setting.is_on()?,
        "inherit-stderr" => policy.streams.error = setting.is_on()?,
        "inherit-network" => {
            if setting.is_on()? {
                let rules = [Direction::Connect, Direction::Listen].into_iter().flat_map(any_network);
                rules.for_each(|rule| policy.grant_network(rule));
            }
        }
        "tcplisten" => {
            let rule = parse_rule(Direction::Listen, setting.value.unwrap_or_default());
            policy.grant_network(rule.map_err(|error| setting.invalid(&error.to_string()))?);
        }
        // Which of its implementations wasmtime takes makes no difference to programs.
        "preview2" => drop(setting.is_on()?),
        "preview0" | "threads" | "nn" | "http" | "config" | "keyvalue" | "tls" | "listenfd" | "p3" => {
            return setting.is_always(false);
        }
        _ => return Err(setting.unknown()),
    }
    Ok(())
}

fn codegen(options: &mut BuildOptions, setting: Setting<'_>) -> Result<(), Diagnostic> {
    match setting.key {
        // Executables are kept by what they were built from: it makes no difference to programs.
        "cache" | "parallel-compilation" => drop(setting.is_on()?),
        "compiler" if setting.value == Some("cranelift") => {}
        "compiler" => return Err(setting.refused("wasmelt compiles with Cranelift")),
        "opt-level" => {
            options.optimization = match setting.value {
                Some("0") => Optimization::None,
                Some("1" | "2") => Optimization::Speed,
                Some("s") => Optimization::Size,
                _ => return Err(setting.invalid("0, 1, 2 or s is expected")),
            };
        }
        _ => return Err(setting.unknown()),
    }
    Ok(())
}

impl<'a> Setting<'a> {
    fn parse(flag: char, text: &'a str) -> Setting<'a> {
        match text.split_once('=') {
            Some((key, value)) => Setting { flag, key, value: Some(value) },
            None => Setting { flag, key: text, value: None },
        }
    }

    fn is_on(self) -> Result<bool, Diagnostic> {
        match self.value {
            None | Some("y" | "yes" | "true") => Ok(true),
            Some("n" | "no" | "false") => Ok(false),
            Some(_) => Err(self.invalid("y or n is expected")),
        }
    }

    /// What is always on, or always off, can be asked to be so.
    fn is_always(self, is_on: bool) -> Result<(), Diagnostic> {
        match self.is_on() {
            Ok(asked) if asked == is_on => Ok(()),
            _ if is_on => Err(self.refused("what programs use of it is always on")),
            _ => Err(self.refused("wasmelt's programs do not have this")),
        }
    }

    fn number(self) -> Result<u64, Diagnostic> {
        let number = self.value.and_then(|value| value.parse().ok());
        number.ok_or_else(|| self.invalid("a number of bytes is expected"))
    }

    /// A number of seconds, or one with the unit `ms`, `us`, `ns`, `s`, `m` or `h`; at least one millisecond.
    fn milliseconds(self) -> Result<u64, Diagnostic> {
        let text = self.value.unwrap_or_default();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let time = number.parse::<u64>().ok().and_then(|number| match unit {
            "" | "s" => Some(Duration::from_secs(number)),
            "ms" => Some(Duration::from_millis(number)),
            "us" | "μs" => Some(Duration::from_micros(number)),
            "ns" => Some(Duration::from_nanos(number)),
            "m" => number.checked_mul(60).map(Duration::from_secs),
            "h" => number.checked_mul(3600).map(Duration::from_secs),
            _ => None,
        });
        let milliseconds = time.and_then(|time| u64::try_from(time.as_millis()).ok());
        milliseconds.map(|time| time.max(1)).ok_or_else(|| self.invalid("a time such as 2s or 500ms is expected"))
    }

    fn text(self) -> String {
        let value = self.value.map_or(String::new(), |value| format!("={value}"));
        format!("-{} {}{value}", self.flag, self.key)
    }

    fn invalid(self, why: &str) -> Diagnostic {
        Diagnostic::error(Code::InvalidOption, format_args!("`{}`: {why}", self.text()))
    }

    fn refused(self, why: &str) -> Diagnostic {
        Diagnostic::error(Code::InvalidOption, format_args!("`{}` cannot be done: {why}", self.text()))
    }

    fn unknown(self) -> Diagnostic {
        self.refused("it means nothing to wasmelt")
            .with_help("`wasmelt run --help` lists what is taken of wasmtime's flags; the others are not ignored")
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Arguments, Subcommand};

    fn applied(line: &[&str]) -> Result<BuildOptions, Vec<Diagnostic>> {
        let line = ["wasmelt", "run", "app.wasm"].iter().chain(line);
        let Subcommand::Run(args) = Arguments::parse_from(line).subcommand else { panic!("`run`") };
        let mut options = BuildOptions::new("x86_64-linux".parse().unwrap());
        apply(&mut options, &args.engine).map(|()| options)
    }

    #[test]
    fn what_maps_is_done() {
        let line = ["-W", "max-memory-size=65536,max-wasm-stack=131072", "-Wtimeout=2", "-W", "nan-canonicalization"];
        let options = applied(&line).unwrap();
        let limits = options.policy.limits;
        assert_eq!((limits.memory, limits.stack, limits.wall_time), (Some(65536), Some(131_072), Some(2000)));
        assert_eq!((options.stack_bytes, options.determinism), (131_072, Determinism::Deterministic));
        let line = ["-S", "cli,inherit-env=y,inherit-stdin=n", "-Stcplisten=127.0.0.1:80", "--argv0", "name"];
        let policy = applied(&line).unwrap().policy;
        assert!(policy.inherit_environment && !policy.streams.input && policy.streams.output);
        assert_eq!((policy.clocks, policy.randomness), (Clocks::Exact, Randomness::Real));
        assert_eq!((policy.network.len(), policy.program_name.unwrap().as_str()), (1, "name"));
        let codegen = applied(&["-C", "cache=y,compiler=cranelift,opt-level=s"]).unwrap();
        assert_eq!(codegen.optimization, Optimization::Size);
        assert_eq!(applied(&["-W", "simd=y,threads=n", "-S", "inherit-env=n"]).unwrap(), applied(&[]).unwrap());
    }

    #[test]
    fn what_cannot_be_done_is_refused_and_all_of_it() {
        let refused = |line: &[&str]| applied(line).unwrap_err().len();
        assert_eq!(refused(&["-W", "fuel=100,simd=n,epoch-interruption,max-memory-size=x", "-S", "http,nonsense"]), 6);
        assert_eq!(refused(&["-C", "compiler=winch,opt-level=3", "-W", "timeout=fast", "-S", "inherit-env=maybe"]), 4);
    }
}
