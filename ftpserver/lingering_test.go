package ftpserver_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// A client that does not close its side after a download is waited for by nobody
// but Shutdown, that as long as its context says; Close cuts it. Nothing is open
// afterwards.
func TestCloseCutsLingering(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.write("f", strings.Repeat("x", 100_000)); err != nil {
			t.Fatal(err)
		}
		cfg := trusting(&ticketCache{keep: true})
		c := w.connectTLS(cfg)
		conn := w.transfer(c, "RETR f", cfg)
		defer conn.Close()
		if got, err := io.ReadAll(conn); len(got) != 100_000 || err != nil {
			t.Fatalf("%d octets, error %v", len(got), err)
		}
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatal(r)
		}
		c.want(ftp.CodeBye, "QUIT")
		c.conn.Close()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		begun := time.Now()
		if err := w.srv.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
			t.Errorf("Shutdown: %v after %v", err, time.Since(begun))
		}
		begun = time.Now()
		if err := w.srv.Close(); err != nil || time.Since(begun) > 0 {
			t.Errorf("Close: %v after %v", err, time.Since(begun))
		}
		for _, end := range w.net.OpenEnds() {
			if !strings.HasPrefix(end, "connection "+client4) {
				t.Errorf("left open: %v", end)
			}
		}
		if n := len(w.srv.Sessions()); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// Shutdown returns when the last client has closed its side, or has had the time
// for it.
func TestShutdownWaitsForLingering(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if err := w.write("f", "x"); err != nil {
			t.Fatal(err)
		}
		cfg := trusting(&ticketCache{keep: true})
		c := w.connectTLS(cfg)
		conn := w.transfer(c, "RETR f", cfg)
		defer conn.Close()
		if r := c.reply(); r.Code != ftp.CodeDone {
			t.Fatal(r)
		}
		begun := time.Now()
		if err := w.srv.Shutdown(context.Background()); err != nil || time.Since(begun) != 5*time.Second {
			t.Errorf("Shutdown: %v after %v", err, time.Since(begun))
		}
	})
}
