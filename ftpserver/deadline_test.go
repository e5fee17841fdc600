package ftpserver_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// TestDeadlineIsLeft has commands come, whole and in parts, on both sides of a deadline that
// was set for one before: none is lost, and the time to say nothing counts from the last.
func TestDeadlineIsLeft(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		const idle = 9 * time.Second
		w.cfg.Limits.Idle = idle
		c := w.connect()
		c.login("joe", "secret")
		for _, gap := range []time.Duration{0, 1, 50, 149, 150, 199, 200, 201, 350, 5000} {
			for range 5 {
				c.want(ftp.CodeOK, "NOOP")
				time.Sleep(gap * time.Millisecond) // fake, as below
				if _, err := c.conn.Write([]byte("NO")); err != nil {
					t.Fatal(err)
				}
				synctest.Wait() // the session has it
				time.Sleep(gap * time.Millisecond / 2)
				c.want(ftp.CodeOK, "OP")
			}
		}
		last := time.Now()
		if r := c.reply(); r.Code != ftp.CodeClosing {
			t.Errorf("the client was told %v", r)
		}
		if silent := time.Since(last); silent != idle {
			t.Errorf("the client was sent away after %v, want %v", silent, idle)
		}
	})
}
