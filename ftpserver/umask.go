package ftpserver

import (
	"context"
	"io/fs"
	"strconv"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// What a new file or directory gets less the umask.
const (
	filePerm fs.FileMode = 0o666
	dirPerm  fs.FileMode = 0o777
)

// siteUmask shows or sets what new files and directories of this session lack in
// permissions.
func (s *session) siteUmask(arg string) answer {
	if arg == "" {
		if s.umask == nil {
			return s.say(ftp.CodeOK, "The umask is the server's own.")
		}
		return plain(ftp.CodeOK, s.tr("The umask is %03o.", *s.umask))
	}
	n, err := strconv.ParseUint(arg, 8, 9)
	if err != nil || len(arg) > 4 {
		return s.siteUsage("UMASK")
	}
	mask := fs.FileMode(n)
	if filePerm&^mask == 0 {
		return s.say(ftp.CodeNotForParameter, "That would leave nothing to a file.")
	}
	s.umask = &mask
	s.account.FS = s.view()
	return plain(ftp.CodeOK, s.tr("The umask is %03o.", mask))
}

// view is the mounted tree as this session sees it: with its umask and in its
// charset.
func (s *session) view() storage.FS {
	fsys := s.files
	if s.umask != nil {
		fsys = &masked{fsys, *s.umask}
	}
	return charset.Encoded(fsys, s.charset())
}

// masked is an FS where what is new has no other permissions than mask leaves.
// Copies have those of what they are copied from.
type masked struct {
	storage.FS
	mask fs.FileMode
}

// Unwrap returns the FS within, for storage.As.
func (m *masked) Unwrap() storage.FS { return m.FS }

func (m *masked) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	if o.Perm == 0 {
		o.Perm = filePerm &^ m.mask
	}
	return m.FS.Create(ctx, name, o)
}

// Mkdir makes a directory with the permissions that it is to have, or none.
func (m *masked) Mkdir(ctx context.Context, name string) error {
	if err := m.FS.Mkdir(ctx, name); err != nil {
		return err
	}
	perm := dirPerm &^ m.mask
	err := m.FS.SetAttr(ctx, name, storage.Attr{Mode: &perm})
	if err != nil {
		m.FS.Remove(ctx, name, storage.KindDir)
	}
	return err
}
