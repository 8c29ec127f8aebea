//! Policies in words.

use crate::{Access, Policy};

impl Policy {
    /// What the policy grants, one sentence fragment a line, in the order of the grants table.
    ///
    /// ```
    /// let mut policy = wasmelt_policy::Policy::default();
    /// policy.grant_directory("./data::/data".parse()?);
    /// assert_eq!(policy.explain(), ["reads and writes ./data as /data"]);
    /// # Ok::<(), wasmelt_policy::DirectoryError>(())
    /// ```
    pub fn explain(&self) -> Vec<String> {
        let name = self.program_name.iter().map(|name| format!("sees the program name {name}"));
        let fixed =
            self.arguments.fixed.iter().map(|argument| format!("always gets the argument {:?}", argument.as_str()));
        let inherited = self.arguments.inherit.then(|| "gets the arguments it is started with".to_owned());
        let variables = self.environment.iter().map(|variable| match variable.value() {
            Some(value) => format!("sees the environment variable {} as {value:?}", variable.name()),
            None => format!("sees the environment variable {} of its process", variable.name()),
        });
        let directories = self.directories.iter().map(|directory| {
            let verbs = match directory.access() {
                Access::ReadOnly => "reads",
                Access::ReadWrite => "reads and writes",
            };
            format!("{verbs} {} as {}", directory.host(), directory.guest())
        });
        name.chain(fixed).chain(inherited).chain(variables).chain(directories).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Arguments, Policy};

    #[test]
    fn every_grant_has_its_words() {
        let policy = Policy {
            program_name: Some("app".parse().unwrap()),
            arguments: Arguments { fixed: vec!["a b".parse().unwrap()], inherit: true },
            environment: vec!["HOME".parse().unwrap(), "A=1".parse().unwrap()],
            directories: vec!["data:ro".parse().unwrap(), "/srv::/".parse().unwrap()],
        };
        assert_eq!(
            policy.explain(),
            [
                "sees the program name app",
                "always gets the argument \"a b\"",
                "gets the arguments it is started with",
                "sees the environment variable HOME of its process",
                "sees the environment variable A as \"1\"",
                "reads data as data",
                "reads and writes /srv as /",
            ]
        );
        assert!(Policy::default().explain().is_empty());
    }
}
