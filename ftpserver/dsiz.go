package ftpserver

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// cmdDsiz tells how many octets the files of a directory and of all below it
// hold. Symbolic links count for nothing: they may lead in circles, and what they
// lead to counts where it is.
func (s *session) cmdDsiz(arg string) answer {
	path := s.path(arg)
	fsys, room := s.account.FS, &s.srv.entries
	return s.work("DSIZ", path, -1, func(ctx context.Context, done *atomic.Int64) (answer, error) {
		total, err := treeSize(ctx, fsys, storageName(path), room, done)
		if err != nil {
			return answer{}, err
		}
		return filled(ftp.CodeFileStatus, "%d", num(total)), nil
	})
}

var (
	errTree = errors.New("too many directories")
	errSize = errors.New("size not known")
)

// treeSize adds up the sizes of the files at name and below, and keeps done
// there. Without room for the directories that are still to be looked at it is
// errTree: they are held in memory.
func treeSize(ctx context.Context, fsys storage.FS, name string, room *room, done *atomic.Int64) (int64, error) {
	top, err := fsys.Stat(ctx, name)
	if err != nil {
		return 0, err
	}
	if !top.IsDir() {
		return top.Size, known(top)
	}
	todo := later{room: room}
	defer todo.close()
	for dir, more := name, true; more; dir, more = todo.pop() {
		for info, err := range fsys.List(ctx, dir) {
			switch {
			case err != nil:
				return 0, err
			case info.Target != "" || info.Kind == storage.KindSymlink:
			case !info.IsDir():
				if err := known(info); err != nil {
					return 0, err
				}
				done.Add(info.Size)
			case !todo.push(storage.Join(dir, info.Name)):
				return 0, errTree
			}
		}
	}
	return done.Load(), nil
}

// known returns errSize if the size of an object is not known.
func known(info storage.Info) error {
	if info.Size < 0 {
		return errSize
	}
	return nil
}
