package ftpclient_test

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// offering is a server with these features, of which MLST is one.
func offering(features string) string {
	list := "S:  " + strings.Join(strings.Split(features, ","), "\nS:  ") + "\n"
	return strings.Replace(newServer, "S:  EPSV\n", "S:  EPSV\n"+list, 1)
}

// TestWhole shows the commands that do at the server what would else take many.
func TestWhole(t *testing.T) {
	combine := func(t *testing.T, cl *ftpclient.Client) error {
		return cl.Combine(t.Context(), `a "b"`, "c d", "e")
	}
	size := func(want int64) func(*testing.T, *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			n, err := cl.TreeSize(t.Context(), "d")
			if err == nil && n != want {
				t.Errorf("the size is %d, want %d", n, want)
			}
			return err
		}
	}
	rmda := func(t *testing.T, cl *ftpclient.Client) error { return cl.RemoveTree(t.Context(), "d") }
	mkdirAll := func(t *testing.T, cl *ftpclient.Client) error { return cl.MkdirAll(t.Context(), "a/b") }
	thumb := func(t *testing.T, cl *ftpclient.Client) error {
		r, err := cl.Thumbnail(t.Context(), "my cat.jpg", "PNG", 64, 48)
		if err != nil {
			return err
		}
		got, err := io.ReadAll(r)
		if string(got) != "hello" {
			t.Errorf("the picture is %q", got)
		}
		return errors.Join(err, r.Close())
	}
	no := func(name string) string { return "C: MLST " + name + "\nS: 550 No such file.\n" }
	tests := []struct {
		name, script string
		do           func(t *testing.T, cl *ftpclient.Client) error
		err          error
	}{
		{name: "COMB", do: combine, script: offering("COMB") + "C: COMB \"a \"\"b\"\"\" \"c d\" \"e\"\n+50m\nS: 250 OK.\n"},
		{name: "COMB is refused", do: combine, err: fs.ErrPermission, script: offering("COMB") + "C: COMB \"a \"\"b\"\"\" \"c d\" \"e\"\nS: 550 Permission denied.\n"},
		{name: "COMB of a part that is missing, in another language", do: combine, err: fs.ErrNotExist,
			script: offering("COMB") + "C: COMB \"a \"\"b\"\"\" \"c d\" \"e\"\nS: 550 没有这个文件。\n" + facts("c d", 1) + no("e")},
		{name: "no COMB", do: combine, err: errors.ErrUnsupported, script: newServer},
		{name: "DSIZ", do: size(123), script: offering("DSIZ") + "C: DSIZ d\nS: 213 123\n"},
		{name: "DSIZ of nothing", do: size(0), err: fs.ErrNotExist, script: offering("DSIZ") + "C: DSIZ d\nS: 550 No such directory.\n"},
		{name: "no DSIZ", do: size(12), script: newServer + typeI + epsv + "C: MLSD d\nS: 150 Here.\nD open\nD< \"type=file;size=5; x\\r\\ntype=dir; y\\r\\n\"\nD< closed\nS: 226 Done.\n" +
			epsv + "C: MLSD d/y\nS: 150 Here.\nD open\nD< \"type=file;size=7; z\\r\\n\"\nD< closed\nS: 226 Done.\n"},
		{name: "RMDA", do: rmda, script: offering("RMDA") + "C: RMDA d\n+10m\nS: 250 Gone.\n"},
		{name: "SITE RMDIR", do: rmda, script: newServer + "C: SITE HELP\nS: 214 RMDIR\nC: SITE RMDIR d\nS: 200 Gone.\n"},
		{name: "RMDA is refused, SITE RMDIR is not", do: rmda, script: offering("RMDA") + "C: RMDA d\nS: 502 Off.\nC: SITE HELP\nS: 214 RMDIR\nC: SITE RMDIR d\nS: 200 Gone.\n"},
		{name: "neither", do: rmda, err: errors.ErrUnsupported, script: newServer + "C: SITE HELP\nS: 214 RMDIR* CHMOD\n"},
		{name: "mkdir -p, one is missing", do: mkdirAll, script: newServer + no("a/b") + "C: MKD a/b\nS: 257 \"/a/b\"\n"},
		{name: "mkdir -p by SITE", do: mkdirAll, script: newServer + no("a/b") + "C: MKD a/b\nS: 550 No such directory.\nC: SITE HELP\nS: 214 MKDIR\nC: SITE MKDIR a/b\nS: 200 OK.\n"},
		{name: "mkdir -p one by one", do: mkdirAll, script: newServer + no("a/b") + "C: MKD a/b\nS: 550 No such directory.\nC: SITE HELP\nS: 502 No.\n" +
			no("a") + "C: MKD a\nS: 257 \"/a\"\nC: MKD a/b\nS: 257 \"/a/b\"\n"},
		{name: "mkdir -p, a file is in the way", do: mkdirAll, err: storage.ErrNotDir, script: newServer + facts("a/b", 3)},
		{name: "THMB", do: thumb, script: offering("THMB PNG") + typeI + passive + "C: THMB PNG 64 48 my cat.jpg\nS: 150 Here.\n" + tail},
		{name: "no THMB", do: thumb, err: errors.ErrUnsupported, script: newServer},
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

// TestStoreUnique finds the name that the server has chosen wherever servers say it.
func TestStoreUnique(t *testing.T) {
	for name, tt := range map[string]struct {
		opening, final string
		want           string
		err            error
	}{
		"as RFC 1123 has it": {"150 FILE: f.1", "226 Done.", "d/f.1", nil},
		"a path":             {"125 FILE: /x/d/f 2", "250 Done.", "d/f 2", nil},
		"at the end":         {"150 Go on.", "226 FILE: f.3", "d/f.3", nil},
		"as wu-ftpd has it":  {"150 Go on.", "226 Transfer complete (unique file name:f.4).", "d/f.4", nil},
		"nowhere":            {"150 Go on.", "226 Done.", "", ftpclient.ErrUnnamed},
		"that is no name":    {"150 FILE: ..", "226 Done.", "", ftpclient.ErrUnnamed},
		"refused":            {"", "550 Permission denied.", "", fs.ErrPermission},
	} {
		t.Run(name, func(t *testing.T) {
			script := newServer + "C: PWD\nS: 257 \"/x\"\nC: CWD d\nS: 250 OK.\n" + typeI + passive + "C: STOU\n"
			if tt.opening == "" {
				script += "S: " + tt.final + "\n"
			} else {
				script += "S: " + tt.opening + "\nD open\nD> \"hello\"\nD> closed\nS: " + tt.final + "\n"
			}
			withClient(t, script+"C: CWD /x\nS: 250 OK.\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := cl.StoreUnique(t.Context(), "d", strings.NewReader("hello"))
				if got != tt.want || !errors.Is(err, tt.err) {
					t.Errorf("%q, %v, want %q, %v", got, err, tt.want, tt.err)
				}
			})
		})
	}
}

