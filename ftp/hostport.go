package ftp

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// ErrSyntax reports an argument or a text that does not follow its grammar.
var ErrSyntax = errors.New("ftp: syntax error")

// FamilyError reports a host-port of an address family that is not known.
// Family is the number given.
type FamilyError struct{ Family int }

func (e *FamilyError) Error() string {
	return "ftp: address family " + strconv.Itoa(e.Family) + " is not supported"
}

// FormatHostPort returns "h1,h2,h3,h4,p1,p2" as PORT and the 227 reply want it
// (RFC 959, 4.1.2). The address must be IPv4, or IPv4 mapped into IPv6.
func FormatHostPort(ap netip.AddrPort) string {
	a := ap.Addr().Unmap().As4()
	p := ap.Port()
	var room [len("255,255,255,255,255,255")]byte
	b := room[:0]
	for i, n := range [...]byte{a[0], a[1], a[2], a[3], byte(p >> 8), byte(p)} {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(b)
}

// ParseHostPort reads the argument of PORT (RFC 959, 5.3.2). A port of 0 is
// ErrSyntax.
func ParseHostPort(s string) (netip.AddrPort, error) {
	n, err := parseOctets(s)
	if err != nil || len(n) != 6 {
		return netip.AddrPort{}, ErrSyntax
	}
	return addrPort(n[:4], n[4:])
}

// ParsePassive reads the text of a 227 reply: six numbers with five commas,
// anywhere in it (RFC 1123, 4.1.2.6). A single number is the port of the
// server's own address (SPSV), which then is not valid in the result.
func ParsePassive(text string) (netip.AddrPort, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r != ',' && (r < '0' || r > '9') })
	for _, f := range fields {
		if strings.Count(f, ",") >= 5 {
			return ParseHostPort(strings.Trim(f, ","))
		}
	}
	if i := strings.LastIndexByte(text, ' '); strings.IndexByte(text, ',') < 0 {
		if p, err := parsePort(strings.Trim(text[i+1:], "().")); err == nil {
			return netip.AddrPortFrom(netip.Addr{}, p), nil
		}
	}
	return netip.AddrPort{}, ErrSyntax
}

