package cli

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// remoteURL is an FTP URL (RFC 1738, 3.2) taken apart.
type remoteURL struct {
	Scheme scheme
	Host   string // name or address, without brackets
	Port   uint16
	User   string // "" if none was given

	// Password is set if HasPassword. It appears in no text.
	Password    string
	HasPassword bool

	// Path is a storage name below the folder that the login leads to or, if
	// Absolute, below the root of the server.
	Path     string
	Absolute bool

	// home is the name of the folder that the login leads to, where that is known and
	// Absolute is set: what is below it is written without going by the root.
	home string

	// Folder says that the URL can only mean a folder: it ended in a slash or
	// in ";type=d".
	Folder bool
	Type   byte // 'a', 'i', 'd' of ";type=", else 0
}

// parseURL reads an FTP URL. Unlike RFC 3986 it takes "?" and "#" for parts of
// the path: FTP has neither queries nor fragments, but files are called so.
func parseURL(s string) (u remoteURL, err error) {
	defer func() {
		if err != nil {
			err = usagef("%v", err)
		}
	}()
	var rest string
	if u.Scheme, rest, err = cutScheme(s); err != nil {
		return u, err
	}
	authority, path, slash := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if err := u.parseUser(authority[:at]); err != nil {
			return u, err
		}
		authority = authority[at+1:]
	}
	if err := u.parseHost(authority); err != nil {
		if strings.Contains(path, "@") && strings.Contains(authority, ":") { // a slash has cut the password
			return u, errPasswordCoding
		}
		return u, err
	}
	if slash {
		err = u.parsePath(path)
	} else {
		u.Path, u.Folder = ".", true
	}
	return u, err
}

// errPasswordCoding has no text of the URL, which would show some of the password.
var errPasswordCoding = errors.New("the password in the URL is not well encoded: each %, @, : and / in it is to be written as %25, %40, %3A and %2F")

// hideSecret cuts what may be a user and a password off a text that is no URL.
func hideSecret(s string) string { return s[strings.LastIndexByte(s, '@')+1:] }

func (u *remoteURL) parseUser(s string) (err error) {
	user, password, has := strings.Cut(s, ":")
	if u.User, err = unescape("user name", user); err != nil {
		return err
	}
	if has && u.User == "" {
		return fmt.Errorf("the URL has a password and no user name")
	}
	u.HasPassword = has
	if u.Password, err = unescape("password", password); err != nil {
		return errPasswordCoding
	}
	return nil
}

func (u *remoteURL) parseHost(s string) error {
	host, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
	}
	u.Port = u.Scheme.port()
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return fmt.Errorf("%q is not a port: it is a number from 1 to 65535", port)
		}
		u.Port = uint16(n)
	}
	inner, isV6 := strings.CutPrefix(host, "[")
	host, err := unescape("host", strings.TrimSuffix(inner, "]"))
	if err != nil {
		return err
	}
	switch ip, err := netip.ParseAddr(host); {
	case isV6 && (err != nil || !ip.Is6() || !strings.HasSuffix(inner, "]") || printable(ip.Zone()) != ip.Zone()):
		return fmt.Errorf("%q is not an IPv6 address", s)
	case host == "":
		return fmt.Errorf("the URL names no host, as in ftp://host/path")
	case !isV6 && strings.ContainsAny(host, ":[]"):
		return fmt.Errorf("%q is not a host: an IPv6 address stands in brackets, as in ftp://[::1]/", host)
	case !isV6 && (strings.ContainsAny(host, " /@?#%\\") || printable(host) != host):
		return fmt.Errorf("%q is not a host", host)
	}
	u.Host = host
	return nil
}

func (u *remoteURL) parsePath(s string) error {
	if i := lastType(s); i >= 0 {
		kind := strings.ToLower(s[i+len(";type="):])
		if kind != "a" && kind != "i" && kind != "d" {
			return fmt.Errorf(";type=%s is not known: it is a, i or d", printable(kind))
		}
		u.Type, s = kind[0], s[:i]
	}
	// RFC 1738 has %2F; a second slash is what people write.
	u.Absolute = strings.HasPrefix(strings.ToLower(s), "%2f") || strings.HasPrefix(s, "/")
	path, err := unescapePath("path", s)
	if err != nil {
		return err
	}
	u.Path, err = storageName(path)
	u.Folder = u.Type == 'd' || u.Path == "." || strings.HasSuffix(path, "/")
	return err
}

