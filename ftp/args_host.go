package ftp

import (
	"net/netip"
	"strings"
)

// ParseHost reads the argument of HOST (RFC 7151, 3.1): a domain name, which is
// returned in lower case and without a dot at its end; an IPv4 address; or an
// IPv6 address in brackets, which lftp leaves out. Of name and addr, one is set. A port is ErrSyntax,
// and so is a name that is not of letters, digits and hyphens: international ones
// are sent as A-labels.
func ParseHost(arg string) (name string, addr netip.Addr, err error) {
	if v6, ok := strings.CutPrefix(arg, "["); ok {
		v6, ok = strings.CutSuffix(v6, "]")
		addr, err := netip.ParseAddr(v6)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", netip.Addr{}, ErrSyntax
		}
		return "", addr.Unmap(), nil
	}
	if addr, err := netip.ParseAddr(arg); err == nil && addr.Zone() == "" {
		return "", addr.Unmap(), nil
	}
	name = strings.ToLower(strings.TrimSuffix(arg, "."))
	if len(name) > 253 {
		return "", netip.Addr{}, ErrSyntax
	}
	last := ""
	for label := range strings.SplitSeq(name, ".") {
		if !isLabel(label) {
			return "", netip.Addr{}, ErrSyntax
		}
		last = label
	}
	if strings.Trim(last, "0123456789") == "" {
		return "", netip.Addr{}, ErrSyntax // an address that is none
	}
	return name, netip.Addr{}, nil
}

// isLabel reports whether s is a label of a host name (RFC 1123, 2.1), in lower
// case.
func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}
