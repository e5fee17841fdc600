package ftpserver

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// factSet is a set of facts, in the order of factNames.
type factSet uint16

const (
	factType factSet = 1 << iota
	factSize
	factModify
	factCreate
	factPerm
	factUnique
	factMode
	factOwner
	factGroup
	factOwnerName
	factGroupName
	factCharset // of the name; only where there is one but UTF-8

	defaultFacts = factType | factSize | factModify | factPerm | factUnique | factMode | factCharset
)

// factNames are the facts as FEAT lists them (RFC 3659, 7.5).
var factNames = [...]string{"Type", "Size", "Modify", "Create", "Perm", "Unique", "UNIX.mode", "UNIX.owner", "UNIX.group", "UNIX.ownername", "UNIX.groupname", "Charset"}

// hasFact reports whether the session can send a fact.
func (s *session) hasFact(f factSet) bool { return f != factCharset || s.charset() != nil }

// mlstFeature is the line of MLST in FEAT: a star marks what is sent now
// (RFC 3659, 7.8).
func (s *session) mlstFeature() string {
	f := s.facts
	var b strings.Builder
	b.WriteString("MLST ")
	for i, name := range factNames {
		if !s.hasFact(1 << i) {
			continue
		}
		b.WriteString(name)
		if f&(1<<i) != 0 {
			b.WriteByte('*')
		}
		b.WriteByte(';')
	}
	return b.String()
}

// optsMLST sets what is sent (RFC 3659, 7.9). Unknown facts are ignored.
func (s *session) optsMLST(arg string) ftp.Reply {
	if strings.Contains(arg, " ") || arg != "" && !strings.HasSuffix(arg, ";") || strings.Contains(";"+arg, ";;") {
		return s.say(ftp.CodeBadArgument, "Usage: OPTS MLST <fact>;<fact>;...")
	}
	s.facts = 0
	text := "MLST OPTS"
	for i, name := range factNames {
		for want := range strings.SplitSeq(arg, ";") {
			if strings.EqualFold(want, name) && s.hasFact(1<<i) {
				s.facts |= 1 << i
			}
		}
	}
	if s.facts != 0 {
		text += " "
		for i, name := range factNames {
			if s.facts&(1<<i) != 0 {
				text += name + ";"
			}
		}
	}
	return ftp.NewReply(ftp.CodeOK, text)
}

// factWriter writes MLSx lines.
type factWriter struct {
	facts factSet
	can   Permissions
	on    storage.Features
	in    *charset.Charset // of the names; nil is UTF-8
	list  []ftp.Fact
}

func (s *session) factWriter() factWriter {
	return factWriter{facts: s.facts, can: s.account.Can, on: s.account.FS.Features(), in: s.charset()}
}

// append appends the line for info under the given name.
func (w *factWriter) append(b []byte, info storage.Info, name string) []byte {
	w.list = w.list[:0]
	add := func(f factSet, fact, value string) {
		if w.facts&f != 0 && value != "" && !strings.ContainsAny(value, " ;\r\n") {
			w.list = append(w.list, ftp.Fact{Name: fact, Value: value})
		}
	}
	add(factType, "type", factKind(info))
	if info.Kind == storage.KindFile && info.Size >= 0 {
		add(factSize, "size", strconv.FormatInt(info.Size, 10))
	}
	if !info.ModTime.IsZero() {
		add(factModify, "modify", ftp.FormatTime(info.ModTime))
	}
	if !info.Birth.IsZero() && !info.Birth.After(info.ModTime) {
		add(factCreate, "create", ftp.FormatTime(info.Birth))
	}
	add(factPerm, "perm", perm(info, w.can, w.on).String())
	add(factUnique, "unique", info.ID)
	add(factMode, "UNIX.mode", formatMode(info.Mode))
	add(factOwner, "UNIX.owner", info.Owner)
	add(factGroup, "UNIX.group", info.Group)
	if !isNumber(info.Owner) {
		add(factOwnerName, "UNIX.ownername", info.Owner)
	}
	if !isNumber(info.Group) {
		add(factGroupName, "UNIX.groupname", info.Group)
	}
	if w.in != nil && strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if _, ok := w.in.Decode(name); ok {
			add(factCharset, "charset", w.in.Name())
		}
	}
	return ftp.AppendMLSx(b, w.list, name)
}

