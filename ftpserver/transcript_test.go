package ftpserver_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/transcript"
)

// Each script of testdata is played against a server of its own. Beyond what it
// says, every reply code must be one that the command table permits, and
// nothing may be left behind. What they have got is held against the documents.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ftp")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, error %v", len(files), err)
	}
	var got answers
	passed := true
	for _, file := range files {
		passed = t.Run(strings.TrimSuffix(filepath.Base(file), ".ftp"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				defer w.end()
				env := w.env()
				env.Answered = got.of(filepath.Base(file))
				transcript.Run(t, file, env)
			})
		}) && passed
	}
	if f := flag.Lookup("test.run"); passed && !strings.Contains(f.Value.String(), "/") {
		got.check(t)
		got.document(t)
	}
}

func (w *world) env() transcript.Env {
	return transcript.Env{
		Network: clients{w}, Dial: w.dial, Directive: w.directive, Check: permitted, Secure: w.tlsClient, FakeTime: true,
	}
}

// permitted tells whether the command table lets a command be answered so.
func permitted(command string, code int) error {
	if command == "" && (code == 120 || code == 220 || code == 421) {
		return nil
	}
	c := lookup(command)
	if c == nil {
		c = &ftp.Command{Replies: []ftp.Code{ftp.CodeUnknown}}
	}
	if !c.Permits(ftp.Code(code)) {
		return fmt.Errorf("the command table does not let %q be answered %d", command, code)
	}
	return nil
}

// lookup returns the row for a command, "SITE CHMOD" among them. What SITE does
// not know answers as SITE itself.
func lookup(command string) *ftp.Command {
	if sub, ok := strings.CutPrefix(command, "SITE "); ok {
		if c := ftp.LookupSite(sub); c != nil {
			return c
		}
		return ftp.Lookup("SITE")
	}
	return ftp.Lookup(command)
}
