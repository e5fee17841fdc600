package ftpclient_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/storage"
)

// writeTogether stores files that hold their own name and tells what became of them, as in
// "a b! c", an exclamation mark being an error.
func writeTogether(t *testing.T, cl *ftpclient.Client, at time.Time, names ...string) (string, error) {
	t.Helper()
	var b strings.Builder
	files := func(yield func(storage.NewFile) bool) {
		for _, name := range names {
			open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(name)), nil }
			final, temp, _ := strings.Cut(name, "~") // as in a~temp
			if !yield(storage.NewFile{Name: final, Temp: temp, Size: int64(len(name)), ModTime: at, Open: open}) {
				return
			}
		}
	}
	err := cl.WriteFiles(t.Context(), files, func(name string, info storage.Info, err error) error {
		if b.WriteString(name); err != nil {
			b.WriteString("!")
		}
		b.WriteString(" ")
		return nil
	})
	return strings.TrimSpace(b.String()), err
}

// aheadServer is ferry's own server, with the promise that uploads may go ahead.
var aheadServer = strings.Replace(ferryServer, "S:  XPIPELINE\n", "S:  XPIPELINE\nS:  XSTORAHEAD\nS:  MFMT\n", 1)

// TestWriteFilesInBlocks shows that a file which is refused does not become another,
// and what is sent again then.
func TestWriteFilesInBlocks(t *testing.T) {
	up := func(name string) string { return fmt.Sprintf(`"\x00\x00\x%02x%s\x40\x00\x00"`, len(name), name) }
	begun := func(name string) string {
		return "C: EPSV\nS: 229 Passive (|||$dport|)\nC: STOR " + name + "\nS: 150 Ready to receive /home/" + name + ".\nD open\nD> " + up(name) + "\nS: 250 Stored.\n"
	}
	told := strings.Replace(aheadServer, "S:  MLST type*;size*;modify*;UNIX.mode*;\nS:  SIZE\n", "S:  MLST type*;size*;\n", 1)
	untold := strings.Replace(aheadServer, "S:  MLST type*;size*;modify*;UNIX.mode*;\nS:  SIZE\n", "", 1)
	facts := func(name string, size int) string {
		return fmt.Sprintf("S: 250-Facts:\nS:  type=file;size=%d; %s\nS: 250 End.\n", size, name)
	}
	first := "C: TYPE I\nC: MODE B\nC: EPSV\nS: 200 OK.\nS: 200 OK.\nS: 229 Passive (|||$dport|)\n" +
		"C: STOR a\nS: 150 Ready to receive /home/a.\nD open\nD> " + up("a") + "\nS: 250 Stored.\n"
	next := func(name string) string { return "S: 125 Ready to receive /home/" + name + ".\nS: 250 Stored.\n" }
	tests := []struct {
		name, script, want string
		names              string
		timed, lost        bool
		sizes              bool
	}{
		{name: "of another size", names: "a b c~x d", want: "a b! c d", sizes: true,
			script: "C: MLST a\n" + facts("a", 1) + "C: STOR b\nC: STOR x\nC: STOR d\nD> " + up("b") + " " + up("c~x") + " " + up("d") + "\n" +
				next("b") + next("x") + next("d") + "C: MLST b\nC: MLST x\nC: MLST d\n" + facts("b", 0) + facts("x", 3) + facts("d", 1) +
				"C: RNFR x\nC: RNTO c\nS: 350 Go on.\nS: 250 Done.\n"},
		{name: "no answer about a size", names: "a b c", want: "a b! c", sizes: true,
			script: "C: MLST a\n" + facts("a", 1) + "C: STOR b\nC: STOR c\nD> " + up("b") + " " + up("c") + "\n" + next("b") + next("c") +
				"C: MLST b\nC: MLST c\nS: 500 What?\n" + facts("c", 1) + "C: MLST b\n" + facts("b", 0)},
		{name: "all well", names: "a b c", want: "a b c",
			script: "C: STOR b\nC: STOR c\nD> " + up("b") + " " + up("c") + "\n" + next("b") + next("c")},
		{name: "with times", names: "a b c", want: "a b c", timed: true,
			script: "C: MFMT 19990102030405.006 a\nS: 213 OK\nC: STOR b\nC: STOR c\nD> " + up("b") + " " + up("c") + "\n" + next("b") + next("c") +
				"C: MFMT 19990102030405.006 b\nC: MFMT 19990102030405.006 c\nS: 213 OK.\nS: 550 Gone.\n"},
		{name: "under other names", names: "a b~x c~y", want: "a b! c",
			script: "C: STOR x\nC: STOR y\nD> " + up("b~x") + " " + up("c~y") + "\n" + next("x") + next("y") +
				"C: RNFR x\nC: RNTO b\nC: RNFR y\nC: RNTO c\nS: 350 Go on.\nS: 553 No.\nS: 350 Go on.\nS: 250 Done.\n"},
		{name: "refused under another name", names: "a b~x c", want: "a b! c",
			script: "C: STOR x\nC: STOR c\nD> " + up("b~x") + " " + up("c") + "\nS: 553 No.\nD< closed\nS: 425 No data connection.\n" + begun("c")},
		{name: "refused in the middle", names: "a b c d", want: "a b c! d",
			script: "C: STOR b\nC: STOR c\nC: STOR d\nD> " + up("b") + " " + up("c") + " " + up("d") + "\n" + next("b") +
				"S: 550 No.\nD< closed\nS: 425 No data connection.\n" + begun("d")},
		{name: "failed in the middle", names: "a b c d", want: "a b! c d",
			script: "C: STOR b\nC: STOR c\nC: STOR d\nD> " + up("b") + "\nS: 125 Ready to receive /home/b.\nS: 452 Full.\nD< closed\n" +
				"S: 425 No data connection.\nS: 425 No data connection.\n" + begun("c") + "C: STOR d\nD> " + up("d") + "\n" + next("d")},
		{name: "226 in the middle", names: "a b c", want: "a b c",
			script: "C: STOR b\nC: STOR c\nD> " + up("b") + "\nS: 125 Ready to receive /home/b.\nS: 226 Stored.\nD< closed\nS: 425 No data connection.\n" + begun("c")},
		{name: "the reply to another", names: "a b c", want: "a", lost: true,
			script: "C: STOR b\nC: STOR c\nS: 125 Ready to receive /home/c.\nX: client closed\n"},
		{name: "goes on behind a refusal", names: "a b c", want: "a b!", lost: true,
			script: "C: STOR b\nC: STOR c\nS: 550 No.\nS: 125 Ready to receive /home/c.\nX: client closed\n"},
		{name: "an end without a beginning", names: "a b c", want: "a", lost: true,
			script: "C: STOR b\nC: STOR c\nS: 250 Stored.\nX: client closed\n"},
		{name: "a reply too many", names: "a b c", want: "a b", lost: true,
			script: "C: STOR b\nC: STOR c\n" + next("b") + "S: 250 Stored.\nX: client closed\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := untold
			if tt.sizes {
				server = told
			}
			withClient(t, server+first+tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				var at time.Time
				if tt.timed {
					at = written
				}
				got, err := writeTogether(t, cl, at, strings.Split(tt.names, " ")...)
				if got != tt.want || (err != nil) != tt.lost {
					t.Errorf("stored %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// TestWriteFilesInStream shows what goes along with what.
func TestWriteFilesInStream(t *testing.T) {
	up := func(name string) string {
		return "C: STOR " + name + "\nS: 150 Go on.\nD open\nD> \"" + name + "\"\nD> closed\n"
	}
	ahead := strings.Replace(newServer, "S: 220 Service ready.", "S: 220 ProFTPD Server ready.", 1)
	const port = "S: 229 Entering Extended Passive Mode (|||$dport|)\n"
	tests := []struct {
		name, script, want string
		names              string
		timed              bool
	}{
		{name: "one by one", names: "a b", want: "a b", timed: true,
			script: newServer + typeI + passive + up("a") + "S: 226 OK.\nC: MFMT 19990102030405.006 a\nS: 213 OK.\nC: SIZE a\nS: 213 1\n" +
				passive + up("b") + "S: 226 OK.\nC: MFMT 19990102030405.006 b\nS: 213 OK.\nC: SIZE b\nS: 213 1\n"},
		{name: "along with the next", names: "a b", want: "a b", timed: true,
			script: ahead + "C: TYPE I\nC: EPSV\nS: 200 OK.\n" + port + up("a") + "S: 226 OK.\n" +
				"C: MFMT 19990102030405.006 a\nC: SIZE a\nC: EPSV\nS: 213 OK.\nS: 213 1\n" + port + up("b") + "S: 226 OK.\n" +
				"C: MFMT 19990102030405.006 b\nC: SIZE b\nS: 213 OK.\nS: 213 1\n"},
		{name: "under another name", names: "a~x b~y", want: "a b!",
			script: ahead + "C: TYPE I\nC: EPSV\nS: 200 OK.\n" + port + strings.Replace(up("a~x"), "STOR a~x", "STOR x", 1) + "S: 226 OK.\n" +
				"C: SIZE x\nC: EPSV\nS: 213 3\n" + port +
				strings.Replace(up("b~y"), "STOR b~y", "STOR y", 1) + "S: 226 OK.\nC: RNFR x\nC: RNTO a\nS: 350 Go on.\nS: 250 OK.\nC: SIZE y\nS: 213 1\n"},
		{name: "of another size", names: "a b", want: "a! b",
			script: ahead + "C: TYPE I\nC: EPSV\nS: 200 OK.\n" + port + up("a") + "S: 226 OK.\n" +
				"C: SIZE a\nC: EPSV\nS: 213 0\n" + port + up("b") + "S: 226 OK.\nC: SIZE b\nS: 213 1\n"},
		{name: "no answer about a size", names: "a b c", want: "a b! c",
			script: newServer + typeI + passive + up("a") + "S: 226 OK.\nC: SIZE a\nS: 213 1\n" + passive + up("b") + "S: 226 OK.\nC: SIZE b\nS: 500 What?\n" +
				"C: SIZE b\nS: 213 0\n" + passive + up("c") + "S: 226 OK.\nC: SIZE c\nS: 213 1\n"},
		{name: "no answer about a size, along with the next", names: "a b c", want: "a b! c",
			script: ahead + "C: TYPE I\nC: EPSV\nS: 200 OK.\n" + port + up("a") + "S: 226 OK.\nC: SIZE a\nC: EPSV\nS: 213 1\n" + port +
				strings.Replace(up("b"), "STOR b\n", "STOR b\nC: EPSV\n", 1) + "S: 226 OK.\n" + port +
				"C: SIZE b\n" + strings.Replace(up("c"), "S: 150", "S: 500 What?\nS: 150", 1) + "S: 226 OK.\nC: SIZE b\nC: SIZE c\nS: 213 0\nS: 213 1\n"},
		{name: "no answer about a size twice", names: "a b", want: "a b",
			script: newServer + typeI + passive + up("a") + "S: 226 OK.\nC: SIZE a\nS: 213 1\n" + passive + up("b") + "S: 226 OK.\nC: SIZE b\nS: 550 No.\n" +
				"C: SIZE b\nS: 550 No.\n"},
		{name: "a server that tells no sizes", names: "a b c d", want: "a b c d",
			script: newServer + typeI + passive + up("a") + "S: 226 OK.\nC: SIZE a\nS: 550 No.\n" + passive + up("b") + "S: 226 OK.\nC: SIZE b\nS: 500 What?\n" +
				passive + up("c") + "S: 226 OK.\nC: SIZE c\nS: 500 What?\n" + passive + up("d") + "S: 226 OK.\n"},
		{name: "refused", names: "a b", want: "a! b",
			script: oldServer + typeI + passive + "C: STOR a\nS: 553 No.\n" + passive + up("b") + "S: 226 OK.\nC: SIZE b\nS: 213 1\n"},
		{name: "failed", names: "a b", want: "a! b",
			script: oldServer + typeI + passive + up("a") + "S: 452 Full.\n" + passive + up("b") + "S: 226 OK.\nC: SIZE b\nS: 213 1\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, cl *ftpclient.Client) {
				var at time.Time
				if tt.timed {
					at = written
				}
				got, err := writeTogether(t, cl, at, strings.Split(tt.names, " ")...)
				if got != tt.want || err != nil {
					t.Errorf("stored %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// TestWriteFilesRefusedBefore: the refusal of what goes along with an upload is none of the
// upload, which is under way when it comes.
func TestWriteFilesRefusedBefore(t *testing.T) {
	const long = 40_000
	script := strings.NewReplacer("S: 220 Service ready.", "S: 220 ProFTPD Server ready.", "S:  SIZE\n", "").Replace(newServer) +
		typeI + passive + "C: STOR a\nS: 150 Go on.\nD open\nD> \"a\"\nD> closed\nS: 226 OK.\n" +
		passive + "C: STOR x\nC: EPSV\nS: 150 Go on.\nD open\nD> \"b\"\nD> closed\nS: 226 OK.\nS: 229 Entering Extended Passive Mode (|||$dport|)\n" +
		"C: RNFR x\nC: RNTO b\nC: STOR c\nD open\nD> \"c\" * 1000\nS: 350 Go on.\nS: 553 It is a folder.\n+1s\n" +
		fmt.Sprintf("S: 150 Go on.\nD> \"c\" * %d\nD> closed\nS: 226 OK.\n", long-1000)
	playing(t, polite(script), ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, n *memnet.Net, o *ftpclient.Options) {
		n.Window = 4 << 10
		cl := ftpclient.New(addr, o)
		defer cl.Close()
		var files []storage.NewFile
		for _, text := range []string{"a", "b", strings.Repeat("c", long)} {
			files = append(files, storage.NewFile{Name: text[:1], Size: int64(len(text)),
				Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		}
		files[1].Temp = "x"
		got := ""
		err := cl.WriteFiles(t.Context(), slices.Values(files), func(name string, _ storage.Info, err error) error {
			got += fmt.Sprintf("%s %t ", name, err == nil)
			return nil
		})
		if want := "a true b false c true "; got != want || err != nil {
			t.Errorf("stored %q, %v; want %q", got, err, want)
		}
	})
}

// A server that says nothing before the end of an upload is asked whether that was the end:
// the reply may have been that to another command, and all that follows would be, too.
func TestWriteFilesUnopened(t *testing.T) {
	const up = "C: STOR a\nD open\nD> \"a\"\nD> closed\nS: 226 OK.\nC: NOOP\n"
	for name, tt := range map[string]struct {
		script, want string
		lost         bool
	}{
		"in step":      {up + "S: 200 OK.\nC: SIZE a\nS: 213 1\n", "a", false},
		"no NOOP":      {up + "S: 502 No.\nC: SIZE a\nS: 213 1\n", "a", false},
		"out of step":  {up + "S: 226 OK.\nX: client closed\n", "", true},
		"out of order": {up + "S: 250 OK.\nX: client closed\n", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			withClient(t, oldServer+typeI+passive+tt.script, ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := writeTogether(t, cl, time.Time{}, "a")
				if got != tt.want || (err != nil) != tt.lost {
					t.Errorf("stored %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// A file that the server has under another name than it was told is not stored.
func TestWriteFilesAltered(t *testing.T) {
	script := newServer + typeI + passive + "C: STOR a \nS: 150 Go on.\nD open\nD> \"a \"\nD> closed\nS: 226 OK.\n" +
		"C: MFMT 19990102030405.006 a \nS: 550 utime(a ): No such file or directory\nC: SIZE a \nS: 550 No such file.\n"
	withClient(t, script, ftpclient.Options{Params: ftp.Params{Mode: 'S'}}, func(t *testing.T, cl *ftpclient.Client) {
		got, err := writeTogether(t, cl, written, "a ")
		if got != "a !" || err != nil {
			t.Errorf("stored %q, %v; want an error", got, err)
		}
	})
}

// A file that cannot be sent as it was announced leaves the others alone.
func TestWriteFilesChanged(t *testing.T) {
	script := oldServer + typeI + passive + "C: STOR b\nS: 150 Go on.\nD open\nD> \"b\"\nD> closed\nS: 226 OK.\nC: SIZE b\nS: 213 1\n"
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("b")), nil }
		var got []error
		files := func(yield func(storage.NewFile) bool) {
			_ = yield(storage.NewFile{Name: "a", Size: 2, Open: open}) && yield(storage.NewFile{Name: "b", Size: 1, Open: open})
		}
		err := cl.WriteFiles(t.Context(), files, func(_ string, _ storage.Info, err error) error {
			got = append(got, err)
			return nil
		})
		if err != nil || len(got) != 2 || !errors.Is(got[0], storage.ErrChanged) || got[1] != nil {
			t.Errorf("got %v, %v", got, err)
		}
	})
}
