package attack_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// TestAttack15StateMachine: commands that come too early, too late or twice are
// answered as what they are, and leave nothing behind for those that follow.
func TestAttack15StateMachine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write("root/file", "0123456789")
		for _, steps := range [][]string{
			// Before the login.
			{"RNTO x", "530", "PASS secret", "503", "USER joe", "331", "RETR file", "530", "RNFR file", "530", "USER joe", "331", "PASS secret", "230"},
			{"REST 5", "530", "PORT 127,0,0,1,200,1", "530", "PASV", "530", "ABOR", "530", "ALLO 5", "530", "EPSV ALL", "530", "ACCT x", "503"},
			{"USER joe", "331", "USER nobody", "331", "PASS secret", "530", "PWD", "530", "USER joe", "331", "PASS secret", "230"},
			// RNTO goes with the RNFR right before it.
			{"LOGIN", "RNTO x", "503", "RNFR file", "350", "NOOP", "200", "RNTO x", "503"},
			{"LOGIN", "RNFR file", "350", "RNFR none", "550", "RNTO x", "503"},
			{"LOGIN", "RNFR file", "350", "USER joe", "331", "PASS secret", "230", "RNTO x", "503"},
			{"LOGIN", "RNFR file", "350", "REIN", "220", "RNTO x", "530"},
			{"LOGIN", "CPFR file", "350", "RNTO x", "503", "CPTO x", "503", "RNFR file", "350", "CPTO x", "503", "RNTO x", "503"},
			{"LOGIN", "SITE CPFR file", "350", "PWD", "257", "SITE CPTO x", "503"},
			// Another login is another user's.
			{"LOGIN", "MKD d", "257", "CWD d", "250", "USER joe", "331", "PWD", "530", "PASS secret", "230", "PWD", "257 \"/\"", "RMD d", "250"},
			{"LOGIN", "EPSV", "229", "USER joe", "331", "PASS secret", "230", "RETR file", "425"},
			{"LOGIN", "EPSV", "229", "REIN", "220", "USER joe", "331", "PASS secret", "230", "RETR file", "425"},
			// EPSV ALL holds until the session ends, ABOR or not.
			{"LOGIN", "EPSV ALL", "200", "PORT 127,0,0,1,200,1", "503", "PASV", "503", "EPRT |1|127.0.0.1|50001|", "503", "LPSV", "503", "ABOR", "226",
				"PORT 127,0,0,1,200,1", "503", "PASV", "503", "SPSV", "503", "CPSV", "503", "EPSV", "229"},
			// A plan replaces the one before.
			{"LOGIN", "EPRT |1|127.0.0.1|50001|", "200", "EPSV", "229", "ABOR", "226", "RETR file", "425"},
		} {
			if w.tls && slices.Contains(steps, "REIN") {
				continue // which ends TLS, and not the session
			}
			c := w.dial(t)
			if steps[0] == "LOGIN" {
				c.enter()
				steps = steps[1:]
			}
			for ; len(steps) > 0; steps = steps[2:] {
				if r := c.do(steps[0]); !strings.HasPrefix(r.text, steps[1]) {
					t.Errorf("%s: %v, want %s", steps[0], r, steps[1])
				}
			}
			c.conn.Close()
		}
		if got := w.read("root/file"); got != "0123456789" {
			t.Errorf("the file is %q", got)
		}
	}, limits(ftpserver.Limits{LoginDelay: -1}))
}

// TestAttack15Pending: what REST, RANG and ALLO say is for the next command alone.
func TestAttack15Pending(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write("root/file", "0123456789")
		c := w.login(t)
		for _, first := range []string{"REST 5", "RANG 3 4"} {
			for _, between := range []string{"LIST", "NOOP x", "SIZE file", "CWD .", "XYZZY", "RNFR file", "DELE none", "NLST none", "MLST", "RETR none"} {
				c.want(350, first)
				kept := "0123456789"
				switch between {
				case "NOOP x": // lets it be
					kept = map[string]string{"REST 5": "56789", "RANG 3 4": "34"}[first]
					c.do(between)
				case "LIST":
					c.get(between)
				default:
					c.do(between)
				}
				if octets, r := c.get("RETR file"); octets != kept || r.code != 226 {
					t.Errorf("%s, %s, RETR: %q, %v", first, between, octets, r)
				}
			}
		}
	})
}

