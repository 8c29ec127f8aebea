//! Addresses and ports, as text: `[tcp:|udp:]ADDRESS[/BITS][:PORT[-PORT]]`.
//!
//! `ADDRESS` is numeric, `localhost` for both loopback addresses' IPv4 one, or `*` for all; an IPv6 address with a port
//! stands in brackets. Without a port every port is meant, without a protocol TCP.

use std::net::{IpAddr, Ipv4Addr};

use wasmelt_abi::grants::{Direction, NetworkRule, Protocol};

use crate::NetworkError;

/// The rule that `text` says for `direction`.
///
/// # Errors
///
/// If a part cannot be read.
pub fn parse_rule(direction: Direction, text: &str) -> Result<NetworkRule, NetworkError> {
    let refuse = || NetworkError { text: text.to_owned() };
    let (protocol, rest) = match text.split_once(':') {
        Some(("tcp", rest)) => (Protocol::Tcp, rest),
        Some(("udp", rest)) => (Protocol::Udp, rest),
        _ => (Protocol::Tcp, text),
    };
    let (network, ports) = split_ports(rest).ok_or_else(refuse)?;
    let network = parse_network(network).ok_or_else(refuse)?;
    let ports = parse_ports(ports).ok_or_else(refuse)?;
    Ok(NetworkRule { direction, protocol, network, ports })
}

/// Every address and port, over TCP or UDP.
pub fn any_network(direction: Direction) -> [NetworkRule; 2] {
    let rule = |protocol| NetworkRule { direction, protocol, network: None, ports: (0, u16::MAX) };
    [rule(Protocol::Tcp), rule(Protocol::Udp)]
}

/// The text that parses to `rule`.
pub fn rule_text(rule: &NetworkRule) -> String {
    let protocol = if rule.protocol == Protocol::Udp { "udp:" } else { "" };
    let network = match rule.network {
        None => "*".to_owned(),
        Some((address @ IpAddr::V4(_), 32)) => address.to_string(),
        Some((address @ IpAddr::V4(_), bits)) => format!("{address}/{bits}"),
        Some((address @ IpAddr::V6(_), 128)) => format!("[{address}]"),
        Some((address @ IpAddr::V6(_), bits)) => format!("[{address}]/{bits}"),
    };
    let ports = match rule.ports {
        (0, u16::MAX) => String::new(),
        (first, last) if first == last => format!(":{first}"),
        (first, last) => format!(":{first}-{last}"),
    };
    format!("{protocol}{network}{ports}")
}

fn split_ports(text: &str) -> Option<(&str, Option<&str>)> {
    match text.rsplit_once(':') {
        // More than one colon outside of brackets: an IPv6 address alone.
        Some((before, _)) if !text.starts_with('[') && before.contains(':') => Some((text, None)),
        Some((_, after)) if after.contains(']') => Some((text, None)),
        Some((before, after)) => Some((before, Some(after))),
        None => Some((text, None)),
    }
}

fn parse_network(text: &str) -> Option<Option<(IpAddr, u8)>> {
    if text == "*" || text.is_empty() {
        return Some(None);
    }
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address = match address {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        address => address.strip_prefix('[').map_or(Some(address), |rest| rest.strip_suffix(']'))?.parse().ok()?,
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok().filter(|&bits| bits <= most))?;
    Some(Some((address, bits)))
}

fn parse_ports(text: Option<&str>) -> Option<(u16, u16)> {
    let Some(text) = text else { return Some((0, u16::MAX)) };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_parse_and_display() {
        for text in
            ["*", "*:80", "udp:*:53", "10.0.0.0/8:1-1023", "127.0.0.1:8080", "[::1]:80", "[fe80::]/10", "192.168.0.1"]
        {
            let rule = parse_rule(Direction::Connect, text).unwrap();
            assert_eq!(rule_text(&rule), text);
        }
        assert_eq!(rule_text(&parse_rule(Direction::Listen, "localhost:1").unwrap()), "127.0.0.1:1");
        assert_eq!(rule_text(&parse_rule(Direction::Listen, "::1").unwrap()), "[::1]");
        assert_eq!(rule_text(&parse_rule(Direction::Listen, ":80").unwrap()), "*:80");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["example.org", "1.2.3.4/33", "1.2.3.4:x", "1.2.3.4:9-1", "[::1", "sctp:*", "::1/129", "1.2.3.4:65536"]
        {
            assert!(parse_rule(Direction::Connect, text).is_err(), "{text}");
        }
    }
}
