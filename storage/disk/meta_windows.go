package disk

import (
	"io/fs"
	"syscall"
	"time"
)

const (
	hasModes  = false
	hasOwners = false
)

// fillSystem adds the time of birth. Windows has no ID of a file at hand that
// would not cost opening it, and no time of change for a Version.
func fillSystem(m *meta, fi fs.FileInfo) {
	if a, ok := fi.Sys().(*syscall.Win32FileAttributeData); ok {
		m.birth = time.Unix(0, a.CreationTime.Nanoseconds())
	}
}
