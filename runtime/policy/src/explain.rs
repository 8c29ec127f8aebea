//! Policies in words.

use crate::{Access, Clocks, Direction, LimitKind, Policy, Randomness, amount, limit_name, rule_text};

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
        let all_variables =
            self.inherit_environment.then(|| "sees all environment variables of its process".to_owned());
        let files = self.files.iter().map(|file| {
            let verbs = if file.access() == Access::ReadOnly { "reads" } else { "reads and writes" };
            format!("{verbs} the file {} as {}", file.host(), file.guest())
        });
        let network = self.network.iter().map(|rule| {
            let verb = if rule.direction == Direction::Connect { "connects to" } else { "listens on" };
            format!("{verb} {}", rule_text(rule))
        });
        let limits = LimitKind::ALL.into_iter().filter_map(|kind| {
            let value = self.limits.get(kind)?;
            Some(format!("is limited to {} of {}", amount(kind, value), limit_name(kind).replace('-', " ")))
        });
        name.chain(fixed)
            .chain(inherited)
            .chain(variables)
            .chain(all_variables)
            .chain(directories)
            .chain(files)
            .chain(network)
            .chain(self.explain_ambient())
            .chain(limits)
            .collect()
    }

    /// The clocks and random bytes that it has, and the streams that it lacks.
    fn explain_ambient(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let streams = [
            (self.streams.input, "has no standard input"),
            (self.streams.output, "has no standard output"),
            (self.streams.error, "has no standard error"),
        ];
        lines.extend(streams.into_iter().filter(|(has, _)| !has).map(|(_, line)| line.to_owned()));
        match self.clocks {
            Clocks::None => {}
            Clocks::Coarse => lines.push("reads the clocks in whole milliseconds".to_owned()),
            Clocks::Exact => lines.push("reads the clocks".to_owned()),
        }
        match self.randomness {
            Randomness::None => {}
            Randomness::Seeded(seed) => lines.push(format!("gets the random bytes of seed {seed}")),
            Randomness::Real => lines.push("gets random bytes".to_owned()),
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use crate::{Arguments, Clocks, Policy, Randomness};

    #[test]
    fn every_grant_has_its_words() {
        let policy = Policy {
            program_name: Some("app".parse().unwrap()),
            arguments: Arguments { fixed: vec!["a b".parse().unwrap()], inherit: true },
            environment: vec!["HOME".parse().unwrap(), "A=1".parse().unwrap()],
            directories: vec!["data:ro".parse().unwrap(), "/srv::/".parse().unwrap()],
            clocks: Clocks::Exact,
            randomness: Randomness::Seeded(7),
            ..Policy::default()
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
                "reads the clocks",
                "gets the random bytes of seed 7",
            ]
        );
        assert!(Policy::default().explain().is_empty());
    }
}
