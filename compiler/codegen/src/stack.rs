//! The operand stack and the structured control instructions that are open, while a body is translated.

use cranelift_codegen::ir::{Block, SourceLoc, Value};

/// Operands, open control instructions, and whether the code at hand can be reached.
///
/// Invariant: while the code at hand is unreachable, there are no operands above the innermost frame's, and no operator is
/// translated but the `else` or `end` that makes it reachable again.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    values: Vec<Value>,
    frames: Vec<Frame>,
    unreachable: bool,
    /// Control instructions that were opened in unreachable code, and are skipped whole.
    skipped: usize,
}

/// A structured control instruction that is open. The function itself is the outermost.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: FrameKind,
    /// How many parameters it has.
    pub(crate) params: usize,
    /// Where code continues after its `end`, with its results as block parameters.
    pub(crate) end: Block,
    /// How many results it has.
    pub(crate) results: usize,
    /// Whether some branch leads to `end`.
    pub(crate) end_reached: bool,
    /// How many operands were on the stack before its parameters.
    height: usize,
}

/// What kind of control instruction a frame is.
#[derive(Debug)]
pub(crate) enum FrameKind {
    /// `block`, the function itself, and an `if` after its `else`.
    Block,
    /// `loop`, to whose start branches lead.
    Loop {
        /// Where it starts, with its parameters as block parameters.
        header: Block,
    },
    /// `if`, before its `else`.
    If {
        /// Where it continues if the condition does not hold.
        otherwise: Block,
        /// Its parameters, with which the other arm starts as well.
        arguments: Vec<Value>,
    },
    /// `try_table`.
    TryTable,
    /// `try`, in its body.
    Try,
    /// `try`, in a clause.
    Catch {
        /// The exception that the clauses look at; `None` if there is none.
        exception: Option<Value>,
        /// Where it gets to if no clause so far catches it.
        uncaught: Option<Block>,
        /// Of the `try`.
        location: SourceLoc,
    },
}

impl Stack {
    /// Pushes an operand.
    pub(crate) fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    /// Pushes operands.
    pub(crate) fn extend(&mut self, values: impl IntoIterator<Item = Value>) {
        self.values.extend(values);
    }

    /// Pops an operand.
    pub(crate) fn pop(&mut self) -> Value {
        self.values.pop().expect("invariant: a valid body does not underflow its stack")
    }

    /// Pops the two topmost operands; the lower one first.
    pub(crate) fn pop2(&mut self) -> (Value, Value) {
        let upper = self.pop();
        (self.pop(), upper)
    }

    /// Pops the three topmost operands; the lowest one first.
    pub(crate) fn pop3(&mut self) -> (Value, Value, Value) {
        let upper = self.pop();
        let (lower, middle) = self.pop2();
        (lower, middle, upper)
    }

    /// Pops the `count` topmost operands; the lowest one first.
    pub(crate) fn pop_many(&mut self, count: usize) -> Vec<Value> {
        self.values.split_off(self.values.len() - count)
    }

    /// Pops all operands; the lowest one first.
    pub(crate) fn pop_all(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.values)
    }

    /// The `count` topmost operands; the lowest one first.
    pub(crate) fn top(&self, count: usize) -> &[Value] {
        &self.values[self.values.len() - count..]
    }

    /// Opens a control instruction, whose parameters are on top of the stack.
    pub(crate) fn open(&mut self, kind: FrameKind, params: usize, end: Block, results: usize) {
        let height = self.values.len() - params;
        self.frames.push(Frame { kind, params, end, results, end_reached: false, height });
    }

    /// Closes the innermost control instruction, and drops its operands.
    pub(crate) fn close(&mut self) -> Frame {
        let frame = self.frames.pop().expect("invariant: a valid body's control instructions are balanced");
        self.values.truncate(frame.height);
        frame
    }

    /// Goes on to the other arm of the innermost control instruction, which starts with `arguments`.
    pub(crate) fn switch_arm(&mut self, arguments: &[Value]) {
        let height = self.frame(0).height;
        self.values.truncate(height);
        self.values.extend(arguments);
        self.unreachable = false;
    }

    /// The control instruction that `depth` others lie in; 0 is the innermost.
    pub(crate) fn frame(&mut self, depth: u32) -> &mut Frame {
        // Lossless: u32 to usize.
        let at = self.frames.len() - 1 - depth as usize;
        &mut self.frames[at]
    }

    /// The control instruction at `position` among those that are open; the function itself is at 0.
    pub(crate) fn frame_at(&mut self, position: usize) -> &mut Frame {
        &mut self.frames[position]
    }

    /// How many control instructions are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether the function itself is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether the code at hand can be reached.
    pub(crate) fn is_reachable(&self) -> bool {
        !self.unreachable
    }

    /// What follows cannot be reached.
    pub(crate) fn set_unreachable(&mut self) {
        self.unreachable = true;
        let height = self.frame(0).height;
        self.values.truncate(height);
    }

    /// What follows can be reached.
    pub(crate) fn set_reachable(&mut self) {
        self.unreachable = false;
    }

    /// In unreachable code: a control instruction is opened.
    pub(crate) fn skip_open(&mut self) {
        self.skipped += 1;
    }

    /// In unreachable code: whether the `else` or `end` at hand belongs to a control instruction that is skipped.
    pub(crate) fn is_skipping(&self) -> bool {
        self.skipped > 0
    }

    /// In unreachable code: a skipped control instruction is closed.
    pub(crate) fn skip_close(&mut self) {
        self.skipped -= 1;
    }
}

impl Frame {
    /// Where a branch to it leads, and with how many operands.
    pub(crate) fn target(&mut self) -> (Block, usize) {
        match self.kind {
            FrameKind::Loop { header } => (header, self.params),
            _ => {
                self.end_reached = true;
                (self.end, self.results)
            }
        }
    }
}
