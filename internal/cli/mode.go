package cli

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// modeChange is what chmod does to the permissions of a file: it sets them, or it changes
// those that the file has.
type modeChange struct {
	set     *fs.FileMode // nil: changes is what is done
	changes []modeClause
}

// modeClause is one of the changes of a symbolic mode, as in go-w.
type modeClause struct {
	who  fs.FileMode // the bits that it is about
	op   byte        // '+', '-' or '='
	bits fs.FileMode // for everybody, of which who selects
	exec bool        // X: execution, of what is a folder or can be executed by somebody
}

// parseMode reads permissions in octal, or what is to be changed of them, as in u+x,go-w
// (POSIX chmod, but for s, t, and the copying of one's bits to others).
func parseMode(text string) (m modeChange, err error) {
	if bits, err := strconv.ParseUint(text, 8, 12); err == nil {
		mode := octalMode(bits)
		m.set = &mode
		return m, nil
	}
	for clause := range strings.SplitSeq(text, ",") {
		rest := strings.TrimLeft(clause, "ugoa")
		who := whoseBits(clause[:len(clause)-len(rest)])
		if rest == "" {
			return modeChange{}, noMode(text)
		}
		for rest != "" {
			c := modeClause{who: who, op: rest[0]}
			if !strings.ContainsRune("+-=", rune(c.op)) {
				return modeChange{}, noMode(text)
			}
			rest = rest[1:]
			for rest != "" && !strings.ContainsRune("+-=", rune(rest[0])) {
				switch rest[0] {
				case 'r':
					c.bits |= 0o444
				case 'w':
					c.bits |= 0o222
				case 'x':
					c.bits |= 0o111
				case 'X':
					c.exec = true
				default:
					return modeChange{}, noMode(text)
				}
				rest = rest[1:]
			}
			m.changes = append(m.changes, c)
		}
	}
	return m, nil
}

func noMode(text string) error {
	return usagef("%q is no mode: it is three or four octal digits, as in 644, or changes, as in u+x,go-w", text)
}

func octalMode(bits uint64) fs.FileMode {
	mode := fs.FileMode(bits & 0o777)
	for bit, special := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if bits&bit != 0 {
			mode |= special
		}
	}
	return mode
}

// whoseBits are the bits of those that who names; nobody is everybody.
func whoseBits(who string) (bits fs.FileMode) {
	for _, w := range who {
		bits |= map[rune]fs.FileMode{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[w]
	}
	if bits == 0 {
		bits = 0o777
	}
	return bits
}

// apply returns what becomes of the mode of a file, or of a folder.
func (m modeChange) apply(mode fs.FileMode, folder bool) fs.FileMode {
	if m.set != nil {
		return *m.set
	}
	for _, c := range m.changes {
		bits := c.bits
		if c.exec && (folder || mode&0o111 != 0) {
			bits |= 0o111
		}
		bits &= c.who
		switch c.op {
		case '+':
			mode |= bits
		case '-':
			mode &^= bits
		case '=':
			mode = mode&^c.who | bits
		}
	}
	return mode
}

// errNoMode is why permissions cannot be changed of which nobody knows what they are.
var errNoMode = errors.New("the server does not tell what the permissions are")

// chmod sets the permissions of a file. What it has is asked for only if that matters.
func chmod(ctx context.Context, fsys storage.FS, name string, m modeChange) error {
	var old storage.Info
	if m.set == nil {
		var err error
		if old, err = fsys.Stat(ctx, name); err != nil {
			return err
		}
		if old.Mode == 0 {
			return hint(storage.PathError("chmod", name, errNoMode), "give them in octal, as in 644")
		}
	}
	mode := m.apply(old.Mode, old.IsDir())
	return noSuchCommand(fsys.SetAttr(ctx, name, storage.Attr{Mode: &mode}))
}
