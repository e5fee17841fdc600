package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// signals has Ctrl-C end the command that runs, and SIGTERM all of the shell, as SIGHUP
// does unless it was to be ignored. The function returned ends that.
func (sh *ferryShell) signals(stop context.CancelCauseFunc) (end func()) {
	caught := make(chan os.Signal, 4)
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	signal.Notify(caught, list...)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case sig := <-caught:
				if sig != os.Interrupt {
					stop(fmt.Errorf("%w by %v", errInterrupted, sig))
				} else if cancel := sh.foreground.Load(); cancel != nil {
					(*cancel)(errInterrupted)
				}
			}
		}
	}()
	return func() {
		signal.Stop(caught)
		close(done)
	}
}
