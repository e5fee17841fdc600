package attack_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// secretText is what stands in the canary, a file that nobody may come near. Neither
// it nor anything else by which it would be known stands anywhere else.
const secretText = "the canary sings of what is outside\n"

// secretTime is when the canary was modified.
var secretTime = time.Date(1999, 3, 7, 5, 31, 47, 0, time.UTC)

// leaks is what tells of the canary: its contents, its time, its digests.
var leaks = []string{
	"canary sings", "19990307053147", "Mar  7  1999",
	fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(secretText))),
	fmt.Sprintf("%08X", crc32.ChecksumIEEE([]byte(secretText))),
	fmt.Sprintf("%x", md5.Sum([]byte(secretText))),
	fmt.Sprintf("%X", md5.Sum([]byte(secretText))),
	fmt.Sprintf("%x", sha1.Sum([]byte(secretText))),
	fmt.Sprintf("%X", sha1.Sum([]byte(secretText))),
	fmt.Sprintf("%x", sha256.Sum256([]byte(secretText))),
	fmt.Sprintf("%X", sha256.Sum256([]byte(secretText))),
	fmt.Sprintf("%x", sha512.Sum512([]byte(secretText))),
	fmt.Sprintf("%X", sha512.Sum512([]byte(secretText))),
	"only-the-canary-lives-here",
}

// canary puts a canary into a folder beside the root.
func (w *world) canary(folder string) {
	w.t.Helper()
	w.write(folder+"/canary", secretText)
	w.write(folder+"/only-the-canary-lives-here", "")
	check(w.t, os.Chtimes(filepath.Join(w.outer, folder, "canary"), secretTime, secretTime))
}

// outside describes all that is in outer, but not what is in the root.
func (w *world) outside() string {
	w.t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(w.outer, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name == w.dir {
			return fs.SkipDir
		}
		if name == w.outer { // its time says nothing: that of the root's own removal would be seen below
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %v %v", name, info.Mode(), info.ModTime())
		if info.Mode().IsRegular() {
			octets, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %q", octets)
		}
		b.WriteByte('\n')
		return nil
	})
	check(w.t, err)
	return b.String()
}

// attempt is something to try with a path, "PATH" in it. The commands are sent one
// after the other; a data connection is there for each that wants one.
type attempt []string

// attempts has each command that takes a path, in each place where it takes one.
// "own" is a file inside.
var attempts = []attempt{
	{"CWD PATH", "PWD", "MLST", "CWD /"},
	{"XCWD PATH", "LIST", "CWD /"},
	{"SMNT PATH", "LIST", "SMNT /"},
	{"LIST PATH"}, {"LIST -R PATH"}, {"LIST -d PATH"}, {"LIST PATH*"}, {"NLST PATH"}, {"MLSD PATH"}, {"MLST PATH"}, {"STAT PATH"},
	{"SIZE PATH"}, {"MDTM PATH"}, {"DSIZ PATH"}, {"AVBL PATH"},
	{"HASH PATH"}, {"XCRC PATH"}, {"XMD5 PATH"}, {"XSHA PATH"}, {"XSHA1 PATH"}, {"XSHA256 PATH"}, {"XSHA512 PATH"},
	{"XCRC \"PATH\" 0 9"}, {"MD5 PATH"}, {"MMD5 PATH, PATH"},
	{"RETR PATH"}, {"REST 4", "RETR PATH"}, {"RANG 0 9", "RETR PATH"}, {"PRET RETR PATH"}, {"THMB PNG 9 9 PATH"},
	{"TYPE A", "SIZE PATH", "RETR PATH", "TYPE I"},
	{"STOR PATH"}, {"APPE PATH"}, {"STOU PATH"}, {"REST 4", "STOR PATH"}, {"RANG 2 3", "STOR PATH"}, {"PRET STOR PATH"},
	{"MKD PATH"}, {"XMKD PATH"}, {"MKD PATH/new"}, {"SITE MKDIR PATH"},
	{"MFMT 20010101000000 PATH"}, {"MFCT 20010101000000 PATH"}, {"MDTM 20010101000000 PATH"},
	{"MFF Modify=20010101000000;UNIX.mode=0777; PATH"},
	{"SITE CHMOD 777 PATH"}, {"SITE CHOWN 1:1 PATH"}, {"SITE CHGRP 1 PATH"},
	{"SITE UTIME 20010101000000 PATH"}, {"SITE UTIME PATH 20010101000000 20010101000000 20010101000000 UTC"},
	{"SITE SYMLINK PATH lnk", "RETR lnk", "STOR lnk", "SITE CHMOD 777 lnk", "LIST lnk/", "RETR lnk/canary", "DELE lnk"},
	{"SITE SYMLINK own PATH"},
	{"CPFR PATH", "CPTO copied", "RETR copied"}, {"CPFR own", "CPTO PATH"},
	{"SITE CPFR PATH", "SITE CPTO copied2", "RETR copied2"}, {"SITE CPFR own", "SITE CPTO PATH"},
	{"SITE COPY PATH copied3", "RETR copied3"}, {"SITE COPY own PATH"},
	{"COMB combined PATH", "RETR combined"}, {"COMB PATH own"},
	{"RNFR own", "RNTO PATH"}, {"RNFR PATH", "RNTO renamed", "RETR renamed"},
	{"RMD PATH"}, {"XRMD PATH"}, {"DELE PATH"},
	{"RMDA PATH"}, {"SITE RMDIR PATH"},
}

