package ftpserver_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
)

// Random sessions: whatever commands follow one another, each is answered with
// codes that the command table permits, and a transfer is announced before its
// result.
func TestRandomSessions(t *testing.T) {
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.end()
			w.cfg.ModeZ, w.cfg.MarkerInterval = true, 7
			for _, dir := range []string{"a", "b"} {
				if err := w.fs.Mkdir(t.Context(), dir); err != nil {
					t.Fatal(err)
				}
			}
			r := &randomSession{w: w, c: w.connect(), rand: rand.New(rand.NewPCG(seed, 0)), params: ftp.DefaultParams()}
			defer r.hangUp()
			r.c.login("joe", "secret")
			for range 100 {
				r.step()
				if t.Failed() {
					t.Fatalf("seed %d:\n%s", seed, strings.Join(r.said, "\n"))
				}
			}
		})
	}
}

type randomSession struct {
	w      *world
	c      *client
	rand   *rand.Rand
	data   string   // where the server listens; "" if it does not
	conn   net.Conn // the data connection that was left open; nil if there is none
	params ftp.Params
	broken bool // the transfer that runs is one of nonsense
	said   []string
}

func (r *randomSession) pick(from ...string) string { return from[r.rand.IntN(len(from))] }

// argument makes up an argument that is often a fit one.
func (r *randomSession) argument(c *ftp.Command) string {
	path := r.pick("f", "g", "a", "b", "a/f", "b/g", "../f", "/", "/a", ".", "*", "-la", "né", "x y", "")
	switch c.Name {
	case "USER", "PASS", "REIN", "QUIT", "ACCT":
		return ""
	case "TYPE":
		return r.pick("A", "I", "L 8", "E", "L 36", "E C", "")
	case "STRU":
		return r.pick("F", "F", "R", "P")
	case "MODE":
		return r.pick("S", "B", "C", "Z")
	case "REST", "ALLO":
		return r.pick("0", "3", "5", "3+c", "4;r1", "99999999", "x")
	case "SITE":
		return r.pick("HELP", "CHMOD 600 ", "UTIME 20010203040506 ", "CHOWN a:b ", "UMASK 0", "WHO", "") + path
	case "MFMT":
		return r.pick("20010203040506 ", "") + path
	case "OPTS":
		return r.pick("MLST type;size;perm;", "MLST", "UTF8 ON", "MODE Z LEVEL 9", "x")
	case "EPSV":
		return r.pick("", "1", "2")
	case "PORT", "EPRT", "LPRT":
		return r.pick("198,51,100,7,10,10", "|1|198.51.100.7|4000|", "4,4,198,51,100,7,2,10,10", "x")
	case "MFF":
		return r.pick("Modify=20010203040506;", "UNIX.mode=640;UNIX.owner=x;", "frog=1;", "") + " " + path
	case "LANG":
		return r.pick("", "en", "zh", "xx", "@@")
	case "HOST":
		return r.pick("ftp.example.com", "[::1]", "x:1")
	}
	if c.Arg == ftp.ArgNone && r.rand.IntN(10) > 0 {
		return ""
	}
	return path
}

func (r *randomSession) step() {
	all := ftp.Commands()
	c := all[r.rand.IntN(len(all))]
	switch r.rand.IntN(4) {
	case 0:
		c = ftp.Lookup(r.pick("RETR", "STOR", "APPE", "STOU", "LIST", "MLSD", "NLST", "REST", "STOR"))
	case 1:
		c = ftp.Lookup(r.pick("EPSV", "PASV", "MKD", "DELE", "RNFR", "RNTO", "CWD", "SIZE", "MLST", "MODE", "STRU", "TYPE"))
	}
	arg := r.argument(c)
	if arg == "" && (c.Name == "USER" || c.Name == "PASS" || c.Name == "REIN" || c.Name == "QUIT") {
		return
	}
	reply := r.do(c, strings.TrimSuffix(c.Name+" "+arg, " "))
	switch reply.Code {
	case ftp.CodePassive, ftp.CodeLongPassive, ftp.CodeExtendedPassive:
		ap, err := ftp.ParsePassive(reply.Text())
		switch reply.Code {
		case ftp.CodeLongPassive:
			ap, err = ftp.ParseLongPassive(reply.Text())
		case ftp.CodeExtendedPassive:
			ap, err = ftp.ParseExtendedPassive(reply.Text())
		}
		if err != nil {
			r.w.t.Errorf("%v: %v", reply, err)
		}
		r.hangUp()
		r.data = net.JoinHostPort(server4, fmt.Sprint(ap.Port()))
	case ftp.CodeOpening, ftp.CodeAlreadyOpen:
		r.transfer(c, reply.Code)
	case ftp.CodeOK:
		r.set(c.Name, arg)
	}
	if uploads := c.Name == "STOR" || c.Name == "APPE" || c.Name == "STOU"; uploads && !reply.Code.Preliminary() {
		r.hangUp() // the server does, lest octets that went ahead become another file
	}
}

// do does a command and checks the code.
func (r *randomSession) do(c *ftp.Command, line string) ftp.Reply {
	r.said = append(r.said, "C: "+line)
	r.c.send(line)
	return r.check(c)
}

func (r *randomSession) check(c *ftp.Command) ftp.Reply {
	reply := r.c.reply()
	for reply.Code == ftp.CodeMarker && c.Permits(reply.Code) {
		reply = r.c.reply()
	}
	r.said = append(r.said, "S: "+reply.String())
	if !c.Permits(reply.Code) {
		r.w.t.Errorf("%s may not be answered %d", c.Name, reply.Code)
	}
	// What a reply must not look like, whatever it says: a mistake in a format, an
	// error of Go or of the storage, or nothing at all.
	for _, line := range reply.Lines {
		if line == "" || strings.Contains(line, "%!") || strings.Contains(line, "storage") ||
			strings.Contains(line, "0x") || strings.Contains(line, "<nil>") {
			r.w.t.Errorf("%s is answered %q", c.Name, line)
		}
	}
	if reply.Code == ftp.CodeClosing || reply.Code == ftp.CodeLocalError && !r.broken {
		r.w.t.Errorf("%s: %v", c.Name, reply)
	}
	return reply
}
