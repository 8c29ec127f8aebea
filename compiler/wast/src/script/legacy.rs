//! The legacy exception instructions in folded form, which the parser of the text format no longer reads, become plain ones:
//!
//! ```text
//! (try $l (result i32) (do A) (catch $e B) (catch_all C))   becomes   try $l (result i32) A catch $e B catch_all C end
//! (try (do A) (delegate 0))                                 becomes   try A delegate 0
//! ```
//!
//! Lines stay what they are. Not covered: a `try` that is itself an operand of a folded instruction.

use std::borrow::Cow;

use wast::lexer::{Lexer, Token, TokenKind};

/// What a parenthesis that is open belongs to.
enum Open {
    Try { delegates: bool },
    Clause,
    Other,
}

/// `text` without folded `try`; as it is, if it has none or is not lexed.
pub(super) fn unfold(text: &str) -> Cow<'_, str> {
    if !text.contains("(try") {
        return Cow::Borrowed(text);
    }
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    match lexer.iter(0).collect::<Result<Vec<Token>, _>>() {
        Ok(tokens) => Cow::Owned(rewrite(text, &tokens)),
        Err(_) => Cow::Borrowed(text),
    }
}

fn rewrite(text: &str, tokens: &[Token]) -> String {
    let mut output = String::with_capacity(text.len());
    let mut open: Vec<Open> = Vec::new();
    let mut tokens = tokens.iter().peekable();
    while let Some(token) = tokens.next() {
        match token.kind {
            TokenKind::LParen => {
                let keyword = tokens.peek().map_or("", |next| next.src(text));
                let (opened, written) = match (open.last_mut(), keyword) {
                    (_, "try") => (Open::Try { delegates: false }, " "),
                    (Some(Open::Try { .. }), "do") => {
                        tokens.next();
                        (Open::Clause, " ")
                    }
                    (Some(Open::Try { .. }), "catch" | "catch_all") => (Open::Clause, " "),
                    (Some(Open::Try { delegates }), "delegate") => {
                        *delegates = true;
                        (Open::Clause, " ")
                    }
                    _ => (Open::Other, "("),
                };
                open.push(opened);
                output.push_str(written);
            }
            TokenKind::RParen => output.push_str(match open.pop() {
                Some(Open::Try { delegates: false }) => " end ",
                Some(Open::Try { delegates: true } | Open::Clause) => " ",
                Some(Open::Other) | None => ")",
            }),
            _ => output.push_str(token.src(text)),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_try_becomes_plain() {
        let text = "(func (try $l (result i32)\n (do (f))\n (catch $e (g)) (catch_all)))";
        let expected = "(func  try $l (result i32)\n   (f) \n  catch $e (g)   catch_all  end )";
        assert_eq!(unfold(text), expected);
    }

    #[test]
    fn delegation_ends_a_try() {
        assert_eq!(unfold("(try (do) (delegate 0))"), " try     delegate 0  ");
    }

    #[test]
    fn other_clauses_stay() {
        let text = "(try_table (catch $e 0) (do))";
        assert_eq!(unfold(text), text);
    }
}
