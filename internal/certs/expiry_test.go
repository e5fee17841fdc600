package certs

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever reads the log hears of the end of a certificate in time, once a day.
func TestExpiryIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, text := testLog()
		p := pair(t, issue(nil, next(16), ecKey(t), "a.example"), t.TempDir(), "a")
		s, err := Open(t.Context(), Options{Files: []Pair{p}, Log: log})
		check(t, err)
		count := func(what string, want int) {
			t.Helper()
			synctest.Wait()
			if n := strings.Count(text.String(), what); n != want {
				t.Errorf("%q is told %d times, want %d:\n%s", what, n, want, text)
			}
		}
		day := 24 * time.Hour
		count("expires soon", 0)
		time.Sleep(day)
		count("expires soon", 0)
		time.Sleep(day + time.Minute)
		count("expires soon", 1)
		count("days=14", 1)
		time.Sleep(3 * day)
		count("expires soon", 4)
		time.Sleep(11 * day)
		count("has expired", 1)
		s.Close()

		// It is told at the start, too.
		text.Reset()
		s, err = Open(t.Context(), Options{Files: []Pair{p}, Log: log})
		check(t, err)
		count("has expired", 1)
		s.Close()
	})
}

func TestExpiryOfShortOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			begins, ends time.Duration
			want         string
		}{
			{-time.Hour, 200 * 24 * time.Hour, ""},
			{-time.Hour, 6 * 24 * time.Hour, ""},
			{-5 * 24 * time.Hour, 20 * time.Hour, "expires soon"},
			{-100 * 24 * time.Hour, 13 * 24 * time.Hour, "expires soon"},
			{-100 * 24 * time.Hour, 15 * 24 * time.Hour, ""},
			{-time.Hour, -time.Second, "has expired"},
			{time.Hour, 200 * 24 * time.Hour, "not valid yet"},
		} {
			log, text := testLog()
			w := warner{log, make(map[string]time.Time)}
			c := issue(nil, next(1), ecKey(t), "a").Leaf
			now := time.Now()
			c.NotBefore, c.NotAfter = now.Add(tt.begins), now.Add(tt.ends)
			w.check(c, now)
			if tt.want == "" && text.String() != "" || !strings.Contains(text.String(), tt.want) {
				t.Errorf("%v to %v: %s", tt.begins, tt.ends, text)
			}
		}
	})
}
