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
func (s *session) optsMLST(arg string) answer {
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
	return plain(ftp.CodeOK, text)
}

// factWriter writes MLSx lines.
type factWriter struct {
	facts factSet
	can   Permissions
	on    storage.Features
	in    *charset.Charset // of the names; nil is UTF-8
}

func (s *session) factWriter() factWriter {
	return factWriter{facts: s.facts, can: s.account.Can, on: s.account.FS.Features(), in: s.charset()}
}

// append appends the line for info under the given name. It allocates nothing if b has
// room: a directory may have a million entries.
func (w *factWriter) append(b []byte, info *storage.Info, name string) []byte {
	b = w.text(b, factType, "type", factKind(info))
	if w.has(factSize) && info.Kind == storage.KindFile && info.Size >= 0 {
		b = append(strconv.AppendInt(append(b, "size="...), info.Size, 10), ';')
	}
	if w.has(factModify) && !info.ModTime.IsZero() {
		b = append(ftp.AppendTime(append(b, "modify="...), info.ModTime), ';')
	}
	if w.has(factCreate) && !info.Birth.IsZero() && !info.Birth.After(info.ModTime) {
		b = append(ftp.AppendTime(append(b, "create="...), info.Birth), ';')
	}
	if p := perm(info, w.can, w.on); w.has(factPerm) && p != 0 {
		b = append(p.Append(append(b, "perm="...)), ';')
	}
	b = w.text(b, factUnique, "unique", info.ID)
	if w.has(factMode) && info.Mode != 0 {
		b = append(appendMode(append(b, "UNIX.mode="...), info.Mode), ';')
	}
	b = w.text(b, factOwner, "UNIX.owner", info.Owner)
	b = w.text(b, factGroup, "UNIX.group", info.Group)
	if w.has(factOwnerName) && !isNumber(info.Owner) {
		b = w.text(b, factOwnerName, "UNIX.ownername", info.Owner)
	}
	if w.has(factGroupName) && !isNumber(info.Group) {
		b = w.text(b, factGroupName, "UNIX.groupname", info.Group)
	}
	if w.in != nil && strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if _, ok := w.in.Decode(name); ok {
			b = w.text(b, factCharset, "charset", w.in.Name())
		}
	}
	return ftp.AppendMLSx(b, nil, name)
}

func (w *factWriter) has(f factSet) bool { return w.facts&f != 0 }

// details says what of an Info the facts are made of.
func (w *factWriter) details() storage.Details {
	want := storage.DetailStat
	if w.has(factUnique) {
		want |= storage.DetailID
	}
	if w.has(factCreate) {
		want |= storage.DetailBirth
	}
	if w.has(factOwner | factGroup | factOwnerName | factGroupName) {
		want |= storage.DetailOwner
	}
	return want
}

// text appends a fact whose value comes from the storage, unless it has none that can
// stand in a line.
func (w *factWriter) text(b []byte, f factSet, fact, value string) []byte {
	if !w.has(f) || value == "" {
		return b
	}
	for i := range len(value) {
		switch value[i] {
		case ' ', ';', '\r', '\n':
			return b
		}
	}
	b = append(append(b, fact...), '=')
	return append(append(b, value...), ';')
}

// isNumber reports whether an owner is one without a name.
func isNumber(owner string) bool { return strings.Trim(owner, "0123456789") == "" }

// factKind is the value of the type fact. A link is what it leads to, and one that
// leads nowhere a link (RFC 3659, 7.5.1.5).
func factKind(info *storage.Info) string {
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
func perm(info *storage.Info, can Permissions, on storage.Features) ftp.Perm {
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

func (s *session) cmdMlst(arg string) answer {
	path := s.path(arg)
	info, err := s.stat(storageName(path))
	if err != nil {
		return s.replyFor("MLST", err)
	}
	w := s.factWriter()
	line := w.append([]byte{' '}, &info, path)
	return several(ftp.CodeActionDone, []string{s.tr("Facts of %s", path), string(line), "End"})
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
func (s *session) cmdMlsd(arg string) answer {
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
	return s.begin("MLSD", path, -1, s.say(ftp.CodeOpening, "Here comes the listing."), job{
		move: func(ctx context.Context, d *dataConn) error {
			return sendLines(d, c, block, func(out *lineWriter) error {
				for info, err := range fsys.List(storage.WithDetails(ctx, w.details()), name) {
					if err != nil {
						return err
					}
					if hasLineEnd(info.Name) {
						continue // RFC 3659, 2.2.1
					}
					out.text = w.append(out.text, &info, info.Name)
					if err := out.end(); err != nil {
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
