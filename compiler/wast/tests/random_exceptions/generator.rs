//! Programs from seeds.

use crate::program::{Body, Clause, Label, Program, Statement, TAGS, Tag};

/// The program of `seed`.
pub(crate) fn program(seed: u64) -> Program {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let functions = 1 + random.below(4);
    (0..functions).map(|function| Generator { random: &mut random, function, labels: 0, size: 0 }.function()).collect()
}

/// What a control instruction around a statement can be used for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Block,
    Try,
    Clause,
}

struct Generator<'r> {
    random: &'r mut Random,
    /// The number of the function, which may call those before.
    function: usize,
    labels: Label,
    size: usize,
}

impl Generator<'_> {
    /// Most statements of a function, not counting the innermost ones.
    const SIZE: usize = 120;

    fn function(mut self) -> Body {
        let depth = 1 + self.random.below(5);
        self.body(&[(0, Kind::Block)], depth)
    }

    fn body(&mut self, around: &[(Label, Kind)], depth: usize) -> Body {
        let length = 1 + self.random.below(4);
        (0..length).map(|_| self.statement(around, depth)).collect()
    }

    fn inside(&mut self, around: &[(Label, Kind)], depth: usize, frame: (Label, Kind)) -> Body {
        self.body(&[around, &[frame]].concat(), depth - 1)
    }

    fn statement(&mut self, around: &[(Label, Kind)], depth: usize) -> Statement {
        self.size += 1;
        if depth == 0 || self.size > Generator::SIZE || self.random.below(4) == 0 {
            return self.simple(around);
        }
        self.labels += 1;
        let label = self.labels;
        match self.random.below(9) {
            0 => Statement::Block(label, self.inside(around, depth, (label, Kind::Block))),
            1..4 => self.try_(around, depth, label),
            4..6 => {
                let body = self.inside(around, depth, (label, Kind::Block));
                let (to, _) = around[self.random.below(around.len())];
                Statement::Delegate(label, body, to)
            }
            _ => self.try_table(around, depth, label),
        }
    }

    fn try_(&mut self, around: &[(Label, Kind)], depth: usize, label: Label) -> Statement {
        let body = self.inside(around, depth, (label, Kind::Try));
        let mut tags: Vec<Option<Tag>> = (0..self.random.below(3)).map(|_| Some(self.tag())).collect();
        if self.random.below(3) == 0 {
            tags.push(None);
        }
        let clause = |tag| (tag, self.inside(around, depth, (label, Kind::Clause)));
        Statement::Try(label, body, tags.into_iter().map(clause).collect())
    }

    fn try_table(&mut self, around: &[(Label, Kind)], depth: usize, label: Label) -> Statement {
        let body = self.inside(around, depth, (label, Kind::Block));
        let count = self.random.below(4);
        let clauses = (0..count).map(|_| self.clause()).collect();
        let after = self.inside(around, depth, (label, Kind::Block));
        Statement::TryTable(label, body, clauses, after)
    }

    fn clause(&mut self) -> Clause {
        let tag = (self.random.below(5) > 0).then(|| self.tag());
        let reference = self.random.below(2) == 0;
        Clause { tag, reference, again: reference && self.random.below(2) == 0 }
    }

    fn simple(&mut self, around: &[(Label, Kind)]) -> Statement {
        let number = self.number();
        let clauses: Vec<Label> =
            around.iter().filter(|(_, kind)| *kind == Kind::Clause).map(|(label, _)| *label).collect();
        match self.random.below(10) {
            0 => Statement::Set(number),
            1 => Statement::Throw(self.tag(), number),
            2 => self.sometimes(|it| Statement::Throw(it.tag(), number)),
            3 | 4 => Statement::CallThrow(self.tag(), number),
            5 if self.function > 0 => Statement::Call(self.random.below(self.function)),
            6 => self.sometimes(|it| Statement::Branch(around[it.random.below(around.len())].0)),
            7 if !clauses.is_empty() => Statement::Rethrow(clauses[self.random.below(clauses.len())]),
            8 if !clauses.is_empty() => {
                self.sometimes(|it| Statement::Rethrow(clauses[it.random.below(clauses.len())]))
            }
            9 => self.sometimes(|_| Statement::Return),
            _ => Statement::Log(number),
        }
    }

    fn sometimes(&mut self, statement: impl FnOnce(&mut Self) -> Statement) -> Statement {
        let bits = self.number() % 4;
        Statement::If(bits, vec![statement(self)])
    }

    fn tag(&mut self) -> Tag {
        self.number() % TAGS
    }

    fn number(&mut self) -> u32 {
        u32::try_from(self.random.below(100)).expect("it is below 100")
    }
}

/// Xorshift (G. Marsaglia, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 20) % limit as u64).expect("it is below the limit")
    }
}
