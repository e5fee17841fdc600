package ftpserver

import (
	"testing"
	"unsafe"
)

// Once a goroutine has made room, nothing that fits into it has the stack copied. Collecting
// garbage may make a stack smaller again, in between: so there are some tries.
func TestGrow(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   func(f func())
		deep func()
	}{
		{"commands", func(f func()) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				growForCommands()
				f()
			}()
			<-done
		}, func() { var room [4 << 10]byte; use(room[:]) }},
		{"handshake", func(f func()) {
			apart(func() error { f(); return nil })
		}, func() { var room [10 << 10]byte; use(room[:]) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			moved := true
			for range 10 {
				tt.in(func() { moved = moves(tt.deep) })
				if !moved {
					return
				}
			}
			t.Error("the stack was copied")
		})
	}
}

// moves reports whether the stack of the caller is elsewhere after f.
//
//go:noinline
func moves(f func()) bool {
	var here byte
	at := uintptr(unsafe.Pointer(&here))
	f()
	return uintptr(unsafe.Pointer(&here)) != at
}
