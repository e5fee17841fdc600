package explain

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// reply spells out what the text of a reply has in it for programs, in sentences
// without their full stops. verb is what it answers, "" if that is not known. There
// are none where there is nothing to spell out, and one that says so where there
// should be something.
func (e *Explainer) reply(verb string, code ftp.Code, text string) []string {
	var ap netip.AddrPort
	var err error
	form := ""
	switch code {
	case ftp.CodePassive:
		ap, err = ftp.ParsePassive(text)
		form = "h1,h2,h3,h4,p1,p2"
	case ftp.CodeLongPassive:
		ap, err = ftp.ParseLongPassive(text)
		form = "(af,hal,h1,...,pal,p1,p2)"
	case ftp.CodeExtendedPassive:
		ap, err = ftp.ParseExtendedPassive(text)
		form = "(|||port|)"
	case ftp.CodeFileStatus:
		if t, err := ftp.ParseTime(text); err == nil && (verb == "" || verb == "MDTM") && len(text) >= 14 {
			return []string{e.tr("The time is %s, UTC", t.UTC().Format("2006-01-02 15:04:05"))}
		}
		return nil
	default:
		return nil
	}
	switch {
	case err != nil:
		return []string{e.tr("No port can be read from this: there should be %s", form)}
	case code == ftp.CodeExtendedPassive && !ap.Addr().IsValid():
		return []string{e.tr("The server waits at the address of the control connection, port %d", ap.Port())}
	case !ap.Addr().IsValid():
		return []string{e.tr("The server waits at its own address, port %d", ap.Port())}
	case code == ftp.CodeExtendedPassive:
		return []string{e.tr("The server waits at %v, port %d", ap.Addr(), ap.Port())}
	}
	return []string{e.tr("The server waits at %v, port %d x 256 + %d = %d", ap.Addr(), ap.Port()>>8, ap.Port()&255, ap.Port())}
}

// argument spells out the argument of a command, as reply does the text of a reply.
func (e *Explainer) argument(verb, arg string) []string {
	switch verb {
	case "PORT":
		ap, err := ftp.ParseHostPort(arg)
		return e.invitation(ap, err, "h1,h2,h3,h4,p1,p2", true)
	case "LPRT":
		ap, err := ftp.ParseLong(arg)
		return e.invitation(ap, err, "af,hal,h1,...,pal,p1,p2", true)
	case "EPRT":
		ap, err := ftp.ParseExtended(arg)
		return e.invitation(ap, err, "|1|"+e.tr("address")+"|"+e.tr("port")+"|", false)
	case "EPSV", "TYPE", "STRU", "MODE", "PROT", "AUTH":
		return e.values(verb, arg)
	}
	return nil
}

// spelled reports whether argument knows the command.
func spelled(verb string) bool {
	return slices.Contains([]string{"PORT", "LPRT", "EPRT", "EPSV", "TYPE", "STRU", "MODE", "PROT", "AUTH"}, verb)
}

// invitation is where the client waits. sum says that the port is made of two octets.
func (e *Explainer) invitation(ap netip.AddrPort, err error, form string, sum bool) []string {
	switch {
	case err != nil:
		return []string{e.tr("No address and port can be read from this: there should be %s", form)}
	case sum:
		return []string{e.tr("The client waits at %v, port %d x 256 + %d = %d: the server is to connect there", ap.Addr(), ap.Port()>>8, ap.Port()&255, ap.Port())}
	}
	return []string{e.tr("The client waits at %v, port %d: the server is to connect there", ap.Addr(), ap.Port())}
}

// parameter is a value that a command takes as a word of its argument.
type parameter struct{ value, text string }

// parameters are the values of the commands that have few. The second word of TYPE A
// and E is the vertical format.
var parameters = map[string][]parameter{
	"EPSV": {{"1", "Over IPv4"}, {"2", "Over IPv6"}, {"ALL", "From now on EPSV and nothing else is used, so that a NAT need not look at the dialogue any more"}},
	"TYPE": {
		{"A", "ASCII: text, the lines of which end with CR LF on the way, whatever they end with at either side"},
		{"E", "EBCDIC: text in the code of mainframes"},
		{"I", "Image: octets, as they are"},
		{"L", "Local: bytes of as many bits as the number says"},
	},
	"FORM": {
		{"N", "Non-print: nothing in the text moves the paper of a printer"},
		{"T", "Telnet: CR, LF, FF and their like move the paper of a printer"},
		{"C", "Carriage control: the first character of each line moves the paper of a printer (ASA)"},
	},
	"STRU": {{"F", "File: a row of octets"}, {"R", "Record: the file is made of records"}, {"P", "Page: the file is made of pages, some of which may be missing"}},
	"MODE": {
		{"S", "Stream: octets, as they are; the end of the data connection is the end of the file"},
		{"B", "Block: blocks with a header each, which can carry restart markers and the end of the file"},
		{"C", "Compressed: what repeats is sent once, with its count"},
		{"Z", "Deflate: compressed by zlib"},
	},
	"PROT": {
		{"C", "Clear: data connections are not protected"},
		{"P", "Private: data connections are protected by TLS"},
		{"S", "Safe: integrity alone, which TLS does not have"},
		{"E", "Confidential: encryption alone, which TLS does not have"},
	},
	"AUTH": {{"TLS", "TLS on the control connection, from the reply to this on"}, {"SSL", "An old name for TLS that protects data connections at once, too"}},
}

// values spells out each word of an argument.
func (e *Explainer) values(verb, arg string) []string {
	if arg == "" {
		return nil
	}
	var list []string
	for i, word := range strings.Fields(strings.ToUpper(arg)) {
		of := verb
		if verb == "TYPE" && i > 0 {
			if n, err := strconv.Atoi(word); err == nil && n > 0 {
				list = append(list, e.tr("%d bits are a byte", n))
				continue
			}
			of = "FORM"
		}
		at := slices.IndexFunc(parameters[of], func(p parameter) bool { return p.value == word })
		if at < 0 {
			return append(list, e.tr("%q is no value that is defined", word))
		}
		list = append(list, e.tr(parameters[of][at].text))
	}
	return list
}
