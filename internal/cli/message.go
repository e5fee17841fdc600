package cli

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"regexp"
	"strings"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/mirror"
	"github.com/seed-6092453b/ferry/storage"
)

// secret finds the password of a URL within a text.
var secret = regexp.MustCompile(`(://[^\s:@/]*):\S*@`)

// message is what the user is told of an error: one line, safe for a terminal,
// with a way out, and without the password of a URL that it may cite.
func message(err error) string {
	text := err.Error()
	if exitCode(err) == exitInterrupted {
		text = errInterrupted.Error()
	}
	if way := wayOut(err); way != "" {
		text = withHint(text, way)
	}
	var on *fs.PathError
	if errors.As(err, &on) && strings.ContainsAny(on.Path, "\r\n") { // those are no ends of lines
		text = strings.ReplaceAll(text, on.Path, printable(on.Path))
	}
	lines := strings.Split(secret.ReplaceAllString(text, "$1:***@"), "\n")
	for i := range lines {
		lines[i] = printable(strings.TrimRight(lines[i], "\r"))
	}
	return strings.Join(lines, "; ")
}

// schemeFor is how the URL of a server would begin which has TLS at another time than
// the URL says, or may have; "" if that is not what is wrong.
func schemeFor(err error) string {
	var conn *ftpclient.ConnError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &header) && string(header.RecordHeader[:3]) == "220":
		return "ftpes://"
	case errors.As(err, &conn) && conn.Op == "wait for the greeting" && conn.Timeout():
		return "ftps://"
	}
	return ""
}

// formatFlag is the flag that asks for what the server has refused, if err is the
// refusal of a type, a structure or a mode; else "".
func formatFlag(err error) string {
	var refused *ftpclient.ReplyError
	if !errors.As(err, &refused) {
		return ""
	}
	verb, _, _ := strings.Cut(refused.Command, " ")
	return map[string]string{"TYPE": "--type", "STRU": "--stru", "MODE": "--mode"}[verb]
}

// withHint puts a way out behind what went wrong, which may be the sentence of a
// server.
func withHint(text, way string) string { return strings.TrimRight(text, ".。") + "; " + way }

// wayOut says what the user can do about an error that brings no hint of its
// own.
func wayOut(err error) string {
	var has *hintError
	var refused *ftpclient.ReplyError
	var on *fs.PathError
	var cut *ftpclient.TruncatedError
	switch {
	case errors.As(err, &has):
		return ""
	case wantsCertificate(err):
		return "the server wants a certificate of the client that it knows: --client-cert FILE"
	case schemeFor(err) != "":
		return "then its URL begins with " + schemeFor(err)
	case errors.As(err, &cut) && !cut.Upload:
		return "if the server never marks the end: --tls-loose-end"
	case errors.Is(err, ftpclient.ErrSecurity):
		return unprotected(err)
	case isRefused(err) && !errors.Is(err, ftpclient.ErrProxy):
		return "is there an FTP server at that address? Its port belongs into the URL, as in ftp://host:2121/"
	case errors.Is(err, ftpclient.ErrHost):
		return "the server is not the host that --virtual-host names"
	case errors.Is(err, mirror.ErrTooMany):
		return "if that is meant: --max-delete N, or all"
	case errors.Is(err, ftpclient.ErrListing):
		return "if it has an end and there is room for it in memory: --max-listing SIZE"
	case formatFlag(err) != "":
		return "the server does not have that: leave " + formatFlag(err) + " out"
	case errors.As(err, &refused) && refused.Command == "ACCT":
		return "check the account"
	case errors.Is(err, ftpclient.ErrAccount):
		return "set FERRY_ACCOUNT, or give --account-file FILE"
	case errors.Is(err, ftpclient.ErrLogin):
		return "check the user name and the password"
	case errors.Is(err, storage.ErrIsDir) && errors.As(err, &on):
		switch on.Op {
		case "get", "put", "remove": // these commands know -r
			return "add -r for a folder and all that is in it"
		case "open":
			return "ferry ls lists a folder, and ferry get -r fetches it"
		}
	}
	return ""
}
