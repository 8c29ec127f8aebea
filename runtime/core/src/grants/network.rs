//! Addresses that a program may connect to and listen on.

use core::net::SocketAddr;

use wasmelt_abi::grants::{Direction, Grant, NetworkRule, Protocol};

use super::{Granted, table};
use crate::wasi::errno::{Errno, Result};

/// Verb: listen.
pub(crate) enum Listen {}

/// Whether the program may reach, or be reached at, an address. Preview 1 has no call that asks; what asks will need the
/// token.
#[allow(dead_code, reason = "preview 1 has no call that connects")]
pub(crate) fn reach<Verb>(
    direction: Direction,
    protocol: Protocol,
    address: SocketAddr,
) -> Result<Granted<Verb, SocketAddr>> {
    allowed(table::grants(), direction, protocol, address)
}

fn allowed<'a, Verb>(
    grants: impl Iterator<Item = Grant<'a>>,
    direction: Direction,
    protocol: Protocol,
    address: SocketAddr,
) -> Result<Granted<Verb, SocketAddr>> {
    let mut rules = grants.filter_map(rule);
    match rules.any(|rule| rule.allows(direction, protocol, address.ip(), address.port())) {
        true => Ok(Granted::new(address)),
        false => Err(Errno::Notcapable),
    }
}

fn rule(grant: Grant<'_>) -> Option<NetworkRule> {
    match grant {
        Grant::Network(rule) => Some(rule),
        _ => None,
    }
}

/// The sockets that the program has from its start: of the rules for listening over TCP, those that name one address and
/// one port.
pub(crate) fn listeners() -> impl Iterator<Item = Granted<Listen, SocketAddr>> {
    table::grants().filter_map(rule).filter_map(|rule| {
        let (address, bits) = rule.network?;
        let is_whole = bits == if address.is_ipv4() { 32 } else { 128 };
        let is_listener = rule.direction == Direction::Listen && rule.protocol == Protocol::Tcp;
        let (port, last) = rule.ports;
        (is_whole && is_listener && port == last).then(|| Granted::new(SocketAddr::new(address, port)))
    })
}

#[cfg(test)]
mod tests {
    use wasmelt_policy::{Policy, parse_rule};

    use super::super::denied::{Denials, Effective};
    use super::*;

    fn is_allowed(table: &[u8], denials: &str, direction: Direction, protocol: Protocol, address: &str) -> bool {
        let grants = Effective::new(table, Denials::new(denials));
        allowed::<Listen>(grants, direction, protocol, address.parse().unwrap()).is_ok()
    }

    #[test]
    fn only_what_a_rule_allows_is_reached() {
        use Direction::{Connect, Listen};
        use Protocol::{Tcp, Udp};
        let mut policy = Policy::default();
        let nothing = policy.to_table();
        policy.grant_network(parse_rule(Connect, "10.0.0.0/8:443").unwrap());
        policy.grant_network(parse_rule(Connect, "udp:*:53").unwrap());
        policy.grant_network(parse_rule(Listen, "[::1]:8000-8010").unwrap());
        let table = policy.to_table();
        for (direction, protocol, address, expected) in [
            (Connect, Tcp, "10.1.2.3:443", true),
            (Connect, Tcp, "10.1.2.3:80", false),
            (Connect, Tcp, "11.1.2.3:443", false),
            (Connect, Udp, "10.1.2.3:443", false),
            (Connect, Udp, "[2001:db8::1]:53", true),
            (Listen, Tcp, "[::1]:8005", true),
            (Listen, Tcp, "[::1]:8011", false),
            (Listen, Tcp, "127.0.0.1:8005", false),
            (Listen, Tcp, "10.1.2.3:443", false),
        ] {
            assert_eq!(is_allowed(&table, "", direction, protocol, address), expected, "{address}");
            assert!(!is_allowed(&table, "net,listen", direction, protocol, address));
            assert!(!is_allowed(&nothing, "", direction, protocol, address));
        }
    }
}
