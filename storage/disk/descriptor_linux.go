package disk

import (
	"io/fs"
	"sync"

	"golang.org/x/sys/unix"
)

// descriptor is one of the system's that may be used concurrently. Whoever uses it
// when it is closed is not disturbed: the last of them closes it.
type descriptor struct {
	mu    sync.Mutex
	fd    int
	users int
	over  bool // close was called
}

// use calls do with the descriptor. Once it is closed the error is fs.ErrClosed.
func (d *descriptor) use(do func(fd int) error) error {
	d.mu.Lock()
	if d.over {
		d.mu.Unlock()
		return fs.ErrClosed
	}
	d.users++
	d.mu.Unlock()
	defer d.done()
	return do(d.fd)
}

func (d *descriptor) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.users--; d.users == 0 && d.over {
		unix.Close(d.fd)
	}
}

// close reports fs.ErrClosed if it was closed before.
func (d *descriptor) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.over {
		return fs.ErrClosed
	}
	d.over = true
	if d.users > 0 {
		return nil
	}
	return unix.Close(d.fd)
}

// retry calls do until no signal has interrupted it.
func retry(do func() error) error {
	for {
		if err := do(); err != unix.EINTR {
			return err
		}
	}
}