// An upload whose source fails is aborted, not ended.
func TestStoreUniqueFails(t *testing.T) {
	script := newServer + typeI + passive + "C: STOU\nS: 150 FILE: f\nD open\nD> \"hel\"\n" + synch + "S: 426 Cut.\nS: 226 Aborted.\nD> reset\n"
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		failed := errors.New("the disk is broken")
		r, w := io.Pipe()
		go func() {
			io.WriteString(w, "hel")
			pass(time.Second)
			w.CloseWithError(failed)
		}()
		if name, err := cl.StoreUnique(t.Context(), ".", r); name != "" || !errors.Is(err, failed) {
			t.Errorf("%q, %v", name, err)
		}
	})
}

// TestRange shows RANG, which ends a transfer where the range does, and what is done
// without.
func TestRange(t *testing.T) {
	ranged := offering("RANG STREAM") + typeI + facts("a", 1e6) + epsv
	read := func(r storage.Range) func(*testing.T, *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			f, err := cl.Open(t.Context(), "a", r)
			if err != nil {
				return err
			}
			got, err := io.ReadAll(f)
			if want := "hello"[:min(r.Len, 5)]; err == nil && string(got) != want {
				t.Errorf("read %q, want %q", got, want)
			}
			return errors.Join(err, f.Close())
		}
	}
	write := func(n int64, text string) func(*testing.T, *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			w, err := cl.Create(t.Context(), "a", storage.CreateOptions{Mode: storage.Resume, Offset: 4, Len: n})
			if err != nil {
				return err
			}
			defer w.Abort()
			if _, err := io.WriteString(w, text); err != nil {
				pass(time.Second)
				return err
			}
			_, err = w.Commit(t.Context())
			return err
		}
	}
	send := "S: 150 Send.\nD open\n"
	tests := []struct {
		name, script string
		do           func(*testing.T, *ftpclient.Client) error
		err          error
	}{
		{name: "RETR", script: ranged + "C: RANG 2 6\nS: 350 OK.\nC: RETR a\nS: 150 Here.\n" + tail, do: read(storage.Range{Off: 2, Len: 5})},
		{name: "RETR beyond the end", script: offering("RANG STREAM") + typeI + facts("a", 7) + epsv + "C: RANG 2 11\nS: 350 OK.\nC: RETR a\nS: 150 Here.\n" + tail, do: read(storage.Range{Off: 2, Len: 10})},
		{name: "RETR of less than the range", err: io.ErrUnexpectedEOF, script: ranged + "C: RANG 2 9\nS: 350 OK.\nC: RETR a\nS: 150 Here.\n" + tail + "C: SIZE a\nS: 213 1000000\nC: MDTM a\nS: 550 No.\n",
			do: read(storage.Range{Off: 2, Len: 8})},
		{name: "RANG is refused", script: ranged + "C: RANG 0 3\nS: 551 Not now.\n" + epsv + "C: RETR a\nS: 150 Here.\nD open\nD< \"hello\"\n" + synch + "D> reset\nS: 426 Cut.\nS: 226 Aborted.\n",
			do: read(storage.Range{Len: 4})},
		{name: "RANG of a file that turns out empty", script: offering("RANG STREAM") + typeI + "C: MLST a\nS: 250-F\nS:  type=file; a\nS: 250 End\n" + epsv + "C: RANG 0 3\nS: 350 OK.\nC: RETR a\nS: 554 Not in the file.\n" +
			epsv + "C: RETR a\nS: 150 Here.\nD open\nD< closed\nS: 226 Done.\n", do: func(t *testing.T, cl *ftpclient.Client) error {
			f, err := cl.Open(t.Context(), "a", storage.Range{Len: 4})
			if err != nil {
				return err
			}
			got, err := io.ReadAll(f)
			if len(got) > 0 {
				t.Errorf("read %q", got)
			}
			return errors.Join(err, f.Close())
		}},
		{name: "RANG is not heeded", script: offering("RANG STREAM") + typeI + facts("a", 5) + epsv + "C: RANG 0 3\nS: 350 OK.\nC: RETR a\nS: 150 Here.\n" + tail, do: read(storage.Range{Len: 4})},
		{name: "STOR", script: ranged + "C: RANG 4 8\nS: 350 OK.\nC: STOR a\n" + send + "D> \"hello\"\nD> closed\nS: 226 Done.\n" + facts("a", 1e6), do: write(5, "hello")},
		{name: "STOR of too much", err: storage.ErrOffset, script: ranged + "C: RANG 4 7\nS: 350 OK.\nC: STOR a\n" + send + synch + "S: 426 Cut.\nS: 226 Aborted.\nD> reset\n", do: write(4, "hello")},
		{name: "STOR without RANG", err: errors.ErrUnsupported, script: newServer, do: write(4, "hell")},
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

// TestAllocate: a server is told how much comes where that costs nothing or much
// comes, and a refusal for want of room ends the upload before it begins.
func TestAllocate(t *testing.T) {
	create := func(n int64) func(t *testing.T, cl *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			w, err := cl.Create(t.Context(), "a", storage.CreateOptions{SizeHint: n})
			if err != nil {
				return err
			}
			defer w.Abort()
			io.WriteString(w, "hello")
			_, err = w.Commit(t.Context())
			return err
		}
	}
	ahead := "C: TYPE I\nC: MLST a\nC: ALLO 5\nC: EPSV\nS: 200 OK.\nS: 550 No such file.\n"
	const port = "S: 229 Passive (|||$dport|)\n"
	stor := "C: STOR a\nS: 150 Send.\n" + stored
	tests := []struct {
		name, script string
		n            int64
		err          error
	}{
		{name: "ahead", n: 5, script: ferryServer + ahead + "S: 200 OK.\n" + port + stor + facts("a", 5)},
		{name: "ahead, superfluous", n: 5, script: ferryServer + ahead + "S: 202 OK.\n" + port + stor + facts("a", 5)},
		{name: "ahead, not understood", n: 5, script: ferryServer + ahead + "S: 504 What?\n" + port + stor + facts("a", 5)},
		{name: "ahead, over quota", n: 5, err: storage.ErrQuota, script: ferryServer + ahead + "S: 552 Quota.\n" + port},
		{name: "ahead, over quota, but a file is replaced", n: 5, script: ferryServer + strings.Replace(ahead, "S: 550 No such file.\n", "S: 250-Facts\nS:  type=file;size=5;modify=20240131120000; a\nS: 250 End\n", 1) +
			"S: 552 Quota.\n" + port + stor + facts("a", 5)},
		{name: "ahead, no space", n: 5, err: storage.ErrNoSpace, script: ferryServer + ahead + "S: 452 Full.\n" + port},
		{name: "small, one by one", n: 5, script: newServer + typeI + missing + epsv + stor + facts("a", 5)},
		{name: "large, one by one", n: 16 << 20, err: storage.ErrQuota, script: newServer + typeI + missing + "C: ALLO 16777216\nS: 552 Quota.\n" + epsv},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if err := create(tt.n)(t, cl); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
			})
		})
	}
}
