package watch

import (
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// TestOverflow makes up for events that were lost, once.
func TestOverflow(t *testing.T) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer notify.Close()
	w := &watcher{dir: t.TempDir(), notify: notify, rest: newRest(time.Second, func(string) (state, bool) { return state{}, false })}
	if c, any := w.changes(time.Now()); any {
		t.Errorf("nothing has happened, and it tells %+v", c)
	}
	w.failed(fsnotify.ErrEventOverflow)
	if c, any := w.changes(time.Now()); !any || !c.All {
		t.Errorf("after an overflow it tells %+v", c)
	}
	if c, any := w.changes(time.Now()); any {
		t.Errorf("it tells twice: %+v", c)
	}
}
