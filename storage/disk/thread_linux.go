package disk

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// onThread calls do on a thread that ends with it, unless do unlocks it. It is to be all
// that a goroutine does.
func onThread(do func()) {
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		do()
		return
	}
	// This is the thread that the process began with. It never ends, and what is its own is
	// what others see of the process. As long as it is held nobody else gets it.
	begun := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		close(begun)
		do()
	}()
	<-begun
	runtime.UnlockOSThread()
}
