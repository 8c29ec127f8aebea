//! Granted environment variables.

use std::fmt;
use std::str::FromStr;

use crate::{Text, VariableError};

/// An environment variable that the program sees.
///
/// As text, in flags: `NAME` for the variable of the process, if it has it when it starts, or `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable {
    name: Text,
    value: Option<Text>,
}

impl Variable {
    /// The variable `name` of the process that the program runs in.
    ///
    /// # Errors
    ///
    /// If the name is empty or holds a `=` or a zero byte.
    pub fn inherit(name: &str) -> Result<Variable, VariableError> {
        match name {
            "" => Err(VariableError::NoName { value: name.to_owned() }),
            _ if name.contains('=') => Err(VariableError::EqualsSignInName { name: name.to_owned() }),
            _ => Ok(Variable { name: text(name)?, value: None }),
        }
    }

    /// The variable `name` with the value `value`.
    ///
    /// # Errors
    ///
    /// As for [`Variable::inherit`], and if the value holds a zero byte.
    pub fn literal(name: &str, value: &str) -> Result<Variable, VariableError> {
        let value = Some(text(value)?);
        Ok(Variable { value, ..Variable::inherit(name)? })
    }

    /// The variable's name.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The variable's value, or `None` if it is the process's.
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(Text::as_str)
    }
}

fn text(value: &str) -> Result<Text, VariableError> {
    Text::try_from(value).map_err(|error| VariableError::ZeroByte { value: value.to_owned(), error })
}

impl FromStr for Variable {
    type Err = VariableError;

    fn from_str(variable: &str) -> Result<Variable, VariableError> {
        match variable.split_once('=') {
            None => Variable::inherit(variable),
            Some(("", _)) => Err(VariableError::NoName { value: variable.to_owned() }),
            Some((name, value)) => Variable::literal(name, value),
        }
    }
}

/// The text that parses to the same grant.
impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())?;
        self.value().map_or(Ok(()), |value| write!(formatter, "={value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextError;

    #[test]
    fn flag_values_parse_and_display() {
        let cases = [("HOME", "HOME", None), ("A=", "A", Some("")), ("A=b=c", "A", Some("b=c"))];
        for (text, name, value) in cases {
            let variable: Variable = text.parse().unwrap();
            assert_eq!((variable.name(), variable.value()), (name, value));
            assert_eq!(variable.to_string(), text);
        }
    }

    #[test]
    fn refused_values_are_quoted() {
        let no_name = |value: &str| VariableError::NoName { value: value.to_owned() };
        assert_eq!("".parse::<Variable>(), Err(no_name("")));
        assert_eq!("=x".parse::<Variable>(), Err(no_name("=x")));
        assert_eq!(Variable::inherit("a=b"), Err(VariableError::EqualsSignInName { name: "a=b".to_owned() }));
        let error = TextError { at: 1 };
        assert_eq!("A=b\0".parse::<Variable>(), Err(VariableError::ZeroByte { value: "b\0".to_owned(), error }));
    }
}
