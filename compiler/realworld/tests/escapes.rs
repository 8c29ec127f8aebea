//! Programs that try to get out, on both targets. `escapes/README.md` says how they are written.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::symlink,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use wasmelt_abi::{HostType, WASI_PREVIEW_1};
use wasmelt_driver::{BuildOptions, Runner, Silent, Source, build, is_available, policy::Policy};
use wasmelt_realworld::{Job, run};
use wasmelt_targets::{Architecture, Target};
use wasmelt_testing::skip;

const SECRET: &str = "SECRET";
/// Fewest programs that there are.
const FEWEST: usize = 60;

#[test]
fn nothing_gets_out_on_x86_64() {
    run_all(Architecture::X86_64);
}

#[test]
fn nothing_gets_out_on_aarch64() {
    run_all(Architecture::Aarch64);
}

fn run_all(architecture: Architecture) {
    let target = Target::baseline(architecture);
    if let Err(problem) = is_available(&target).and(Runner::find(&target).map(|_| ())) {
        return skip(&problem.message);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("escapes");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    cases.sort();
    assert!(cases.len() >= FEWEST, "{} programs", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(|path| attempt(path, target).err()).collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn attempt(path: &Path, target: Target) -> Result<(), String> {
    let name = path.file_stem().unwrap().display();
    let world = tempfile::tempdir().unwrap();
    let world = fs::canonicalize(world.path()).map(|path| (path, world)).unwrap();
    make_world(&world.0);
    let before = look(&world.0);
    let case = Case::parse(&fs::read_to_string(path).unwrap(), &world.0);
    let module = world.1.path().join("sandbox/program.wat");
    fs::write(&module, case.module()).unwrap();
    let source = Source::read(&module).unwrap();
    fs::remove_file(module).unwrap();
    let policy = Policy::from_document(&case.policy).map_err(|error| format!("{name}: {:?}", error.problems))?;
    let options = BuildOptions { policy, ..BuildOptions::new(target) };
    let executable = build(&source, &options, &Silent).map_err(|problems| format!("{name}: {}", problems[0]))?;

    let renaming = case.race.then(|| Renaming::start(&world.0));
    let timeout = Duration::from_secs(60);
    let job = Job { executable: &executable, target, arguments: &["unseen"], stdin: b"", directory: &world.0, timeout };
    let finished = run(&job).map_err(|error| format!("{name}: {error}"))?;
    if let Some(renaming) = renaming {
        renaming.stop();
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if finished.status != 0 || text(&finished.stdout).contains(SECRET) {
        let (stdout, stderr) = (text(&finished.stdout), text(&finished.stderr));
        return Err(format!("{name}: step {} went otherwise; {stdout}{stderr}", finished.status));
    }
    if look(&world.0) == before { Ok(()) } else { Err(format!("{name}: the world is another")) }
}

/// `sandbox` is granted for reading and writing, `ro` for reading; all else is out of reach.
fn make_world(world: &Path) {
    let path = |name: &str| world.join(name);
    for directory in ["outside", "ro", "sandbox", "sandbox/dir", "sandbox/swap"] {
        fs::create_dir(path(directory)).unwrap();
    }
    for file in ["secret.txt", "ro/read.txt", "sandbox/file.txt"] {
        let contents = if file == "secret.txt" { SECRET } else { "contents" };
        fs::write(path(file), contents).unwrap();
    }
    for (name, target) in [
        ("link", "secret.txt"),
        ("sandbox/link_out", "../secret.txt"),
        ("sandbox/link_abs", "/etc/passwd"),
        ("sandbox/chain1", "dir/../chain2"),
        ("sandbox/chain2", "./chain3"),
        ("sandbox/chain3", "../secret.txt"),
        ("sandbox/link_dir", ".."),
        ("sandbox/loop", "loop"),
        ("sandbox/proc", "/proc/self"),
        ("sandbox/magic", "/proc/self/cwd"),
        ("sandbox/fd0", "/proc/self/fd/0"),
        ("sandbox/root", "/proc/self/root"),
        ("sandbox/null", "/dev/null"),
        ("sandbox/pipe_link", "dir/../pipe"),
    ] {
        symlink(target, path(name)).unwrap();
    }
    let make = |program: &str, line: &[&str]| Command::new(program).args(line).current_dir(world).output();
    for pipe in ["pipe", "sandbox/pipe"] {
        assert!(make("mkfifo", &[pipe]).unwrap().status.success());
    }
    // What reads as zeros. Only root can make it; for others the programs that open it find nothing there.
    let _ = make("mknod", &["sandbox/device", "c", "1", "5"]);
}

/// What there is outside of `sandbox`, and in `ro`.
fn look(world: &Path) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut seen = BTreeMap::new();
    for directory in ["", "outside", "ro"] {
        for entry in fs::read_dir(world.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            let contents = fs::metadata(&path).is_ok_and(|found| found.is_file()).then(|| fs::read(&path).unwrap());
            seen.insert(path.display().to_string(), contents);
        }
    }
    seen
}

/// Where the process that renames finds its world, and nothing if a test is just a test.
const RENAMED_WORLD: &str = "WASMELT_TEST_RENAMED_WORLD";

/// A process that renames underneath: this executable, with nothing to do but [`renaming_underneath`].
struct Renaming(Child);

impl Renaming {
    fn start(world: &Path) -> Renaming {
        symlink("..", world.join("sandbox/to_parent")).unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "renaming_underneath"]).env(RENAMED_WORLD, world);
        let process = Renaming(command.stdout(Stdio::null()).spawn().unwrap());
        // From now on the program meets renames.
        while fs::symlink_metadata(world.join("sandbox/aside")).is_err() {}
        process
    }

    fn stop(mut self) {
        assert_eq!(self.0.try_wait().unwrap(), None, "it has renamed until now");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The body of the process that renames, which is killed when it is not needed any more.
#[test]
fn renaming_underneath() {
    let Some(world) = env::var_os(RENAMED_WORLD) else { return };
    let path = |name: &str| Path::new(&world).join("sandbox").join(name);
    let (name, aside, link) = (path("swap"), path("aside"), path("to_parent"));
    loop {
        fs::rename(&name, &aside).unwrap();
        fs::rename(&link, &name).unwrap();
        fs::rename(&name, &link).unwrap();
        fs::rename(&aside, &name).unwrap();
    }
}

/// A program, as steps.
struct Case {
    policy: String,
    race: bool,
    repeat: u32,
    steps: Vec<String>,
    data: Vec<u8>,
    variables: Vec<String>,
}

/// Where the texts of a program begin, and its variables, of 64 bytes each.
const DATA: usize = 4096;
const VARIABLES: usize = 1024;

impl Case {
    fn parse(text: &str, world: &Path) -> Case {
        let text = text.replace("WORLD", world.to_str().unwrap());
        let (mut policy, mut directories) = (String::new(), true);
        let mut case = Case {
            policy: String::new(),
            race: false,
            repeat: 1,
            steps: Vec::new(),
            data: Vec::new(),
            variables: vec!["iov".to_owned()],
        };
        for line in text.lines() {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "#" => {}
                "policy" => policy += &format!("{rest}\n"),
                "nothing" => directories = false,
                "race" => case.race = true,
                "repeat" => case.repeat = rest.parse().unwrap(),
                "call" => case.call(rest),
                "check" => {
                    let (value, number) = rest.split_once(' ').unwrap();
                    let value = case.arguments(value).join(" ");
                    case.steps.push(format!("(i32.ne {value} (i32.const {number}))"));
                }
                "store" => {
                    let [address, value] = &case.arguments(rest)[..] else { panic!("{line}") };
                    case.steps.push(format!("(block (result i32) (i32.store {address} {value}) (i32.const 0))"));
                }
                _ => panic!("no step: {line}"),
            }
        }
        if directories {
            policy += "[[dir]]\nhost = \"sandbox\"\nguest = \"/data\"\naccess = \"write\"\n";
            policy += "[[dir]]\nhost = \"ro\"\nguest = \"/ro\"\naccess = \"read\"\n";
        }
        case.policy = policy;
        case
    }

    fn call(&mut self, call: &str) {
        let (call, answers) = call.rsplit_once(" = ").unwrap();
        let (name, arguments) = call.split_once(' ').unwrap();
        let function = WASI_PREVIEW_1.iter().find(|function| function.name == name).unwrap();
        let arguments = self.arguments(arguments);
        assert_eq!(arguments.len(), function.params.len(), "{call}");
        let typed = arguments.iter().zip(function.params).map(|(argument, kind)| match kind {
            HostType::I32 => argument.clone(),
            HostType::I64 => argument.replace("i32.const", "i64.const"),
        });
        let typed: Vec<String> = typed.collect();
        let set = format!("(local.set 0 (call ${name} {}))", typed.join(" "));
        let good = answers.split('|').map(|answer| format!("(i32.eq (local.get 0) (i32.const {}))", errno(answer)));
        let any = good.reduce(|one, other| format!("(i32.or {one} {other})")).unwrap();
        self.steps.push(format!("(block (result i32) {set} (i32.eqz {any}))"));
    }

    fn arguments(&mut self, text: &str) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if let Some(quoted) = rest.strip_prefix('"') {
                let (text, after) = quoted.split_once('"').unwrap();
                let text = text.replace("\\00", "\0");
                arguments.push(format!("(i32.const {})", DATA + self.data.len()));
                arguments.push(format!("(i32.const {})", text.len()));
                self.data.extend(text.as_bytes());
                rest = after.trim();
                continue;
            }
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            rest = after.trim();
            arguments.push(match (word.strip_prefix('&'), word.strip_prefix('*')) {
                (Some(name), _) => format!("(i32.const {})", self.variable(name)),
                (_, Some(name)) => format!("(i32.load (i32.const {}))", self.variable(name)),
                _ => format!("(i32.const {word})"),
            });
        }
        arguments
    }

    /// The address of the variable `name`, or of a byte in it: `name+8`.
    fn variable(&mut self, name: &str) -> usize {
        let (name, offset) = name.split_once('+').unwrap_or((name, "0"));
        let known = self.variables.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.variables.push(name.to_owned());
            self.variables.len() - 1
        });
        VARIABLES + 64 * index + offset.parse::<usize>().unwrap()
    }

    /// The module: its exit status is the number of the first step that went otherwise.
    fn module(&self) -> String {
        let value = |kind: &HostType| if *kind == HostType::I32 { "i32" } else { "i64" };
        let imports = WASI_PREVIEW_1.iter().filter(|it| {
            it.name == "proc_exit" || self.steps.iter().any(|step| step.contains(&format!("${} ", it.name)))
        });
        let imports = imports.map(|it| {
            let params: Vec<_> = it.params.iter().map(value).collect();
            let result = if it.results.is_empty() { "" } else { "(result i32)" };
            let (name, params) = (it.name, params.join(" "));
            format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {params}) {result}))\n")
        });
        let steps = self
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| format!("(if {step} (then (call $proc_exit (i32.const {}))))\n", index + 1));
        let data: String = self.data.iter().map(|byte| format!("\\{byte:02x}")).collect();
        format!(
            "(module {imports} (memory (export \"memory\") 1) (data (i32.const {DATA}) \"{data}\")
             (data (i32.const {VARIABLES}) \"\\00\\0c\\00\\00\\08\\00\\00\\00\")
             (func (export \"_start\") (local i32 i32) (loop $again {steps}
               (local.set 1 (i32.add (local.get 1) (i32.const 1)))
               (br_if $again (i32.lt_u (local.get 1) (i32.const {repeat}))))))",
            imports = imports.collect::<String>(),
            steps = steps.collect::<String>(),
            repeat = self.repeat,
        )
    }
}

fn errno(name: &str) -> u32 {
    const NAMES: &[(&str, u32)] = &[
        ("acces", 2),
        ("again", 6),
        ("badf", 8),
        ("dquot", 19),
        ("fault", 21),
        ("inval", 28),
        ("isdir", 31),
        ("loop", 32),
        ("mfile", 33),
        ("nametoolong", 37),
        ("noent", 44),
        ("nosys", 52),
        ("notdir", 54),
        ("notsock", 57),
        ("nxio", 60),
        ("perm", 63),
        ("notcapable", 76),
    ];
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.map_or_else(|| name.parse().unwrap(), |&(_, number)| number)
}
