// Package sandbox has the kernel confine the process to the files that it needs,
// for good. It is a second wall: the first is that nothing leaves the served
// folders (os.Root), and this one stands when there is a hole in that.
//
// On Linux it is Landlock, and it comes with no_new_privs. What is open stays
// usable. What is confined is opening, making, removing, renaming, linking,
// cutting and executing files, and reaching other processes by signals and by
// abstract Unix sockets where the kernel knows that (Landlock's ABI 6). Not
// confined are the network, for data connections may lead to any port, and what
// Landlock does not know: looking at a file's attributes (stat), and changing its
// mode, owner, times and extended attributes.
package sandbox

import "errors"

// Allowed is what a confined process can get at besides what every Go program
// with a network needs: resolver files, certificate authorities, the names of
// users and groups.
//
// A folder stands for all in it, file systems mounted below included, and goes on
// to do so when it is moved; another one that takes its place is out of reach. A
// file to Read stands for its folder, and for that of what it leads to by
// symbolic links, so that a new file in its place can be read; but for the file
// alone where that folder is a home, the root, or directly below it, as /etc is.
type Allowed struct {
	Read  []string // files and folders
	Write []string // folders, to read as well; nothing in them can be executed
}

// Confinement says what has been done.
type Confinement struct {
	ABI         int // the kernel's version of Landlock
	Read, Write []string
}

// ErrUnsupported is wrapped by the errors that say that this system cannot
// confine a process well enough. Nothing has been done then.
var ErrUnsupported = errors.New("this system cannot confine a process to its files")
