package cli

import (
	"fmt"
	"strings"
)

// scheme is what a URL begins with: how the server is reached.
type scheme uint8

const (
	schemeFTP   scheme = iota // TLS where the server has it
	schemeFTPES               // TLS after AUTH TLS, or nothing
	schemeFTPS                // TLS from the first octet
)

var schemeNames = [...]string{schemeFTP: "ftp", schemeFTPES: "ftpes", schemeFTPS: "ftps"}

func (s scheme) String() string { return schemeNames[s] }

// port is the one of a URL that names none.
func (s scheme) port() uint16 {
	if s == schemeFTPS {
		return 990
	}
	return 21
}

// cutScheme takes the scheme off a URL.
func cutScheme(s string) (scheme, string, error) {
	name, rest, ok := strings.Cut(s, "://")
	if !ok {
		return 0, "", fmt.Errorf("%q is not a URL: did you mean ftp://%s ?", hideSecret(s), hideSecret(strings.TrimLeft(s, "/")))
	}
	for i, known := range schemeNames {
		if strings.EqualFold(name, known) {
			return scheme(i), rest, nil
		}
	}
	return 0, "", fmt.Errorf("%s:// is no FTP: a URL begins with ftp://, ftpes:// or ftps://", printable(name))
}
