package cli

import (
	"os"
	"syscall"
	"testing"
)

// SIGHUP ends a server when its terminal has gone, and else is a wish to have files
// read again.
func TestHangups(t *testing.T) {
	file, err := os.Open(os.DevNull) // what a terminal is like that has gone
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		terminal     *terminal
		reread, ends int
	}{
		{nil, 2, 1},
		{&terminal{file}, 0, 3},
	} {
		signals := make(chan os.Signal, 4)
		for _, sig := range []os.Signal{syscall.SIGHUP, syscall.SIGHUP, syscall.SIGTERM} {
			signals <- sig
		}
		reread := make(chan struct{}, 4)
		ends := hangups(signals, tt.terminal, func() { reread <- struct{}{} })
		for range tt.reread {
			<-reread
		}
		for range tt.ends {
			<-ends
		}
		close(signals)
	}
}
