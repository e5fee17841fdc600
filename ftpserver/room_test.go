package ftpserver_test

import (
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/faultfs"
)

// TestRoomForTrees has several sessions go through trees. What they hold in memory
// is bounded for all together, and free again when they are done or gone.
func TestRoomForTrees(t *testing.T) {
	for _, work := range []string{"DSIZ a", "SITE COPY a copy"} {
		inBubble(t, func(t *testing.T, w *world) {
			w.cfg.Limits.Listing = 5
			for _, dir := range []string{"a", "b"} {
				for i := range 4 {
					if i == 0 {
						w.directive("dir", []string{dir})
					}
					if err := w.directive("dir", []string{dir + "/" + strconv.Itoa(i)}); err != nil {
						t.Fatal(err)
					}
				}
			}
			gate := faultfs.NewGate()
			w.rule = append(w.rule, faultfs.Rule{Op: faultfs.List, Name: "a/*", Do: gate.Wait})
			holds, other := w.connect(), w.connect()
			for _, c := range []*client{holds, other} {
				c.login("joe", "secret")
			}
			holds.send(work)
			<-gate.Reached()
			other.want(ftp.CodeLocalError, "DSIZ b")
			other.want(ftp.CodeLocalError, "SITE COPY b more")
			gate.Open()
			if r := holds.reply(); r.Code >= 400 {
				t.Errorf("%s: %v", work, r)
			}
			synctest.Wait()
			other.want(ftp.CodeFileStatus, "DSIZ b")
			other.want(ftp.CodeOK, "SITE COPY b most")
		})
	}
}
