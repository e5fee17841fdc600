//go:build unix

package main

import (
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

// profile writes a profile to f, from one signal to the next.
func profile(f *os.File) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for {
			<-asked
			if err := pprof.StartCPUProfile(f); err != nil {
				complain(err)
				return
			}
			<-asked
			pprof.StopCPUProfile()
			// Who asked sees by this that it is all there.
			if err := f.Chmod(0o400); err != nil {
				complain(err)
			}
		}
	}()
}
