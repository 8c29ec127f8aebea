//! The command `wasmelt-fuzz`.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use clap::{Args, Parser, Subcommand};
use wasmelt_driver::{Bounds, BuildOptions};
use wasmelt_fuzz::{Oracle, Subject, Verdict, comparable, compare, compilable, mutated, reduce};
use wasmelt_targets::Target;
use wasmelt_testing::Random;
use wasmelt_wast::withstand;

/// Generated modules, compared with another engine; mutated modules, which must not break the compiler.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compares what generated modules do.
    Compare(Seeds),
    /// Compares what the modules in files do.
    Replay {
        files: Vec<PathBuf>,
        #[command(flatten)]
        code: Code,
    },
    /// Compiles mutated modules: those in files, or generated ones.
    Mutate {
        #[command(flatten)]
        seeds: Seeds,
        files: Vec<PathBuf>,
    },
}

#[derive(Args)]
struct Seeds {
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// How many seeds.
    #[arg(long, default_value_t = 1000)]
    count: u64,
    #[command(flatten)]
    code: Code,
    /// Where modules are put that show a failure.
    #[arg(long, default_value = "target/fuzz-failures")]
    output: PathBuf,
}

/// What modules are compiled to.
#[derive(Args)]
struct Code {
    #[arg(long, default_value = "x86_64-linux")]
    target: Target,
    /// Check accesses to memories by comparing, instead of by guards.
    #[arg(long)]
    explicit_bounds: bool,
}

impl Code {
    fn options(&self) -> BuildOptions {
        let bounds = if self.explicit_bounds { Bounds::Explicit } else { Bounds::Auto };
        BuildOptions { bounds, ..BuildOptions::new(self.target) }
    }
}

/// As it is written on the command line.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds = if self.explicit_bounds { " --explicit-bounds" } else { "" };
        write!(f, "--target {}{bounds}", self.target)
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let failures = match Arguments::parse().command {
        Command::Compare(seeds) => compare_seeds(&seeds)?,
        Command::Replay { files, code } => replay(&files, &code)?,
        Command::Mutate { seeds, files } => mutate_seeds(&seeds, &files)?,
    };
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn compare_seeds(seeds: &Seeds) -> anyhow::Result<usize> {
    let (oracle, subject) = (Oracle::new()?, Subject::new(seeds.code.options())?);
    let (mut failures, mut given_up) = (0, 0);
    for seed in seeds.first..seeds.first + seeds.count {
        let bytes = comparable(seed);
        match compare(&bytes, &oracle, &subject) {
            Verdict::Same => {}
            Verdict::GaveUp(_) => given_up += 1,
            Verdict::Different(how) => {
                failures += 1;
                println!("seed {seed}: {how}");
                let path = save(&seeds.output, &format!("{seed}.wasm"), &bytes)?;
                println!("  reproduce: wasmelt-fuzz replay {} {}", path.display(), seeds.code);
                let reduced = reduce(bytes, &oracle, &subject);
                println!("  reduced: {}", save(&seeds.output, &format!("{seed}.reduced.wasm"), &reduced)?.display());
            }
        }
    }
    println!("{}: {} compared, {given_up} in part, {failures} differ", seeds.code, seeds.count);
    Ok(failures)
}

fn replay(files: &[PathBuf], code: &Code) -> anyhow::Result<usize> {
    let (oracle, subject) = (Oracle::new()?, Subject::new(code.options())?);
    let mut failures = 0;
    for file in files {
        let verdict = compare(&wat::parse_file(file)?, &oracle, &subject);
        println!("{}: {verdict}", file.display());
        failures += usize::from(matches!(verdict, Verdict::Different(_)));
    }
    Ok(failures)
}

fn mutate_seeds(seeds: &Seeds, files: &[PathBuf]) -> anyhow::Result<usize> {
    let corpus = files.iter().map(wat::parse_file).collect::<Result<Vec<_>, _>>()?;
    let mut failures = 0;
    let options = seeds.code.options();
    let watched = Watched::start();
    for seed in seeds.first..seeds.first + seeds.count {
        let original = match corpus.is_empty() {
            true => compilable(seed),
            false => Random::new(!seed).choose(&corpus).clone(),
        };
        let bytes = mutated(&original, seed);
        watched.begin(seed);
        if let Err(problem) = withstand(&bytes, &options) {
            failures += 1;
            let path = save(&seeds.output, &format!("{seed}.mutated.wasm"), &bytes)?;
            println!("seed {seed}: {problem}\n  module: {}", path.display());
        }
    }
    println!("{}: {} mutated, {failures} break the compiler", seeds.code, seeds.count);
    Ok(failures)
}

/// The seed that is being compiled, and since when.
struct Watched(Arc<Mutex<(u64, Instant)>>);

impl Watched {
    /// Starts a thread that ends the process, naming the seed, when one takes too long.
    fn start() -> Watched {
        const LIMIT: Duration = Duration::from_secs(120);
        let current = Arc::new(Mutex::new((0, Instant::now())));
        let seen = current.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_secs(1));
                let (seed, begin) = *seen.lock().expect("invariant: nothing panics that holds it");
                if begin.elapsed() > LIMIT {
                    println!("seed {seed}: still compiling after {} s", LIMIT.as_secs());
                    std::process::exit(1);
                }
            }
        });
        Watched(current)
    }

    fn begin(&self, seed: u64) {
        *self.0.lock().expect("invariant: nothing panics that holds it") = (seed, Instant::now());
    }
}

fn save(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join(name);
    fs::write(&path, bytes)?;
    Ok(path)
}
