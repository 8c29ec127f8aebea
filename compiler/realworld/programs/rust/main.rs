//! What Rust's standard library does on WASI, with output that can be compared.

use std::{
    collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque},
    env, fmt, fs,
    io::{self, BufRead, Read, Seek, SeekFrom, Write},
    rc::Rc,
    time::{Duration, Instant, SystemTime},
};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Operator(char),
}

#[derive(Debug)]
enum ParseError {
    Unexpected(char),
    Unbalanced,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Unexpected(c) => write!(f, "unexpected {:?}", c),
            ParseError::Unbalanced => f.write_str("unbalanced parentheses"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Shunting yard, then a stack machine.
fn evaluate(text: &str) -> Result<f64, Box<dyn std::error::Error>> {
    let precedence = |operator: char| if "+-".contains(operator) { 1 } else { 2 };
    let (mut output, mut operators, mut rest) = (Vec::new(), Vec::new(), text.trim());
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        match c {
            '0'..='9' => {
                used = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or_else(|| rest.len());
                output.push(Token::Number(rest[..used].parse()?));
            }
            '+' | '-' | '*' | '/' => {
                while matches!(operators.last(), Some(&top) if top != '(' && precedence(top) >= precedence(c)) {
                    output.extend(operators.pop().map(Token::Operator));
                }
                operators.push(c);
            }
            '(' => operators.push(c),
            ')' => loop {
                match operators.pop() {
                    Some('(') => break,
                    Some(operator) => output.push(Token::Operator(operator)),
                    None => return Err(ParseError::Unbalanced.into()),
                }
            },
            ' ' => {}
            other => return Err(ParseError::Unexpected(other).into()),
        }
        rest = &rest[used..];
    }
    output.extend(operators.into_iter().rev().map(Token::Operator));
    let mut stack = Vec::new();
    for token in output {
        let value = match token {
            Token::Number(number) => number,
            Token::Operator(operator) => {
                let (right, left) = (stack.pop().ok_or("empty")?, stack.pop().ok_or("empty")?);
                match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                }
            }
        };
        stack.push(value);
    }
    stack.pop().ok_or_else(|| "nothing to evaluate".into())
}

trait Animal {
    fn sound(&self) -> String;
}

struct Dog(Rc<str>);
struct Herd(Vec<Box<dyn Animal>>);

impl Animal for Dog {
    fn sound(&self) -> String {
        format!("{} barks", self.0)
    }
}

impl Animal for Herd {
    fn sound(&self) -> String {
        self.0.iter().map(|animal| animal.sound()).collect::<Vec<_>>().join(", ")
    }
}

impl Drop for Dog {
    fn drop(&mut self) {
        println!("{} leaves", self.0);
    }
}

fn collections() {
    let text = "one two three two one two";
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for word in text.split(' ') {
        *counts.entry(word).or_default() += 1;
    }
    println!("{:?}", counts.iter().collect::<BTreeMap<_, _>>());
    let mut heap: BinaryHeap<u32> = [5, 1, 8, 3].into_iter().collect();
    println!("{:?} {:?}", heap.pop(), heap.into_sorted_vec());
    let mut queue: VecDeque<_> = (0..5).collect();
    queue.rotate_left(2);
    println!("{:?} {}", queue, (1..=200_000).map(|n: u64| n * n % 7).collect::<HashSet<_>>().len());
}

fn shortest_path() -> Option<usize> {
    let maze = ["#########", "#S..#...#", "##.##.#.#", "#..#..#.#", "#.##.##.#", "#.....#E#", "#########"];
    let cell = |(row, column): (usize, usize)| maze[row].as_bytes()[column];
    let mut seen = HashSet::from([(1, 1)]);
    let mut queue = VecDeque::from([((1, 1), 0)]);
    while let Some(((row, column), steps)) = queue.pop_front() {
        if cell((row, column)) == b'E' {
            return Some(steps);
        }
        for next in [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)] {
            if cell(next) != b'#' && seen.insert(next) {
                queue.push_back((next, steps + 1));
            }
        }
    }
    None
}

fn files() -> io::Result<()> {
    fs::create_dir_all("/data/deep/er")?;
    let mut file = fs::File::create("/data/deep/log.txt")?;
    for line in 0..1000 {
        writeln!(file, "line {}", line)?;
    }
    drop(file);
    fs::rename("/data/deep/log.txt", "/data/log.txt")?;
    let mut file = fs::OpenOptions::new().read(true).append(true).open("/data/log.txt")?;
    file.write_all(b"the end")?;
    file.seek(SeekFrom::Start(5))?;
    let mut start = [0; 3];
    file.read_exact(&mut start)?;
    let reader = io::BufReader::new(fs::File::open("/data/log.txt")?);
    let last = reader.lines().last().transpose()?;
    let metadata = fs::metadata("/data/log.txt")?;
    println!("{:?} {:?} {} {}", start, last, metadata.len(), metadata.is_file());
    fs::write("/data/deep/other", [0xff; 10])?;
    let mut names = Vec::new();
    for entry in fs::read_dir("/data")?.chain(fs::read_dir("/data/deep")?) {
        let entry = entry?;
        names.push((entry.file_name().into_string().expect("a name"), entry.file_type()?.is_dir()));
    }
    names.sort();
    println!("{:?}", names);
    println!("{:?}", fs::read("/nothing").map_err(|error| error.kind()));
    println!("{:?}", fs::read("/data/../../../etc/passwd").map_err(|_| "denied"));
    println!("{:?}", fs::remove_dir("/data").map_err(|error| error.raw_os_error().is_some()));
    fs::remove_dir_all("/data")?;
    println!("{:?}", fs::metadata("/data").map_err(|error| error.kind()));
    Ok(())
}

fn main() {
    println!("{:?} {:?}", env::args().skip(1).collect::<Vec<_>>(), env::vars().collect::<Vec<_>>());
    for text in ["1 + 2 * (3 - 4) / 8", "2 * (3", "7 & 1", "1)", "", "1.5.2"] {
        match evaluate(text) {
            Ok(value) => println!("{} = {}", text, value),
            Err(error) => println!("{}: {}", text, error),
        }
    }
    collections();
    println!("{:?}", shortest_path());
    let herd = Herd(vec![Box::new(Dog("Rex".into())), Box::new(Herd(vec![Box::new(Dog("Ada".into()))]))]);
    println!("{}", herd.sound());
    drop(herd);
    println!("{:>8.3}|{:<6}|{:^7}|{:#010b}|{:e}|{:?}", 3.14159, "ab", "mid", 37, 1234.5, "q\"\u{e9}\n");
    println!("{:?} {:?} {:?}", i32::MAX.checked_add(1), 200u8.wrapping_mul(3), u128::MAX / 7);
    println!("{:?} {:?}", f32::MAX as i64, (f64::NAN as u8, -1.5_f64 as u32, 1e10 as i32));
    let mut numbers: Vec<u32> = (0..10_000u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
    numbers.sort_unstable();
    println!("{} {}", numbers[0], numbers[5_000]);

    let mut input = String::new();
    io::stdin().read_to_string(&mut input).expect("standard input can be read");
    println!("{:?}", input.lines().rev().collect::<Vec<_>>());
    files().expect("the granted directory can be used");

    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(5));
    println!("{} {}", start.elapsed() >= Duration::from_millis(5), SystemTime::now() > SystemTime::UNIX_EPOCH);
    io::stderr().write_all(b"to standard error\n").expect("standard error can be written");
    std::process::exit(7);
}