// TestAttemptsAreAll holds the attempts against the table of commands, so that no new
// command goes untried.
func TestAttemptsAreAll(t *testing.T) {
	tried := func(verb string) bool {
		for _, a := range attempts {
			for _, line := range a {
				if strings.HasPrefix(line, verb+" ") && strings.Contains(line, "PATH") {
					return true
				}
			}
		}
		return false
	}
	takes := func(c *ftp.Command) bool {
		switch c.Arg {
		case ftp.ArgPath, ftp.ArgOptPath, ftp.ArgEmptyPath, ftp.ArgWordPath:
			return true
		}
		return strings.Contains(c.Syntax, "path")
	}
	for _, c := range ftp.Commands() {
		if takes(c) && c.Name != "SITE" && !tried(c.Name) {
			t.Errorf("no attempt is made with %s", c.Name)
		}
	}
	for _, c := range ftp.SiteCommands() {
		if takes(c) && !tried("SITE "+c.Name) {
			t.Errorf("no attempt is made with SITE %s", c.Name)
		}
	}
}

// try makes all attempts with the path and returns those that gave something of the
// canary away. What is in the root is made anew for each, and prepare, unless nil,
// does the rest.
func (c *client) try(path string, prepare func()) (told []string) {
	c.t.Helper()
	for _, a := range attempts {
		if prepare != nil {
			prepare()
		}
		for _, name := range []string{"own", "sub/own"} {
			name = filepath.Join(c.w.dir, name)
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err == nil {
				os.WriteFile(name, []byte("mine\n"), 0o666)
			}
		}
		for _, line := range a {
			line = strings.ReplaceAll(line, "PATH", path)
			if leak, leaked := partOf(c.exchange(line), leaks); leaked {
				told = append(told, fmt.Sprintf("%.300q tells of the canary: %q", line, leak))
			}
		}
	}
	return told
}

// confined makes all attempts with the paths, of which none may do anything outside.
func (c *client) confined(prepare func(), paths ...string) {
	c.t.Helper()
	before := c.w.outside()
	for _, path := range paths {
		for _, told := range c.try(path, prepare) {
			c.t.Error(told)
		}
		if after := c.w.outside(); after != before {
			c.t.Fatalf("%.300q has changed what is outside:\n%s\nIt was\n%s", path, after, before)
		}
	}
}

// TestAttemptsSee lets the attempts loose on a canary that may be read: what they
// cannot see there they would not see elsewhere.
func TestAttemptsSee(t *testing.T) {
	t.Parallel()
	w := serve(t, everything)
	w.canary("root/cage")
	c := w.login(t)
	told := strings.Join(c.try("cage/canary", func() { w.canary("root/cage") }), "\n")
	for _, line := range []string{
		"LIST", "MLST", "STAT", "MDTM", "HASH", "XCRC", "XMD5", "MMD5", "XSHA512", "RETR cage", "RETR copied", "RETR copied2", "RETR copied3",
		"RETR lnk", "RETR renamed", "RETR combined",
	} {
		if !strings.Contains(told, `"`+line) {
			t.Errorf("nobody saw the canary by %s:\n%s", line, told)
		}
	}
	before := w.outside()
	w.write("cage/canary", "")
	if w.outside() == before {
		t.Error("nobody saw what was done outside")
	}
}

// exchange sends one command, whatever it needs, and returns all that came back.
func (c *client) exchange(line string) string {
	c.t.Helper()
	verb, _, _ := strings.Cut(line, " ")
	if !ftp.Lookup(verb).Traits.Has(ftp.Transfers) {
		return c.do(line).text
	}
	if verb == "STOR" || verb == "APPE" || verb == "STOU" {
		return c.put(line, "overwritten by the attacker").text
	}
	octets, r := c.get(line)
	return octets + r.text
}
