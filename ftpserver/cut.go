package ftpserver

import "sync"

// cut interrupts what a transfer waits for, once it is cancelled. The zero value is ready.
type cut struct {
	mu   sync.Mutex // not held while anybody waits
	done bool
	what interrupter // nil: nothing is to be interrupted
}

// interrupter is something that waits until interrupt is called, which may take a moment
// itself.
type interrupter interface{ interrupt() }

// watch has what be interrupted from now on, at once if it is too late already.
func (c *cut) watch(what interrupter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.what = what; c.done {
		go what.interrupt()
	}
}

// leave has nothing be interrupted any more, and reports whether nothing was.
func (c *cut) leave() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.what = nil
	return !c.done
}

// cut may be called from any goroutine, and more than once.
func (c *cut) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.done && c.what != nil {
		go c.what.interrupt()
	}
	c.done = true
}
