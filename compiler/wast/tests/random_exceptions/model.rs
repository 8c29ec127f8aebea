//! What a program does, by its structure (WebAssembly core specification, section 4.4.8 "Control Instructions", and the legacy
//! version of the exception handling proposal).

use std::collections::HashMap;

use crate::program::{Body, Clause, Label, Program, Statement, Tag, WIDE};

/// The account after a call of the last function; `None` if that takes too long.
pub(crate) fn run(program: &Program, argument: u32) -> Option<i32> {
    let mut model = Model { program, account: 0, calls: 0 };
    match model.call(program.len() - 1, argument) {
        Ok(()) => model.log(1000),
        Err(Exit::Exception(exception)) => {
            model.log_payload(exception);
            model.log(2000 + exception.tag);
        }
        Err(Exit::TooLong) => return None,
        Err(_) => unreachable!("functions are not left by branches"),
    }
    Some(model.account.cast_signed())
}

#[derive(Clone, Copy)]
struct Exception {
    tag: Tag,
    number: u32,
}

/// How a statement ends that does not go on to the next.
enum Exit {
    Exception(Exception),
    /// To be raised where this control instruction is.
    Delegated(Label, Exception),
    Branch(Label),
    Return,
    TooLong,
}

type Ended = Result<(), Exit>;

struct Model<'p> {
    program: &'p Program,
    account: u32,
    calls: u32,
}

/// A call of a function.
struct Activation {
    parameter: u32,
    variable: u32,
    /// The exceptions of the clauses that are executed.
    caught: HashMap<Label, Exception>,
}

impl Model<'_> {
    const MOST_CALLS: u32 = 10_000;

    fn call(&mut self, function: usize, parameter: u32) -> Ended {
        self.calls += 1;
        if self.calls > Model::MOST_CALLS {
            return Err(Exit::TooLong);
        }
        let mut activation = Activation { parameter, variable: 7, caught: HashMap::new() };
        let body = &self.program[function];
        match leave(0, self.body(&mut activation, body)) {
            Err(Exit::Return) => return Ok(()),
            ended => ended?,
        }
        self.log(activation.variable);
        Ok(())
    }

    fn body(&mut self, it: &mut Activation, body: &Body) -> Ended {
        body.iter().try_for_each(|statement| self.statement(it, statement))
    }

    fn statement(&mut self, it: &mut Activation, statement: &Statement) -> Ended {
        match statement {
            Statement::Log(number) => {
                self.log(*number);
                self.log(it.variable);
                Ok(())
            }
            Statement::Set(number) => {
                it.variable = it.variable.wrapping_mul(3).wrapping_add(*number);
                Ok(())
            }
            Statement::CallThrow(..) if it.parameter & 1 == 0 => Ok(()),
            &(Statement::Throw(tag, number) | Statement::CallThrow(tag, number)) => {
                Err(Exit::Exception(Exception { tag, number }))
            }
            Statement::If(bits, _) if it.parameter & 3 != *bits => Ok(()),
            Statement::If(_, body) => self.body(it, body),
            Statement::Call(function) => self.call(*function, it.parameter.wrapping_add(1)),
            Statement::Branch(label) => Err(Exit::Branch(*label)),
            Statement::Return => Err(Exit::Return),
            Statement::Rethrow(label) => Err(Exit::Exception(it.caught[label])),
            Statement::Block(label, body) => leave(*label, self.body(it, body)),
            Statement::Try(label, body, clauses) => self.try_(it, *label, body, clauses),
            Statement::Delegate(label, body, to) => match leave(*label, self.body(it, body)) {
                Err(Exit::Exception(exception)) => Err(Exit::Delegated(*to, exception)),
                ended => ended,
            },
            Statement::TryTable(label, body, clauses, after) => {
                let ended = match self.body(it, body) {
                    Ok(()) => self.body(it, after),
                    Err(Exit::Exception(exception)) => self.clause(it, clauses, exception),
                    ended => ended,
                };
                leave(*label, ended)
            }
        }
    }

    fn try_(&mut self, it: &mut Activation, label: Label, body: &Body, clauses: &[(Option<Tag>, Body)]) -> Ended {
        let exception = match leave(label, self.body(it, body)) {
            Err(Exit::Exception(exception)) => exception,
            ended => return ended,
        };
        let catches = |(tag, _): &&(Option<Tag>, Body)| tag.is_none_or(|tag| tag == exception.tag);
        let Some((tag, clause)) = clauses.iter().find(catches) else { return Err(Exit::Exception(exception)) };
        if tag.is_some() {
            self.log_payload(exception);
        }
        it.caught.insert(label, exception);
        leave(label, self.body(it, clause))
    }

    fn clause(&mut self, it: &Activation, clauses: &[Clause], exception: Exception) -> Ended {
        let catches = |clause: &Clause| clause.tag.is_none_or(|tag| tag == exception.tag);
        let Some(at) = clauses.iter().position(catches) else { return Err(Exit::Exception(exception)) };
        if clauses[at].tag.is_some() {
            self.log_payload(exception);
        }
        self.log(200 + u32::try_from(at).expect("a try_table has few clauses"));
        self.log(it.variable);
        if clauses[at].again { Err(Exit::Exception(exception)) } else { Ok(()) }
    }

    fn log_payload(&mut self, exception: Exception) {
        self.log(exception.number);
        if exception.tag == WIDE {
            self.log(exception.number + 1);
        }
    }

    fn log(&mut self, number: u32) {
        self.account = self.account.wrapping_mul(31).wrapping_add(number);
    }
}

/// How control instruction `label` ends if what is in it ends so.
fn leave(label: Label, ended: Ended) -> Ended {
    match ended {
        Err(Exit::Branch(to)) if to == label => Ok(()),
        Err(Exit::Delegated(to, exception)) if to == label => Err(Exit::Exception(exception)),
        ended => ended,
    }
}