// pipelined are the commands of TestAttack15Pipelining. None of them needs an answer of
// the test, and none ends the session.
var pipelined = []string{
	"NOOP", "PWD", "CWD /", "CWD d", "CDUP", "MKD d", "RMD d", "DELE f", "RNFR f", "RNTO g", "RNFR g", "RNTO f", "SIZE f", "MDTM f", "MLST", "MLST f",
	"STAT", "STAT f", "FEAT", "HELP", "HELP SITE", "SYST", "TYPE A", "TYPE I", "TYPE L 8", "TYPE E", "STRU F", "STRU R", "STRU P", "MODE S", "MODE B", "MODE C", "MODE Z",
	"REST 3", "RANG 1 2", "ALLO 9", "ALLO x", "EPSV", "PASV", "LPSV", "SPSV", "ABOR", "RETR f", "STOR f", "APPE f", "STOU", "LIST", "NLST", "MLSD", "LIST -R",
	"PORT 127,0,0,1,0,22", "EPRT |1|127.0.0.2|5000|", "HASH f", "XCRC f", "OPTS UTF8 ON", "OPTS MLST size;", "OPTS HASH MD5", "SITE HELP", "SITE CHMOD 644 f", "SITE x",
	"CPFR f", "CPTO h", "SITE COPY f i", "COMB j h", "AVBL", "DSIZ", "XYZZY", "", " ", "\x00", "NOOP \xff\xff", "USER joe", "PASS secret", "PASS secret", "ACCT x", "REIN",
	"LANG en", "CLNT x", "CSID Name=x;", "HOST x", "PBSZ 0", "PROT P", "PROT C", "CCC", "ADAT x", "SSCN", "MIC x", "SMNT /", "THMB PNG 9 9 f", "MFMT 20200101000000 f",
	"SITE IDLE 100", "SITE UMASK 022", "SITE WHO", "SITE SYMLINK f k", "EPSV x", "EPSV 1", "RMDA z", "SITE RMDIR z", "QUOTA", "XQUOTA", "MD5 f", "MMD5 f, f",
}

// TestAttack15Pipelining sends commands at random, in lots, without waiting for
// replies: each gets exactly one that is final, the session stays in step, and works in
// the end.
func TestAttack15Pipelining(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write("root/f", "0123456789")
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 15))
		t.Logf("the seed is %d", seed)
		c := w.login(t)
		for total := few(20_000, 3000); total > 0; {
			// A transfer waits for a data connection that never comes, until one of the
			// ABORs. The lot is no larger than what the server reads ahead.
			var lot []string
			for range 1 + random.IntN(20) {
				line := pipelined[random.IntN(len(pipelined))]
				if line == "REIN" && w.tls {
					continue // ends TLS, and not the session
				}
				lot = append(lot, line)
			}
			total -= len(lot)
			for range lot {
				lot = append(lot, "ABOR")
			}
			lot = append(lot, "USER joe", "PASS secret")
			c.send(lot...)
			var codes []int
			for range lot {
				r := c.reply()
				for r.code < 200 {
					r = c.reply()
				}
				codes = append(codes, r.code)
			}
			if r := c.do("SYST"); r.code != 215 || codes[len(codes)-1] != 230 {
				t.Fatalf("out of step: %v\nbehind %q\nwhich were answered %v", r, lot, codes)
			}
		}
		w.write("root/f", "0123456789")
		for _, line := range []string{"CWD /", "TYPE I", "STRU F", "MODE S"} {
			c.do(line)
		}
		if w.tls {
			c.want(200, "PBSZ 0")
			c.want(200, "PROT P")
		}
		if octets, r := c.get("RETR f"); octets != "0123456789" || r.code != 226 {
			t.Errorf("in the end the file is %q, %v", octets, r)
		}
	}, everything, func(c *ftpserver.Config) { c.ModeZ = true })
}
