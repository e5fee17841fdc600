package ftpserver

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// storageReplies turns the errors of storage and io/fs into replies. The first
// that matches counts.
var storageReplies = []struct {
	err  error
	code ftp.Code
	text string
}{
	{fs.ErrNotExist, ftp.CodeUnavailable, "No such file or directory."},
	{fs.ErrPermission, ftp.CodeUnavailable, "Permission denied."},
	{fs.ErrExist, ftp.CodeUnavailable, "It exists already."},
	{storage.ErrNotDir, ftp.CodeUnavailable, "Not a directory."},
	{storage.ErrIsDir, ftp.CodeUnavailable, "It is a directory."},
	{storage.ErrNotEmpty, ftp.CodeUnavailable, "The directory is not empty."},
	{storage.ErrName, ftp.CodeBadName, "The name is not allowed."},
	{storage.ErrQuota, ftp.CodeAllocation, "The quota is exceeded."},
	{storage.ErrNoSpace, ftp.CodeNoSpace, "No space is left."},
	{storage.ErrOffset, ftp.CodeBadRestart, "The restart point is not within the file."},
	{ftp.ErrWireOffset, ftp.CodeBadRestart, "The restart point is not within the file."},
	{errSpan, ftp.CodeAllocation, "More came than the range holds."},
	{ftp.ErrNoPlace, ftp.CodeBadRestart, "The restart point is inside of what cannot be divided."},
	{ftp.ErrForm, ftp.CodeMismatch, "The file was stored in another structure."},
	{errNoAppend, ftp.CodeNotForParameter, "Records and pages of octets cannot be appended to."},
	{ftp.ErrExpand, ftp.CodeAllocation, "It grows too much from what is sent; use another mode."},
	{storage.ErrChanged, ftp.CodeBusy, "The file has changed meanwhile."},
	{errListing, ftp.CodeLocalError, "The listing is too long."},
	{errPicture, ftp.CodeUnavailable, "It is not a picture, or damaged."},
	{errPixels, ftp.CodeUnavailable, "The picture is too large."},
	{errItself, ftp.CodeUnavailable, "A directory cannot be copied into itself."},
	{errKept, ftp.CodeUnavailable, "It exists already, and may not be changed."},
	{errTree, ftp.CodeLocalError, "There are too many directories."},
	{errSize, ftp.CodeUnavailable, "The size is not known."},
	{storage.ErrBusy, ftp.CodeBusy, "The file is busy."},
	{errors.ErrUnsupported, ftp.CodeNotForParameter, "Not possible here."},
	{context.Canceled, ftp.CodeLocalError, "Cancelled."},
}

// row returns the row of the command table for a verb that has one: "MKD", or
// "SITE MKDIR".
func row(verb string) *ftp.Command {
	if sub, ok := strings.CutPrefix(verb, "SITE "); ok {
		return ftp.LookupSite(sub)
	}
	return ftp.Lookup(verb)
}

// replyFor returns the reply to a storage error after a command. What is in no
// table is an incident: its text stays in the log.
func (s *session) replyFor(verb string, err error) answer {
	c := row(verb)
	var ce *ftp.CodecError
	if errors.As(err, &ce) {
		code := ftp.CodeLocalError
		if ce.Page {
			code = ftp.CodePageType
		}
		return s.say(code, "The data do not keep to type, structure and mode: %s.", str(s.lookup(ce.Reason)))
	}
	for _, r := range storageReplies {
		if !errors.Is(err, r.err) {
			continue
		}
		code := r.code
		switch {
		case verb == "LIST" || verb == "NLST" || verb == "STAT":
			code = ftp.CodeBusy // the only file code that RFC 959, 5.4, gives them
		case !c.Permits(code):
			code = ftp.CodeUnavailable
		}
		return plain(code, s.lookup(r.text))
	}
	return s.incident(verb+" failed", err)
}

// denied is the reply to what the account may not do. If all that is missing of
// the rights that are wanted comes with ACCT, it says so (RFC 959, 4.1.1).
func (s *session) denied(want ...Permissions) answer {
	for _, p := range want {
		if missing := p &^ s.account.Can; missing == 0 || !s.held.Has(missing) {
			continue
		}
		code := ftp.CodeUnavailable
		if s.command.Permits(ftp.CodeNeedAccountFor) {
			code = ftp.CodeNeedAccountFor
		}
		return s.say(code, "An account is needed for this; send ACCT first.")
	}
	return s.say(ftp.CodeUnavailable, "Permission denied.")
}
