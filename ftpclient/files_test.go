package ftpclient_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// facts is MLST of a file of so many octets, sequential.
func facts(name string, size int) string {
	return fmt.Sprintf("C: MLST %s\nS: 250-Facts\nS:  type=file;size=%d;modify=20240131120000; %s\nS: 250 End\n", name, size, name)
}

const (
	missing = "C: MLST a\nS: 550 No such file.\n"
	epsv    = "C: EPSV\nS: 229 Passive (|||$dport|)\n"
	tail    = "D open\nD< \"hello\"\nD< closed\nS: 226 Done.\n"
)

func TestOpen(t *testing.T) {
	ahead := "C: TYPE I\nC: MLST a\nC: EPSV\nS: 200 OK.\nS: 250-Facts\nS:  type=file;size=5; a\nS: 250 End\nS: 229 Passive (|||$dport|)\n"
	tests := []struct {
		name, script string
		r            storage.Range
		want         string
		err          error // of Open or of reading
		says         string
	}{
		{name: "one by one", script: newServer + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\n" + tail, want: "hello"},
		{name: "ahead", script: ferryServer + ahead + "C: RETR a\nS: 150 Here.\n" + tail, want: "hello"},
		{name: "without MLST", script: oldServer + typeI + "C: MLST a\nS: 500 What?\n" + epsv + "C: RETR a\nS: 150 Opening (5 bytes).\n" + tail, want: "hello"},
		{name: "the end of a file", script: newServer + typeI + facts("a", 7) + epsv + "C: REST 2\nS: 350 OK.\nC: RETR a\nS: 150 Here.\n" + tail, r: storage.Range{Off: 2}, want: "hello"},
		{name: "the end of a file, ahead", script: ferryServer + strings.ReplaceAll(ahead, "=5;", "=7;") + "C: REST 2\nC: RETR a\nS: 350 OK.\nS: 150 Here.\n" + tail, r: storage.Range{Off: 2}, want: "hello"},
		{name: "no REST, ahead", script: ferryServer + strings.ReplaceAll(ahead, "=5;", "=7;") + "C: REST 2\nC: RETR a\nS: 502 No.\nS: 150 Here.\nD open\n" + synch + "D> closed\nS: 426 Cut.\nS: 226 Aborted.\n",
			r: storage.Range{Off: 2}, err: errors.ErrUnsupported},
		{name: "no REST and no file, ahead", script: ferryServer + strings.ReplaceAll(ahead, "=5;", "=7;") + "C: REST 2\nC: RETR a\nS: 502 No.\nS: 550 Gone.\n" + facts("a", 7),
			r: storage.Range{Off: 2}, err: fs.ErrPermission},
		{name: "at the end", script: newServer + typeI + facts("a", 7) + epsv, r: storage.Range{Off: 7}},
		{name: "beyond the end", script: newServer + typeI + facts("a", 7) + epsv, r: storage.Range{Off: 8}, err: storage.ErrOffset},
		{name: "no REST", script: newServer + typeI + facts("a", 7) + epsv + "C: REST 2\nS: 502 No.\n", r: storage.Range{Off: 2}, err: errors.ErrUnsupported},
		{name: "a range that is nearly all", script: newServer + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\n" + tail, r: storage.Range{Len: 4}, want: "hell"},
		{name: "a range of a large file", script: newServer + typeI + facts("a", 1e6) + epsv + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\n" + synch + "D> reset\nS: 426 Cut.\nS: 226 Aborted.\n",
			r: storage.Range{Len: 4}, want: "hell"},
		{name: "a directory", script: newServer + typeI + "C: MLST a\nS: 250-Facts\nS:  type=dir; a\nS: 250 End\n" + epsv, err: storage.ErrIsDir},
		{name: "not there", script: newServer + typeI + missing + epsv, err: fs.ErrNotExist},
		{name: "truncated by its size", script: newServer + typeI + facts("a", 6) + epsv + "C: RETR a\nS: 150 Here.\n" + tail + "C: SIZE a\nS: 213 6\nC: MDTM a\nS: 213 20240131120000\n",
			want: "hello", err: io.ErrUnexpectedEOF, says: "5 octets came of 6"},
		{name: "truncated by the 150", script: oldServer + typeI + "C: MLST a\nS: 500 What?\n" + epsv + "C: RETR a\nS: 150 Opening (6 bytes).\n" + tail + "C: SIZE a\nS: 500 What?\n",
			want: "hello", err: io.ErrUnexpectedEOF},
		{name: "the size was another's", script: newServer + typeI + facts("a", 6) + epsv + "C: RETR a\nS: 150 Here.\n" + tail + "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 550 No.\n", want: "hello"},
		{name: "the 226 is lost", script: newServer + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\nD< closed\nX: closed\n", want: "hello"},
		{name: "the 226 does not come", script: newServer + typeI + facts("a", 5) + epsv + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\nD< closed\n+1m\nX: client closed\n", want: "hello"},
		{name: "all is lost", script: newServer + typeI + facts("a", 6) + epsv + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\nD< closed\nX: closed\n",
			want: "hello", err: io.EOF, says: "5 octets of 6 came"},
		{name: "ambiguous and not there", script: oldServer + typeI + "C: MLST a\nS: 500 What?\n" + epsv + "C: RETR a\nS: 550 Failed to open file.\n" +
			"C: SIZE a\nS: 550 No.\nC: PWD\nS: 257 \"/\"\nC: CWD a\nS: 550 No.\n" + epsv + "C: MLSD\nS: 500 What?\nC: SYST\nS: 215 UNIX\n" + epsv + listing("LIST"), err: fs.ErrNotExist},
		{name: "ambiguous and there", script: oldServer + typeI + "C: MLST a\nS: 500 What?\n" + epsv + "C: RETR a\nS: 550 Failed to open file.\n" +
			"C: SIZE a\nS: 213 5\nC: MDTM a\nS: 550 No.\n", err: fs.ErrPermission},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				var got []byte
				r, err := cl.Open(t.Context(), "a", tt.r)
				if err == nil {
					got, err = io.ReadAll(r)
					r.Close()
				}
				if string(got) != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("read %q, %v, want %q, %v", got, err, tt.want, tt.err)
				}
				var pe *fs.PathError
				if err != nil && (!errors.As(err, &pe) || pe.Path != "a" || !strings.Contains(err.Error(), tt.says)) {
					t.Errorf("the error is %v", err)
				}
			})
		})
	}
}

