//go:build darwin || freebsd

package disk

import (
	"io/fs"
	"syscall"
	"time"
)

const (
	hasModes  = true
	hasOwners = true
)

func fillSystem(m *meta, fi fs.FileInfo) {
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return
	}
	m.hasID = true
	m.ctime = st.Ctimespec.Nano()
	if st.Birthtimespec.Sec > 0 {
		m.birth = time.Unix(st.Birthtimespec.Unix())
	}
	m.dev, m.ino, m.nlink = uint64(st.Dev), st.Ino, uint64(st.Nlink)
	m.uid, m.gid = st.Uid, st.Gid
}
