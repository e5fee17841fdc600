package ftpserver

import (
	"sync/atomic"
	"time"
)

// maxThreads bounds how many transfers of a server have a thread of the operating
// system to themselves (see block). All others are the runtime's to wake, which is dearer
// and, when there are many, keeps commands waiting.
const maxThreads = 128

// threads are those that are taken, and how many there are.
type threads struct{ most, taken atomic.Int32 }

// take takes one, and reports whether there was one.
func (t *threads) take() bool {
	if t.taken.Add(1) > t.most.Load() {
		t.give()
		return false
	}
	return true
}

// busy reports whether any is taken.
func (t *threads) busy() bool { return t.taken.Load() > 0 }

// give gives one back.
func (t *threads) give() { t.taken.Add(-1) }

// threadSize is how long what is sent has to be for a thread to be worth its while.
const threadSize = 1 << 20

// turnTime is how long a thread is left alone. After it progress is told, and a peer
// to or from which less than keepingUp has gone over loses its thread, lest all of them
// serve those who need none.
const (
	turnTime  = time.Second
	keepingUp = 16 << 20
)
