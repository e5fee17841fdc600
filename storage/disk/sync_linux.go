package disk

import (
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

const syncTogether = true

// syncAll syncs each of the files: those of one file system by a single syncfs,
// where that is known to bring them to stable storage, the others each by
// itself.
func syncAll(files []*os.File) []error {
	errs := make([]error, len(files))
	if len(files) == 1 {
		errs[0] = files[0].Sync()
		return errs
	}
	groups := make(map[uint64][]int)
	for i, f := range files {
		var st unix.Stat_t
		if err := unix.Fstat(int(f.Fd()), &st); err != nil {
			errs[i] = err
			continue
		}
		groups[uint64(st.Dev)] = append(groups[uint64(st.Dev)], i)
	}
	var wg sync.WaitGroup
	for _, group := range groups {
		wg.Go(func() {
			first := files[group[0]]
			if len(group) > 1 && syncfsWorks(first) && unix.Syncfs(int(first.Fd())) == nil {
				return
			}
			// Which of them has failed only its own fsync can tell.
			for _, i := range group {
				wg.Go(func() { errs[i] = files[i].Sync() })
			}
		})
	}
	wg.Wait()
	return errs
}

// syncsWhole reports whether syncWhole does what it says.
func syncsWhole(root *os.Root) bool {
	f, err := root.Open(".")
	if err != nil {
		return false
	}
	defer f.Close()
	return syncfsWorks(f)
}

// syncWhole brings all that was written to the file system of root to stable storage.
func syncWhole(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return syncAround(f)
}

// syncAround brings all of the file system that f is on to stable storage.
func syncAround(f *os.File) error {
	if !syncfsWorks(f) {
		return fs.ErrPermission
	}
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}

// syncfsWorks reports whether syncfs does for the file system of f what fsync
// does for each file. On FUSE, for one, it does not reach the other side.
func syncfsWorks(f *os.File) bool {
	var st unix.Statfs_t
	if unix.Fstatfs(int(f.Fd()), &st) != nil {
		return false
	}
	switch uint32(st.Type) {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC,
		unix.F2FS_SUPER_MAGIC, unix.TMPFS_MAGIC:
		return true
	}
	return false
}
