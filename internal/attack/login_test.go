package attack_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// TestAttack17UserEnumeration: nothing tells a wrong name from a wrong password: the
// replies are the same to the octet, and the delay before them, which hides what
// time the check took, is there for both.
func TestAttack17UserEnumeration(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var dialogues []string
		for _, who := range [][2]string{{"joe", "wrong"}, {"nobody", "wrong"}, {"root", "secret"}, {"joe", ""}, {"JOE", "secret"}, {"anonymous", "x@y"}} {
			c := w.dial(t)
			begun := time.Now()
			said := c.do("USER " + who[0]).text
			said += "\n" + c.do("PASS "+who[1]).text
			if took := time.Since(begun); took < 50*time.Millisecond {
				t.Errorf("%q is answered after %v: there was no delay", who, took)
			}
			said += "\n" + c.do("PWD").text + "\n" + c.do("ACCT x").text + "\n" + c.do("CWD /home/"+who[0]).text
			dialogues = append(dialogues, said)
		}
		if unlike := slices.Compact(dialogues); len(unlike) > 1 {
			t.Errorf("these differ:\n%s", strings.Join(unlike, "\n\n"))
		}
	}, limits(ftpserver.Limits{LoginDelay: 50 * time.Millisecond}))
}

// serveApp serves as the command line does.
func serveApp(t *testing.T, o app.Options) *world {
	t.Helper()
	w := &world{t: t, outer: t.TempDir()}
	o.Dir, o.Listen, o.Sync = w.outer, []string{here + ":0"}, disk.SyncNever
	a, err := app.New(t.Context(), o)
	check(t, err)
	w.dir = w.outer
	w.addr = strings.TrimSuffix(strings.TrimPrefix(a.URLs()[0], "ftp://"), "/")
	ended := make(chan error, 1)
	go func() { ended <- a.Serve() }()
	t.Cleanup(func() {
		check(t, a.Close())
		check(t, <-ended)
	})
	return w
}

// TestAttack24Credentials: an empty password is nobody's, a clever one is a string of
// octets, and an endless one is refused.
func TestAttack24Credentials(t *testing.T) {
	t.Parallel()
	for _, o := range []app.Options{
		{Users: []app.User{{Name: "joe"}}}, {Users: []app.User{{Password: "x"}}}, {Users: []app.User{{Name: "joe", Password: "x"}, {Name: "joe", Password: "y"}}},
	} {
		o.Dir, o.Listen = t.TempDir(), []string{here + ":0"}
		if a, err := app.New(t.Context(), o); err == nil {
			a.Close()
			t.Errorf("these users are taken: %+v", o.Users)
		}
	}
	odd := "x' OR '1'='1\"; DROP TABLE users; -- \\%_"
	w := serveApp(t, app.Options{Users: []app.User{{Name: "joe", Password: "secret"}, {Name: odd, Password: odd}},
		Server: ftpserver.Config{Limits: ftpserver.Limits{LoginDelay: -1}}})
	for _, who := range []struct {
		user, password string
		code           int
	}{
		{"joe", "", 530}, {"joe", " ", 530}, {"joe", "secret ", 530}, {"joe", " secret", 530}, {"joe", "SECRET", 530}, {"joe", "secret\x00\x00x", 530},
		{"joe' --", "secret", 530}, {"joe'/*", "*/ '", 530}, {"' OR 1=1 --", "x", 530}, {"joe", "' OR 'a'='a", 530}, {"*", "*", 530}, {"joe)(uid=*", "secret", 530},
		{"%", "%", 530}, {"joe", "***", 530}, {"", "secret", 503}, {"anonymous", "x@y", 530}, {"ftp", "", 530},
		{"joe", strings.Repeat("x", 8000), 530}, {odd, odd, 230}, {"joe", "secret", 230},
	} {
		c := w.dial(t)
		c.do("USER " + who.user)
		if r := c.do("PASS " + who.password); r.code != who.code {
			t.Errorf("USER %q, PASS %.20q: %v, want %d", who.user, who.password, r, who.code)
		}
		c.conn.Close()
	}
	c := w.dial(t)
	c.want(331, "USER joe")
	c.want(500, "PASS "+strings.Repeat("x", 64<<10))
	c.want(230, "PASS secret"+strings.Repeat("\x00", 64<<10)) // NUL is no part of a line
}