const (
	stored = "D open\nD> \"hello\"\nD> closed\nS: 226 Done.\n"
	begun  = "D open\nD> \"hello\"\n"
	cut    = synch + "S: 426 Cut.\nS: 226 Aborted.\n"
)

func TestCreate(t *testing.T) {
	const (
		commit = iota
		abort
		suspend
	)
	stor := "C: STOR a\nS: 150 Go on.\n"
	tests := []struct {
		name, script string
		o            storage.CreateOptions
		end          int
		err          error // of Create or of the end
	}{
		{name: "new", script: newServer + typeI + missing + epsv + stor + stored + facts("a", 5)},
		{name: "replaced", script: newServer + typeI + facts("a", 9) + epsv + stor + stored + facts("a", 5)},
		{name: "with a time", o: storage.CreateOptions{ModTime: time.Date(2003, 4, 5, 6, 7, 8, 9, time.UTC)},
			script: newServer + typeI + missing + epsv + stor + stored + "C: MFMT 20030405060708 a\nS: 213 Modify=20030405060708; a\n" + facts("a", 5)},
		{name: "with a mode", o: storage.CreateOptions{Perm: 0o640},
			script: newServer + typeI + missing + epsv + stor + stored + "C: SITE HELP\nS: 214-Here\nS:  CHMOD\nS: 214 End\nC: SITE CHMOD 640 a\nS: 200 OK.\n" + facts("a", 5)},
		{name: "exclusive", o: storage.CreateOptions{Mode: storage.Exclusive}, err: fs.ErrExist, script: newServer + facts("a", 9)},
		{name: "append", o: storage.CreateOptions{Mode: storage.Append}, script: newServer + typeI + facts("a", 9) + epsv + "C: APPE a\nS: 150 Go on.\n" + stored + facts("a", 14)},
		{name: "resume", o: storage.CreateOptions{Mode: storage.Resume, Offset: 9},
			script: newServer + typeI + facts("a", 9) + epsv + "C: REST 9\nS: 350 OK.\n" + stor + stored + facts("a", 14)},
		{name: "resume without REST", o: storage.CreateOptions{Mode: storage.Resume, Offset: 9},
			script: newServer + typeI + facts("a", 9) + epsv + "C: REST 9\nS: 502 No.\n" + epsv + "C: APPE a\nS: 150 Go on.\n" + stored + facts("a", 14)},
		{name: "resume in the middle without REST", o: storage.CreateOptions{Mode: storage.Resume, Offset: 8}, err: errors.ErrUnsupported,
			script: newServer + typeI + facts("a", 9) + epsv + "C: REST 8\nS: 502 No.\n"},
		{name: "resume of something shorter", o: storage.CreateOptions{Mode: storage.Resume, Offset: 10}, err: storage.ErrOffset, script: newServer + typeI + facts("a", 9) + epsv},
		{name: "resume leaves the old end", o: storage.CreateOptions{Mode: storage.Resume, Offset: 2}, err: storage.ErrChanged,
			script: newServer + typeI + facts("a", 9) + epsv + "C: REST 2\nS: 350 OK.\n" + stor + stored + facts("a", 9)},
		{name: "less arrived, and it is told when asked again", o: storage.CreateOptions{Mode: storage.Resume, Offset: 9}, err: io.ErrUnexpectedEOF,
			script: newServer + typeI + facts("a", 9) + epsv + "C: REST 9\nS: 350 OK.\n" + stor + stored + "C: MLST a\nS: 500 What?\n" + facts("a", 13)},
		{name: "less arrived", err: io.ErrUnexpectedEOF, script: newServer + typeI + missing + epsv + stor + stored + facts("a", 4)},
		{name: "refused", err: storage.ErrQuota, script: newServer + typeI + missing + epsv + "C: STOR a\nS: 552 Quota.\n"},
		{name: "account", err: ftpclient.ErrAccount, script: newServer + typeI + missing + epsv + "C: STOR a\nS: 532 Account.\n"},
		{name: "refused at the end", err: storage.ErrNoSpace, script: newServer + typeI + missing + epsv + stor + "D open\nD> \"hello\"\nD> closed\nS: 452 Full.\nC: DELE a\nS: 250 Gone.\n"},
		{name: "abort of a new one", end: abort, script: newServer + typeI + missing + epsv + stor + begun + cut + "D> reset\nC: DELE a\nS: 550 No such file.\n"},
		{name: "abort of an overwrite", end: abort, script: newServer + typeI + facts("a", 9) + epsv + stor + begun + cut + facts("a", 9)},
		{name: "abort of an overwrite whose part is kept", end: abort, script: newServer + typeI + facts("a", 9) + epsv + stor + begun + cut + "D> reset\n" + facts("a", 5) +
			epsv + "C: RETR a\nS: 150 Here.\nD open\n" + synch + "S: 426 Cut.\nS: 226 Aborted.\n" + facts("a", 9)},
		{name: "abort of an overwrite in place", end: abort, err: storage.ErrChanged, script: newServer + typeI + facts("a", 9) + epsv + stor + begun + cut + "D> reset\n" + facts("a", 5) +
			epsv + "C: RETR a\nS: 150 Here.\nD open\n" + synch + "S: 426 Cut.\nS: 226 Aborted.\n" + facts("a", 5)},
		{name: "suspend of a new one", end: suspend, script: newServer + typeI + missing + epsv + stor + stored},
		{name: "suspend of an overwrite", end: suspend, script: newServer + typeI + facts("a", 9) + epsv + stor + begun + cut + "D> reset\n"},
		{name: "the 226 is lost", script: newServer + typeI + missing + epsv + stor + "D open\nD> \"hello\"\nD> closed\nX: closed\n== second\n" +
			again + typeI + "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 213 20240131120000\n" + facts("a", 5)},
		{name: "the 226 does not come", script: newServer + typeI + missing + epsv + stor + "D open\nD> \"hello\"\nD> closed\n+1m\nX: client closed\n== second\n" +
			again + typeI + "C: SIZE a\nS: 213 5\nC: MDTM a\nS: 213 20240131120000\n" + facts("a", 5)},
		{name: "the 226 is lost, and octets", err: io.EOF, script: newServer + typeI + missing + epsv + stor + "D open\nD> \"hello\"\nD> closed\nX: closed\n== second\n" +
			again + typeI + "C: SIZE a\nS: 213 4\nC: MDTM a\nS: 213 20240131120000\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				w, err := cl.Create(t.Context(), "a", tt.o)
				if err == nil {
					_, err = io.WriteString(w, "hello")
					pass(time.Second) // for the server to have read it
				}
				switch {
				case err != nil:
				case tt.end == abort:
					err = w.Abort()
				case tt.end == suspend:
					err = w.Suspend(t.Context())
				default:
					_, err = w.Commit(t.Context())
				}
				if !errors.Is(err, tt.err) {
					t.Errorf("it ended with %v, want %v", err, tt.err)
				}
			})
		})
	}
}