// isNumber reports whether an owner is one without a name.
func isNumber(owner string) bool { return strings.Trim(owner, "0123456789") == "" }

// factKind is the value of the type fact. A link is what it leads to, and one that
// leads nowhere a link (RFC 3659, 7.5.1.5).
func factKind(info storage.Info) string {
	switch info.Kind {
	case storage.KindDir:
		return "dir"
	case storage.KindFile:
		return "file"
	case storage.KindSymlink:
		if info.Target != "" && !strings.ContainsAny(info.Target, " ;\r\n") {
			return "OS.unix=slink:" + info.Target
		}
		return "OS.unix=slink"
	}
	return "OS.unix=special"
}

// perm says what the account may do with an object (RFC 3659, 7.5.5).
func perm(info storage.Info, can Permissions, on storage.Features) ftp.Perm {
	var p ftp.Perm
	root := info.Name == "."
	if can.Has(CanDelete) && !root {
		p |= ftp.PermDelete
	}
	if can.Has(CanRename) && !root {
		p |= ftp.PermRename
	}
	switch info.Kind {
	case storage.KindDir:
		p |= ftp.PermEnter | ftp.PermList
		if can.Has(CanWrite) {
			p |= ftp.PermCreate | ftp.PermMakeDir
		}
		if can.Has(CanDelete) {
			p |= ftp.PermPurge
		}
	case storage.KindFile:
		p |= ftp.PermRetrieve
		if can.Has(CanWrite | CanOverwrite) {
			p |= ftp.PermStore
			if on.Has(storage.CanAppend) {
				p |= ftp.PermAppend
			}
		}
	}
	return p
}

func (s *session) cmdMlst(arg string) ftp.Reply {
	path := s.path(arg)
	info, err := s.stat(storageName(path))
	if err != nil {
		return s.replyFor("MLST", err)
	}
	w := s.factWriter()
	line := w.append([]byte{' '}, info, path)
	return ftp.NewReply(ftp.CodeActionDone, s.tr("Facts of %s", path), string(line), "End")
}

// stat describes an object as the client that sends it sees it: the part of a
// cut upload is the file.
func (s *session) stat(name string) (storage.Info, error) {
	info, err := s.account.FS.Stat(s.ctx, name)
	if err == nil && info.Kind == storage.KindFile {
		if part, ok := s.part(name); ok {
			info.Size, info.ModTime = part.Size, part.ModTime
		}
	}
	return info, err
}

// part describes the part of a cut overwrite that this client may go on with.
func (s *session) part(name string) (storage.Info, bool) {
	p, ok := storage.As[storage.Pender](s.account.FS)
	if !ok {
		return storage.Info{}, false
	}
	info, err := p.Pending(s.ctx, name, s.owner())
	return info, err == nil
}

// cmdMlsd lists a directory for machines. A thing that is no directory is a
// wrong argument (RFC 3659, 7.2.1).
func (s *session) cmdMlsd(arg string) ftp.Reply {
	path := s.path(arg)
	name := storageName(path)
	info, err := s.account.FS.Stat(s.ctx, name)
	if err == nil && !info.IsDir() {
		return s.say(ftp.CodeBadArgument, "Not a directory; use MLST.")
	}
	if err != nil {
		return s.replyFor("MLSD", err)
	}
	w := s.factWriter()
	fsys := s.account.FS
	c, block := s.factCodec(), s.deflate.Block
	return s.begin("MLSD", path, -1, s.tr("Here comes the listing."), job{
		move: func(ctx context.Context, d *dataConn) error {
			return sendLines(d, c, block, func(send func(b []byte) error) error {
				var line []byte
				for info, err := range fsys.List(ctx, name) {
					if err != nil {
						return err
					}
					if strings.ContainsAny(info.Name, "\r\n") {
						continue // it would be two lines (RFC 3659, 2.2.1)
					}
					line = w.append(line[:0], info, info.Name)
					if err := send(line); err != nil {
						return err
					}
				}
				return nil
			})
		},
		drop:   func() {},
		done:   s.tr("Listing complete."),
		stream: true,
	})
}
