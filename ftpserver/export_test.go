package ftpserver

import (
	"maps"
	"slices"

	"github.com/seed-6092453b/ferry/ftp"
)

// Handled returns the commands that have a handler, and the subcommands of SITE
// that have.
func Handled() (commands, site []string) {
	return slices.Sorted(maps.Keys(handlers)), slices.Sorted(maps.Keys(siteHandlers))
}

// StorageName returns the storage name of what arg means in the directory dir.
func StorageName(dir, arg string) string { return storageName(cleanPath(dir, arg)) }

// Catalogues returns the translations of all texts, by the tags of the languages.
func Catalogues() map[string]ftp.Catalogue {
	all := make(map[string]ftp.Catalogue)
	for _, l := range languages {
		all[l.tag] = l.load()
	}
	return all
}

// StorageTexts returns the texts of the replies to errors of the storage.
func StorageTexts() (texts []string) {
	for _, r := range storageReplies {
		texts = append(texts, r.text)
	}
	return texts
}

// Orientation returns what the head of a JPEG file says of how to turn it.
func Orientation(head []byte) int { return int(exifOrientation(head)) }

// SetThreads says how many transfers of srv may block at once. It is called before there
// are any.
func (srv *Server) SetThreads(n int32) { srv.threads.most.Store(n) }

// FreeThread reports whether one more could block now.
func (srv *Server) FreeThread() bool {
	if !srv.threads.take() {
		return false
	}
	srv.threads.give()
	return true
}
