//! Programs in the text format.

use std::fmt::Write;

use crate::program::{Body, Clause, Label, Program, Statement, TAGS, Tag, WIDE};

/// The module of `program`, which exports `run`.
pub(crate) fn module(program: &Program) -> String {
    let mut text = String::from(
        "(module\n(global $account (mut i32) (i32.const 0))
(func $log (param i32)
  (global.set $account (i32.add (i32.mul (global.get $account) (i32.const 31)) (local.get 0))))\n",
    );
    for tag in 0..TAGS {
        let thrown = throw(tag, "(local.get 0)");
        let _ = writeln!(text, "(tag $t{tag} (param {}))", payload_types(Some(tag)));
        let _ = writeln!(
            text,
            "(func $throw{tag} (param i32 i32)\n  (if (i32.and (local.get 1) (i32.const 1)) (then {thrown})))"
        );
    }
    for (function, statements) in program.iter().enumerate() {
        let _ =
            writeln!(text, "(func $f{function} (param i32) (local i32 exnref)\n(local.set 1 (i32.const 7))\nblock $l0");
        body(&mut text, statements);
        text += "end\n(call $log (local.get 1)))\n";
    }
    text + &entry(program.len() - 1)
}

/// `run`: the account after a call of `function`, and what became of it.
fn entry(function: usize) -> String {
    let blocks: String =
        (0..TAGS).map(|tag| format!("(block $h{tag} (result {})\n", payload_types(Some(tag)))).collect();
    let clauses: String = (0..TAGS).map(|tag| format!("(catch $t{tag} $h{tag}) ")).collect();
    let ends = (0..TAGS)
        .rev()
        .map(|tag| format!(")\n{}(call $log (i32.const {}))\n(br $done)\n", log_payload(Some(tag)), 2000 + tag));
    format!(
        "(func (export \"run\") (param i32) (result i32)\n(global.set $account (i32.const 0))\n(block $done\n{blocks}
(try_table {clauses} (call $f{function} (local.get 0)))\n(call $log (i32.const 1000))\n(br $done)\n{})
(global.get $account)))\n",
        ends.collect::<String>()
    )
}

fn body(text: &mut String, statements: &Body) {
    for it in statements {
        statement(text, it);
    }
}

fn statement(text: &mut String, statement: &Statement) {
    let line = match statement {
        Statement::Log(number) => format!("(call $log (i32.const {number})) (call $log (local.get 1))"),
        Statement::Set(number) => {
            format!("(local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 3)) (i32.const {number})))")
        }
        Statement::Throw(tag, number) => throw(*tag, &format!("(i32.const {number})")),
        Statement::CallThrow(tag, number) => format!("(call $throw{tag} (i32.const {number}) (local.get 0))"),
        Statement::Call(function) => format!("(call $f{function} (i32.add (local.get 0) (i32.const 1)))"),
        Statement::Branch(label) => format!("br $l{label}"),
        Statement::Return => "return".to_owned(),
        Statement::Rethrow(label) => format!("rethrow $l{label}"),
        Statement::If(bits, inner) => {
            let _ = writeln!(text, "(i32.eq (i32.and (local.get 0) (i32.const 3)) (i32.const {bits})) if");
            body(text, inner);
            "end".to_owned()
        }
        Statement::Block(label, inner) => {
            let _ = writeln!(text, "block $l{label}");
            body(text, inner);
            "end".to_owned()
        }
        Statement::Try(label, inner, clauses) => {
            let _ = writeln!(text, "try $l{label}");
            body(text, inner);
            for (tag, clause) in clauses {
                let head = tag.map_or("catch_all".to_owned(), |tag| format!("catch $t{tag}"));
                let _ = writeln!(text, "{head} {}", log_payload(*tag));
                body(text, clause);
            }
            "end".to_owned()
        }
        Statement::Delegate(label, inner, to) => {
            let _ = writeln!(text, "try $l{label}");
            body(text, inner);
            format!("delegate $l{to}")
        }
        Statement::TryTable(label, inner, clauses, after) => {
            try_table(text, *label, inner, clauses, after);
            "end".to_owned()
        }
    };
    let _ = writeln!(text, "{line}");
}

/// A block for each clause in the block of `label`, the first innermost, and the `try_table` in all of them.
fn try_table(text: &mut String, label: Label, inner: &Body, clauses: &[Clause], after: &Body) {
    let _ = writeln!(text, "block $l{label}");
    for (at, clause) in clauses.iter().enumerate().rev() {
        let reference = if clause.reference { " exnref" } else { "" };
        let _ = writeln!(text, "block $l{label}c{at} (result {}{reference})", payload_types(clause.tag));
    }
    text.push_str("try_table ");
    for (at, clause) in clauses.iter().enumerate() {
        let (all, tag) = clause.tag.map_or(("_all", String::new()), |tag| ("", format!("$t{tag}")));
        let reference = if clause.reference { "_ref" } else { "" };
        let _ = write!(text, "(catch{all}{reference} {tag} $l{label}c{at}) ");
    }
    text.push('\n');
    body(text, inner);
    text.push_str("end\n");
    body(text, after);
    let _ = writeln!(text, "br $l{label}");
    for (at, clause) in clauses.iter().enumerate() {
        let reference = if clause.reference { "(local.set 2)" } else { "" };
        let _ = writeln!(text, "end {reference} {}", log_payload(clause.tag));
        let _ = writeln!(text, "(call $log (i32.const {})) (call $log (local.get 1))", 200 + at);
        let _ = if clause.again { writeln!(text, "(throw_ref (local.get 2))") } else { writeln!(text, "br $l{label}") };
    }
}

fn payload_types(tag: Option<Tag>) -> &'static str {
    match tag {
        None => "",
        Some(WIDE) => "f64 v128 i32",
        Some(_) => "i32",
    }
}

fn throw(tag: Tag, number: &str) -> String {
    if tag == WIDE {
        let double = format!("(f64.convert_i32_u (i32.add {number} (i32.const 1)))");
        return format!("(throw $t{tag} {double} (v128.const i32x4 1 2 3 4) {number})");
    }
    format!("(throw $t{tag} {number})")
}

/// Enters the payload, which lies on the stack, into the account.
fn log_payload(tag: Option<Tag>) -> &'static str {
    match tag {
        None => "",
        Some(WIDE) => "(call $log) (drop) (i32.trunc_f64_u) (call $log)",
        Some(_) => "(call $log)",
    }
}
