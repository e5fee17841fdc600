package memnet

import (
	"net"
	"net/netip"
	"strconv"
)

// parse reads "ip:port" or ":port" for the network "tcp", "tcp4" or "tcp6".
func parse(network, address string) (netip.AddrPort, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return netip.AddrPort{}, &net.AddrError{Err: "invalid port", Addr: address}
	}
	ip := netip.IPv6Unspecified()
	if host != "" {
		if ip, err = netip.ParseAddr(host); err != nil {
			return netip.AddrPort{}, &net.AddrError{Err: "not an IP address", Addr: host}
		}
		ip = ip.Unmap()
	} else if network == "tcp4" {
		ip = netip.IPv4Unspecified()
	}
	switch {
	case network == "tcp", network == "tcp4" && ip.Is4(), network == "tcp6" && ip.Is6():
		return netip.AddrPortFrom(ip, uint16(port)), nil
	case network == "tcp4", network == "tcp6":
		return netip.AddrPort{}, &net.AddrError{Err: "no suitable address found", Addr: host}
	}
	return netip.AddrPort{}, net.UnknownNetworkError(network)
}

// unmap turns an IPv4-mapped IPv6 address into the IPv4 address.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// literal is an address as it was given to Dial, for its errors.
type literal string

func (literal) Network() string  { return "tcp" }
func (l literal) String() string { return string(l) }
