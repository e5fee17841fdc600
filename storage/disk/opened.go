package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// opened is a file that is open. It is used by one goroutine at a time.
//
// Of a small one nothing is asked but what a descriptor can do, while an os.File takes up to
// three system calls to find out that there is no waiting for it, memory, and a finalizer: it
// is made once it is needed.
type opened struct {
	file *os.File // nil: not made yet
	fd   int      // until then, if not over
	over bool     // it was closed before file was made
	name string

	meta meta   // of when it was opened
	form string // the same, if it is open for reading
}

// os returns the file, which is to be closed by close alone.
func (o *opened) os() (*os.File, error) {
	if o.over {
		return nil, fs.ErrClosed
	}
	if o.file == nil {
		o.file = os.NewFile(uintptr(o.fd), o.name)
	}
	return o.file, nil
}

func (o *opened) close() error {
	switch {
	case o.file != nil:
		return o.file.Close()
	case o.over:
		return fs.ErrClosed
	}
	o.over = true
	return closeBare(o.fd)
}

// handle is the descriptor, as long as nobody closes the file.
func (o *opened) handle() uintptr {
	if o.file != nil {
		return o.file.Fd()
	}
	return uintptr(o.fd)
}

// truncate is Truncate of os.File.
func (o *opened) truncate(size int64) error {
	f, err := o.os()
	if err != nil {
		return err
	}
	return f.Truncate(size)
}

// setForm notes the form of the file.
func (o *opened) setForm(form string) error {
	f, err := o.os()
	if err != nil {
		return err
	}
	return setForm(f, form)
}

// raw is SyscallConn of os.File.
func (o *opened) raw() (syscall.RawConn, error) {
	if o.file != nil {
		return o.file.SyscallConn()
	}
	if o.over {
		return nil, fs.ErrClosed
	}
	return (*bareFile)(o), nil
}

// bareFile is the descriptor of a file as a syscall.RawConn. Nothing waits for a file.
type bareFile opened

// Control implements syscall.RawConn.
func (b *bareFile) Control(f func(fd uintptr)) error {
	if b.file != nil { // made since
		raw, err := b.file.SyscallConn()
		if err != nil {
			return err
		}
		return raw.Control(f)
	}
	if b.over {
		return fs.ErrClosed
	}
	f(uintptr(b.fd))
	return nil
}

// Read implements syscall.RawConn.
func (b *bareFile) Read(f func(fd uintptr) (done bool)) error {
	done := false
	if err := b.Control(func(fd uintptr) { done = f(fd) }); err != nil || done {
		return err
	}
	return errors.ErrUnsupported
}

// Write implements syscall.RawConn.
func (b *bareFile) Write(f func(fd uintptr) (done bool)) error { return b.Read(f) }
