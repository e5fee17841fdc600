package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// synch is the Telnet interrupt and Synch, and ABOR behind them.
const synch = `C< "\xff\xf4\xff\xf2ABOR\r\n"` + "\n"

// reading begins a download of which five octets have come.
const reading = typeI + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"hello\"\n"

// TestAbortDownload shows that after an abort the connection is in step, whatever
// a server answers, and that nothing is waited for without end.
func TestAbortDownload(t *testing.T) {
	tests := []struct {
		name, replies string
		took          time.Duration
	}{
		{name: "426 and 226", replies: "S: 426 Cut.\nS: 226 Aborted.\n"},
		{name: "226 and 226", replies: "S: 226 Done.\nS: 226 Aborted.\n"},
		{name: "226 and 225", replies: "S: 226 Done.\nS: 225 No transfer.\n"},
		{name: "425 and 226", replies: "S: 425 Cut.\nS: 226 Aborted.\n"},
		{name: "with 110", replies: "S: 110 MARK 1 = 2\nS: 426 Cut.\nS: 226 Aborted.\n"},
		{name: "226 alone", replies: "S: 226 Aborted.\nC: NOOP\nS: 200 OK.\n", took: 3 * time.Second},
		{name: "ABOR unknown", replies: "S: 500 What?\nS: 426 Cut.\n"},
		{name: "the second late", replies: "S: 426 Cut.\nC: NOOP\n+1s\nS: 226 Aborted.\nS: 200 OK.\n", took: 4 * time.Second},
		{name: "none", replies: "S: 150 Odd.\nC: NOOP\nS: 200 OK.\n", took: 3 * time.Second},
		{name: "NOOP unknown", replies: "S: 426 Cut.\nC: NOOP\nS: 500 What?\n", took: 3 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := oldServer + reading + synch + "D> closed\n" + tt.replies + "C: SYST\nS: 215 UNIX\n"
			withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
				ctx, cancel := context.WithCancel(t.Context())
				tr, err := c.Begin(ctx, ftpclient.Command{Verb: "RETR", Arg: "a"})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadFull(tr, make([]byte, 5)); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				time.AfterFunc(time.Second, cancel)
				if _, err := tr.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
					t.Errorf("Read: %v", err)
				}
				if err := tr.Abort(); err != nil {
					t.Errorf("Abort: %v", err)
				}
				if took := time.Since(start) - time.Second; took != tt.took {
					t.Errorf("it took %v, want %v", took, tt.took)
				}
				if r, err := c.Do(t.Context(), "SYST"); err != nil || r.Code != 215 {
					t.Errorf("SYST: %v, %v", r, err)
				}
			})
		})
	}
}

// A server that never answers ABOR loses the connection.
func TestAbortUnanswered(t *testing.T) {
	for _, replies := range []string{"C: NOOP\n", "S: 426 Cut.\nC: NOOP\n"} {
		script := oldServer + reading + synch + "D> closed\n" + replies + "X: client closed\n"
		withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
			tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "RETR", Arg: "a"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(tr, make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			var ce *ftpclient.ConnError
			if err := tr.Abort(); !errors.As(err, &ce) || ce.Data || time.Since(start) > 20*time.Second {
				t.Errorf("Abort: %v after %v", err, time.Since(start))
			}
			if _, err := c.Do(t.Context(), "SYST"); err == nil {
				t.Error("SYST was answered")
			}
		})
	}
}

// An upload is broken off with a reset, so that the server cannot take what came
// for the whole; before that ABOR has its chance.
func TestAbortUpload(t *testing.T) {
	writing := typeI + passive + "C: STOR a\nS: 150 Go on.\nD open\nD> \"hello\"\n"
	for _, tail := range []string{
		synch + "S: 426 Cut.\nS: 226 Aborted.\nD> reset\n",
		synch + "+2s\nD> reset\nS: 426 Cut.\nS: 226 Aborted.\n",
	} {
		withConn(t, oldServer+writing+tail+"C: SYST\nS: 215 UNIX\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
			tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "STOR", Arg: "a"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(tr, "hello"); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
			if err := tr.Abort(); err != nil {
				t.Errorf("Abort: %v", err)
			}
			if _, err := c.Do(t.Context(), "SYST"); err != nil {
				t.Errorf("SYST: %v", err)
			}
		})
	}
}

// A transfer that has ended by itself when it is aborted needs no ABOR.
func TestAbortTooLate(t *testing.T) {
	withConn(t, oldServer+reading+"D< closed\nS: 226 Done.\n+1s\nC: SYST\nS: 215 UNIX\n", ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "RETR", Arg: "a"})
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if err := tr.Abort(); err != nil {
			t.Errorf("Abort: %v", err)
		}
		if _, err := c.Do(t.Context(), "SYST"); err != nil {
			t.Errorf("SYST: %v", err)
		}
	})
}

// A transfer that is cancelled before the server has begun it is aborted, too.
func TestAbortOpening(t *testing.T) {
	script := oldServer + typeI + passive + "C: RETR a\nD open\n" + synch + "S: 426 Cut.\nS: 226 Aborted.\nC: SYST\nS: 215 UNIX\n"
	withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Begin(ctx, ftpclient.Command{Verb: "RETR", Arg: "a"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Begin: %v", err)
		}
		if _, err := c.Do(t.Context(), "SYST"); err != nil {
			t.Errorf("SYST: %v", err)
		}
	})
}
