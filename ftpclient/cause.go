package ftpclient

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// newReplyError returns a refusal with what it means.
func newReplyError(verb string, r ftp.Reply) *ReplyError {
	return &ReplyError{Command: verb, Reply: r, Cause: causeOf(verb, r)}
}

// errAmbiguous marks texts that some server uses for several causes.
var errAmbiguous = errors.New("ambiguous")

// causeTexts are what servers say in file replies, in lower case. RFC 959 has one
// code, 550, for most of what can be wrong with a file, and only the text tells
// more. The first that is part of the text counts. Where none is, the Client
// looks for itself (see diagnose).
var causeTexts = []struct {
	text  string
	cause error
}{
	{"tls required", ErrSecurity},               // ProFTPD: 550 SSL/TLS required on the data channel
	{"could not create file", errAmbiguous},     // vsftpd: 553
	{"failed to open file", errAmbiguous},       // vsftpd, for what is not there and what may not be read
	{"could not get file size", fs.ErrNotExist}, // vsftpd, or a directory
	{"not a directory", storage.ErrNotDir},
	{"is a directory", storage.ErrIsDir},
	{"not a regular file", storage.ErrIsDir},
	{"not a plain file", storage.ErrIsDir},
	{"not empty", storage.ErrNotEmpty},
	{"no such file", fs.ErrNotExist},
	{"no such directory", fs.ErrNotExist},
	{"not found", fs.ErrNotExist},
	{"cannot find", fs.ErrNotExist},
	{"can't find", fs.ErrNotExist},
	{"does not exist", fs.ErrNotExist},
	{"doesn't exist", fs.ErrNotExist},
	{"permission denied", fs.ErrPermission},
	{"access denied", fs.ErrPermission},
	{"access is denied", fs.ErrPermission},
	{"not enough privileges", fs.ErrPermission},
	{"operation not permitted", fs.ErrPermission},
	{"read-only", fs.ErrPermission},
	{"already exist", fs.ErrExist},
	{"file exists", fs.ErrExist},
	{"exists already", fs.ErrExist},
	{"quota", storage.ErrQuota},
	{"no space", storage.ErrNoSpace},
	{"disk full", storage.ErrNoSpace},
	{"disk is full", storage.ErrNoSpace},
	{"invalid argument", errAmbiguous},
}

// causeOf tells what a refusal means, nil if that cannot be known.
func causeOf(verb string, r ftp.Reply) error {
	switch verb {
	case "", "USER", "PASS", "ACCT":
		return loginCause(r)
	case "HOST":
		return ErrHost
	}
	switch r.Code {
	case ftp.CodeBusy, ftp.CodeLocalError, ftp.CodeBadArgument, ftp.CodeUnavailable, ftp.CodeBadName:
		if cause := textCause(r); cause != nil {
			if cause == errAmbiguous {
				return nil
			}
			return cause
		}
	}
	switch verb {
	case "AUTH", "PBSZ", "PROT", "CCC", "SSCN":
		return ErrSecurity
	}
	switch r.Code {
	case ftp.CodeUnknown, ftp.CodeNotImplemented, ftp.CodeNotForParameter:
		return errors.ErrUnsupported
	case ftp.CodeLevelDenied, ftp.CodeDenied, ftp.CodeSecurityFailed, ftp.CodeLevelUnsupported, ftp.CodeCommandLevel, ftp.CodeNoSecurity:
		return ErrSecurity
	case ftp.CodeNotLoggedIn:
		return fs.ErrPermission
	case ftp.CodeProtocols: // RFC 4217, 10.2; after EPSV and EPRT it is about addresses (RFC 2428, 2)
		if transfers(verb) {
			return ErrSecurity
		}
	case ftp.CodeNeedAccountFor, ftp.CodeNeedAccount:
		return ErrAccount
	case ftp.CodeAborted: // RFC 959, 4.2.2: the connection is closed, the transfer is not whole
		return io.ErrUnexpectedEOF
	case ftp.CodeBusy:
		return storage.ErrBusy
	case ftp.CodeNoSpace:
		return storage.ErrNoSpace
	case ftp.CodeAllocation:
		return storage.ErrQuota
	case ftp.CodeBadName:
		return storage.ErrName
	case ftp.CodeBadRestart:
		return storage.ErrOffset
	case ftp.CodeUnavailable:
		if verb == "MLST" { // "cannot be listed", "can't check": what cannot be seen is not there
			return fs.ErrNotExist
		}
	case ftp.CodeFamilies:
		if transfers(verb) { // RFC 4217, 10.2
			return ErrSecurity
		}
		if verb == "MKD" || verb == "XMKD" { // RFC 959, Appendix II
			return fs.ErrExist
		}
	}
	return nil
}

// transfers reports whether the command uses the data connection.
func transfers(verb string) bool {
	row := ftp.Lookup(verb)
	return row != nil && row.Traits.Has(ftp.Transfers)
}

func textCause(r ftp.Reply) error {
	text := strings.ToLower(r.Text())
	for _, c := range causeTexts {
		if strings.Contains(text, c.text) {
			return c.cause
		}
	}
	return nil
}

// loginCause tells why a connection was not taken or a login failed.
func loginCause(r ftp.Reply) error {
	text := strings.ToLower(r.Text())
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case r.Code == ftp.CodeNeedAccount, r.Code == ftp.CodeNeedAccountFor:
		return ErrAccount
	case demandsTLS(text) && !r.Code.Intermediate():
		return ErrSecurity
	case has("password"):
		return ErrLogin
	case r.Code == ftp.CodeClosing && !has("timeout") && !has("too long"),
		has("too many"), has("maximum number"), has("connection limit"):
		return ErrTooMany
	case r.Code.Permanent(), r.Code.Intermediate(), r.Code == ftp.CodeBadLogin:
		return ErrLogin
	}
	return nil
}

// demandsTLS reports whether the refusal of a login, in lower case, is about the lack of
// TLS. Most servers have no code of their own for it.
func demandsTLS(text string) bool {
	about := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	return about("tls", "ssl", "encrypt", "cleartext", "plain ftp", "use auth") && !about("incorrect", "invalid", "wrong", "too many", "limit", "fail")
}