// again is the login of a second connection: what the server has is known.
const again = "S: 220 Service ready.\nC: USER anonymous\nS: 331 Password?\nC: PASS ferry@\nS: 230 In.\n"

// TestCommands shows what the other methods send.
func TestCommands(t *testing.T) {
	mode := fs.FileMode(0o600)
	when := time.Date(2003, 4, 5, 6, 7, 8, 123e6, time.UTC)
	tests := []struct {
		name, script string
		do           func(t *testing.T, cl *ftpclient.Client) error
		err          error
	}{
		{name: "mkdir", script: newServer + "C: MKD a b\nS: 257 \"/a b\" made.\n",
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Mkdir(t.Context(), "a b") }},
		{name: "mkdir by XMKD, remembered", script: newServer + "C: MKD a\nS: 500 What?\nC: XMKD a\nS: 257 \"/a\"\nC: XMKD b\nS: 521 Directory exists.\n", err: fs.ErrExist,
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return errors.Join(cl.Mkdir(t.Context(), "a"), cl.Mkdir(t.Context(), "b"))
			}},
		{name: "remove", script: newServer + "C: DELE a\nS: 250 OK.\nC: RMD b\nS: 550 b: Directory not empty\n", err: storage.ErrNotEmpty,
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return errors.Join(cl.Remove(t.Context(), "a", storage.KindFile), cl.Remove(t.Context(), "b", storage.KindDir))
			}},
		{name: "remove, refused without a reason", script: newServer + "C: DELE a\nS: 550 Delete operation failed.\n" + facts("a", 5), err: fs.ErrPermission,
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return cl.Remove(t.Context(), "a", storage.KindFile)
			}},
		{name: "rename", script: newServer + "C: RNFR a\nS: 350 To?\nC: RNTO b\nS: 250 OK.\n",
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Rename(t.Context(), "a", "b") }},
		{name: "rename of nothing", script: newServer + "C: RNFR a\nS: 550 No such file.\n", err: fs.ErrNotExist,
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Rename(t.Context(), "a", "b") }},
		{name: "rename ahead", script: ferryServer + "C: RNFR a\nC: RNTO b\nS: 350 To?\nS: 553 No.\n", err: storage.ErrName,
			do: func(t *testing.T, cl *ftpclient.Client) error { return cl.Rename(t.Context(), "a", "b") }},
		{name: "time and mode", script: newServer + "C: SITE HELP\nS: 214 CHMOD UTIME\nC: SITE CHMOD 600 a\nS: 200 OK.\nC: MFMT 20030405060708.123 a\nS: 213 OK\n",
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return cl.SetAttr(t.Context(), "a", storage.Attr{Mode: &mode, ModTime: when})
			}},
		{name: "times without fractions, remembered", script: newServer + "C: MFMT 20030405060708.123 a\nS: 501 Bad time.\nC: MFMT 20030405060708 a\nS: 213 OK\nC: MFMT 20030405060708 a\nS: 213 OK\n",
			do: func(t *testing.T, cl *ftpclient.Client) error {
				a := storage.Attr{ModTime: when}
				return errors.Join(cl.SetAttr(t.Context(), "a", a), cl.SetAttr(t.Context(), "a", a))
			}},
		{name: "nothing if not all", script: newServer + "C: SITE HELP\nS: 500 What?\n", err: errors.ErrUnsupported,
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return cl.SetAttr(t.Context(), "a", storage.Attr{Mode: &mode, ModTime: when})
			}},
		{name: "quote", script: newServer + "C: SITE WHO\nS: 200 Nobody.\nC: CWD a\nS: 250 OK.\nX: client closed\n",
			do: func(t *testing.T, cl *ftpclient.Client) error {
				_, err := cl.Do(t.Context(), "SITE", "WHO")
				_, cerr := cl.Do(t.Context(), "CWD", "a")
				return errors.Join(err, cerr)
			}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if err := tt.do(t, cl); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
			})
		})
	}
}

// Options.Root is where the names begin.
func TestRoot(t *testing.T) {
	for root, want := range map[string]string{"/": "/a", "/etc": "/etc/a", "pub/": "pub/a"} {
		withClient(t, newServer+"C: MLST "+want+"\nS: 550 No such file.\nC: MLST "+root+"\nS: 550 No such file.\n", ftpclient.Options{Root: root}, func(t *testing.T, cl *ftpclient.Client) {
			cl.Stat(t.Context(), "a")
			cl.Stat(t.Context(), ".")
		})
	}
}
