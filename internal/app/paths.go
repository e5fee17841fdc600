package app

import "slices"

// Paths returns the files and folders that the App gets at by name after New, so
// that everything else can be taken from the process: those that it only reads,
// and the folders that it writes to as well. A folder is there once however often
// it is served.
//
// Who opens something later by a name that a setting gives, a certificate that is
// read again say, adds that name in New.
func (a *App) Paths() (read, write []string) {
	return slices.Clone(a.read), slices.Clone(a.write)
}

// uses notes that something is opened by path later on.
func (a *App) uses(path string, writes bool) {
	list := &a.read
	if writes {
		list = &a.write
	}
	if !slices.Contains(*list, path) {
		*list = append(*list, path)
	}
}

// writes reports whether anybody may write.
func (o *Options) writes() bool { return o.Writable || len(o.Users) > 0 }