// lastType returns where the last ";type=" of s stands, in letters of either case,
// or -1.
func lastType(s string) int {
	const mark = ";type="
	for i := len(s) - len(mark); i >= 0; i-- {
		if strings.EqualFold(s[i:i+len(mark)], mark) {
			return i
		}
	}
	return -1
}

// storageName makes a storage name of a path. Empty elements and "." are left
// out; ".." is refused, since what it means differs between servers.
func storageName(path string) (string, error) {
	var elems []string
	for elem := range strings.SplitSeq(path, "/") {
		switch elem {
		case "", ".":
		case "..":
			return "", fmt.Errorf("%q: a path must not contain \"..\"", path)
		default:
			elems = append(elems, elem)
		}
	}
	if len(elems) == 0 {
		return ".", nil
	}
	return strings.Join(elems, "/"), nil
}

// unescape undoes percent encoding, and refuses what would end a line of the
// control connection.
func unescape(what, s string) (string, error) {
	raw, err := unescapePath(what, s)
	if err == nil && strings.IndexByte(raw, '\r') >= 0 {
		err = errLineBreak(what, raw)
	}
	return raw, err
}

// unescapePath is unescape for a path, which may hold CR (RFC 2640, 3.1).
func unescapePath(what, s string) (string, error) {
	raw, err := url.PathUnescape(s)
	if err != nil {
		return "", fmt.Errorf("the %s %q is not well encoded: a %% in it is to be written as %%25", what, s)
	}
	if strings.ContainsAny(raw, "\n\x00") {
		return "", errLineBreak(what, raw)
	}
	return raw, nil
}

func errLineBreak(what, s string) error {
	return fmt.Errorf("the %s %q contains a line break or NUL, which FTP cannot carry", what, s)
}

// Addr returns host and port to dial.
func (u remoteURL) Addr() string { return net.JoinHostPort(u.Host, strconv.Itoa(int(u.Port))) }

// String returns the URL without its password.
func (u remoteURL) String() string {
	name := u.Path
	s := u.Of(name)
	if u.Folder && name != "." {
		s += "/"
	}
	if u.Type != 0 {
		s += ";type=" + string(u.Type)
	}
	return s
}

// Of returns the URL of another name on the same server, without password.
func (u remoteURL) Of(name string) string {
	var b strings.Builder
	b.WriteString(u.Scheme.String() + "://")
	if u.User != "" {
		b.WriteString(escape(u.User, false) + "@")
	}
	if strings.Contains(u.Host, ":") {
		ip, zone, _ := strings.Cut(u.Host, "%")
		b.WriteString("[" + ip)
		if zone != "" {
			b.WriteString("%25" + escape(zone, false))
		}
		b.WriteString("]")
	} else {
		b.WriteString(escape(u.Host, false))
	}
	if u.Port != u.Scheme.port() {
		b.WriteString(":" + strconv.Itoa(int(u.Port)))
	}
	b.WriteByte('/')
	if u.Absolute {
		var fromHome bool
		if name, fromHome = relative(u.home, name); !fromHome {
			b.WriteString("%2F")
		}
	}
	if name != "." {
		b.WriteString(escape(name, true))
	}
	return b.String()
}

// relative returns a name as it is below a folder. It reports false, and returns the
// name, if it is not below it, or the folder is "".
func relative(dir, name string) (string, bool) {
	if dir == name {
		return ".", true
	}
	if dir == "." {
		return name, true
	}
	rest, ok := strings.CutPrefix(name, dir+"/")
	if !ok || dir == "" {
		return name, false
	}
	return rest, true
}

// escape percent-encodes all that is not unreserved (RFC 3986, 2.3), but for
// slashes in a path.
func escape(s string, path bool) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte("-._~", c) >= 0, path && c == '/':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// bare returns the URL of the server, for whoever logs in.
func (u remoteURL) bare() string {
	return remoteURL{Scheme: u.Scheme, Host: u.Host, Port: u.Port, Path: ".", Folder: true}.String()
}

// base returns the last element of the path, "." for the root.
func (u remoteURL) base() string {
	_, base := storage.Split(u.Path)
	return base
}