// FormatExtended returns "|1|132.235.1.2|6275|", the argument of EPRT
// (RFC 2428, 2).
func FormatExtended(ap netip.AddrPort) string {
	addr := ap.Addr().Unmap().WithZone("")
	family := 1
	if addr.Is6() {
		family = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", family, addr, ap.Port())
}

// ParseExtended reads the argument of EPRT (RFC 2428, 2), whose delimiter may
// be any of the characters 33 to 126. A family other than 1 and 2 is a
// *FamilyError, everything else that is wrong ErrSyntax.
func ParseExtended(s string) (netip.AddrPort, error) {
	f, err := delimited(s)
	if err != nil || len(f) != 3 {
		return netip.AddrPort{}, ErrSyntax
	}
	family, err := parseNumber(f[0], 1<<16)
	if err != nil {
		return netip.AddrPort{}, ErrSyntax
	}
	if family != 1 && family != 2 {
		return netip.AddrPort{}, &FamilyError{Family: family}
	}
	addr, err := netip.ParseAddr(f[1])
	if err != nil || addr.Is4() != (family == 1) || addr.Zone() != "" {
		return netip.AddrPort{}, ErrSyntax
	}
	port, err := parsePort(f[2])
	if err != nil {
		return netip.AddrPort{}, ErrSyntax
	}
	return netip.AddrPortFrom(addr, port), nil
}

// FormatExtendedPassive returns "(|||6446|)", as in the 229 reply (RFC 2428, 3).
func FormatExtendedPassive(port uint16) string { return fmt.Sprintf("(|||%d|)", port) }

// ParseExtendedPassive reads the text of a 229 reply. The address in the
// result is valid only if the server gave one, which RFC 2428 does not foresee.
func ParseExtendedPassive(text string) (netip.AddrPort, error) {
	_, s, ok := strings.Cut(text, "(")
	i := strings.LastIndexByte(s, ')')
	if !ok || i < 0 {
		return netip.AddrPort{}, ErrSyntax
	}
	f, err := delimited(s[:i])
	if err != nil || len(f) != 3 {
		return netip.AddrPort{}, ErrSyntax
	}
	port, err := parsePort(f[2])
	if err != nil {
		return netip.AddrPort{}, ErrSyntax
	}
	addr, _ := netip.ParseAddr(f[1])
	return netip.AddrPortFrom(addr, port), nil
}

// FormatLong returns "4,4,132,235,1,2,2,24,131", the argument of LPRT and the
// body of the 228 reply (RFC 1639, 2 and 3).
func FormatLong(ap netip.AddrPort) string {
	addr := ap.Addr().Unmap()
	family := 4
	if addr.Is6() {
		family = 6
	}
	octets := addr.AsSlice()
	b := fmt.Appendf(nil, "%d,%d", family, len(octets))
	for _, o := range octets {
		b = fmt.Appendf(b, ",%d", o)
	}
	p := ap.Port()
	return string(fmt.Appendf(b, ",2,%d,%d", p>>8, p&255))
}

// ParseLong reads the argument of LPRT (RFC 1639, 2); blanks after the commas
// are allowed. A family other than 4 and 6 is a *FamilyError.
func ParseLong(s string) (netip.AddrPort, error) {
	n, err := parseOctets(strings.ReplaceAll(s, " ", ""))
	if err != nil || len(n) < 2 {
		return netip.AddrPort{}, ErrSyntax
	}
	family, size := n[0], int(n[1])
	if family != 4 && family != 6 {
		return netip.AddrPort{}, &FamilyError{Family: int(family)}
	}
	if (family == 4) != (size == 4) || (family == 6) != (size == 16) || len(n) != 2+size+3 || n[2+size] != 2 {
		return netip.AddrPort{}, ErrSyntax
	}
	return addrPort(n[2:2+size], n[3+size:])
}

// ParseLongPassive reads the text of a 228 reply (RFC 1639, 3).
func ParseLongPassive(text string) (netip.AddrPort, error) {
	_, s, ok := strings.Cut(text, "(")
	i := strings.IndexByte(s, ')')
	if !ok || i < 0 {
		return netip.AddrPort{}, ErrSyntax
	}
	return ParseLong(s[:i])
}

// addrPort makes an address of 4 or 16 octets and a port of 2.
func addrPort(host, port []byte) (netip.AddrPort, error) {
	addr, ok := netip.AddrFromSlice(host)
	p := uint16(port[0])<<8 | uint16(port[1])
	if !ok || p == 0 {
		return netip.AddrPort{}, ErrSyntax
	}
	return netip.AddrPortFrom(addr, p), nil
}

// parseOctets reads numbers of 0 to 255 with commas between them.
func parseOctets(s string) ([]byte, error) {
	var out []byte
	for f := range strings.SplitSeq(s, ",") {
		n, err := parseNumber(f, 255)
		if err != nil || len(out) > 32 {
			return nil, ErrSyntax
		}
		out = append(out, byte(n))
	}
	return out, nil
}

// delimited splits "|a|b|c|" at its first character.
func delimited(s string) ([]string, error) {
	if len(s) < 2 || s[0] < 33 || s[0] > 126 || s[len(s)-1] != s[0] {
		return nil, ErrSyntax
	}
	return strings.Split(s[1:len(s)-1], s[:1]), nil
}

func parsePort(s string) (uint16, error) {
	n, err := parseNumber(s, 65535)
	if err != nil || n == 0 {
		return 0, ErrSyntax
	}
	return uint16(n), nil
}

// parseNumber reads digits, and digits only, of a value up to limit.
func parseNumber(s string, limit int) (int, error) {
	if s == "" || len(s) > 10 {
		return 0, ErrSyntax
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, ErrSyntax
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > limit {
		return 0, ErrSyntax
	}
	return n, nil
}
