package watch

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestRest follows files that are written in different ways.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
		files := map[string]state{"a": {10, began}, "grows": {1, began}}
		r := newRest(2*time.Second, func(name string) (state, bool) { s, ok := files[name]; return s, ok })
		r.touch("a", at(0))
		r.touch("gone", at(0))
		r.touch("grows", at(0))
		var got []string
		for s := 1; s < 12; s++ {
			if s < 6 {
				files["grows"] = state{int64(s), at(s)} // without an event
			}
			if s == 1 {
				r.touch("a", at(1))
			}
			for _, name := range r.ready(at(s)) {
				got = append(got, fmt.Sprintf("%d %s", s, name))
			}
		}
		if want := "[2 gone 3 a 8 grows]"; fmt.Sprint(got) != want {
			t.Errorf("came to rest: %v, want %s", got, want)
		}
		if left := r.restless(); len(left) > 0 {
			t.Errorf("restless: %q", left)
		}
	})
}
