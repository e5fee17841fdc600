package cli

import (
	"os"
	"syscall"

	"golang.org/x/term"
)

// terminal is the one that a process is controlled by; nil: there is none.
type terminal struct{ f *os.File }

func openTerminal() *terminal {
	f, err := os.Open("/dev/tty")
	if err != nil {
		return nil
	}
	return &terminal{f}
}

// gone reports whether the terminal was there and is no longer.
func (t *terminal) gone() bool { return t != nil && !term.IsTerminal(int(t.f.Fd())) }

func (t *terminal) close() {
	if t != nil {
		t.f.Close()
	}
}

// hangups returns the signals that are to end a server. SIGHUP is one of them when
// it comes because the terminal has gone. Else somebody has sent it who expects a
// daemon to look at its files, and reread is called. signals has to be closed in the
// end.
func hangups(signals <-chan os.Signal, t *terminal, reread func()) <-chan os.Signal {
	ends := make(chan os.Signal, cap(signals))
	go func() {
		for sig := range signals {
			if sig == syscall.SIGHUP && !t.gone() {
				reread()
				continue
			}
			select {
			case ends <- sig:
			default: // more than two say no more than two
			}
		}
	}()
	return ends
}
