package disk

const (
	noWait   = 0
	dirFlags = 0
	// dirEnd has os.Root refuse to open anything but a directory.
	dirEnd = "/"
	// canSyncDirs reports whether fsync takes a directory.
	canSyncDirs = false
)
