package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// The octets of block mode (RFC 959, 3.4.2) for a file that holds "hello", and one
// that holds nothing.
const (
	blocks  = `"\x00\x00\x05hello\x40\x00\x00"`
	noBlock = `"\x40\x00\x00"`
	modeB   = typeI + "C: MODE B\nS: 200 OK.\n"
)

var inBlocks = ftpclient.Options{Params: ftp.Params{Mode: 'B'}}

// TestBlocks shows when a data connection is used again, and when a new one is
// made.
func TestBlocks(t *testing.T) {
	first := modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\n"
	anew := passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\n"
	kept := "C: RETR a\nS: 125 Already open.\nD< " + blocks + "\nS: 250 Done.\n"
	tests := []struct {
		name, script string
		times        int
	}{
		{name: "125 and 250", times: 3, script: first + "S: 250 Done.\n" + kept + kept},
		{name: "150 on the open one", times: 2, script: first + "S: 250 Done.\nC: RETR a\nS: 150 Again.\nD< " + blocks + "\nS: 250 Done.\n"},
		{name: "226 closes", times: 2, script: first + "S: 226 Done.\nD> closed\n" + anew + "S: 226 Done.\nD> closed\n"},
		{name: "226 and closed by the server", times: 2, script: first + "S: 226 Done.\nD< closed\n" + anew + "S: 226 Done.\nD< closed\n"},
		{name: "closed before the reply", times: 2, script: first + "D< closed\nS: 226 Done.\n" + anew + "D< closed\nS: 226 Done.\n"},
		{name: "250 before the end of the data", times: 2,
			script: modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nS: 250 Done.\nD< " + blocks + "\n" + kept},
		{name: "closed in between", times: 2, script: first + "S: 250 Done.\n+1s\nD< closed\n+1s\n" + anew + "S: 250 Done.\n"},
		{name: "reset in between", times: 2, script: first + "S: 250 Done.\n+1s\nD< reset\n+1s\n" + anew + "S: 250 Done.\n"},
		{name: "closed with the command on its way", times: 2,
			script: first + "S: 250 Done.\nC: RETR a\nS: 425 No data connection.\nD< closed\n" + anew + "S: 250 Done.\n"},
		{name: "what nobody asked for", times: 2, script: first + "S: 250 Done.\n+1s\nD< \"\\x00\\x00\\x01x\"\n+1s\nD> closed\n" + anew + "S: 250 Done.\n"},
		{name: "markers passed over", times: 1,
			script: modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"\\x10\\x00\\x010\\x00\\x00\\x05hello\\x10\\x00\\x015\\x40\\x00\\x00\"\nS: 250 Done.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withConn(t, oldServer+tt.script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
				for range tt.times {
					fetches(1)(t, c)
					pass(3 * time.Second)
				}
			})
		})
	}
}

// A refused command sends no blocks and keeps the data connection.
func TestBlocksRefused(t *testing.T) {
	script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\n" +
		"C: RETR b\nS: 550 No such file.\nC: RETR a\nS: 125 Here it comes.\nD< " + blocks + "\nS: 250 Done.\n" +
		"C: REST 17\nS: 501 No such marker.\nC: RETR a\nS: 125 Here it comes.\nD< " + blocks + "\nS: 250 Done.\n"
	withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
		fetches(1)(t, c)
		if _, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "b"}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("RETR b: %v", err)
		}
		fetches(1)(t, c)
		cmd := ftpclient.Command{Verb: "RETR", Arg: "a", From: ftpclient.Mark{Peer: "17", Here: ftp.Marker{Off: 3}}}
		if _, err := fetch(t, c, cmd); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("RETR from a marker: %v", err)
		}
		fetches(1)(t, c)
	})
}

// What the user does by himself to data connections or parameters is the end of the
// one that is open.
func TestBlocksInterfered(t *testing.T) {
	for _, verb := range []string{"EPSV", "ABOR"} {
		script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\nD> closed\n" +
			"C: " + verb + "\nS: 226 Whatever.\n" + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\n"
		withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
			fetches(1)(t, c)
			if _, err := c.Do(t.Context(), verb); err != nil {
				t.Error(err)
			}
			fetches(1)(t, c)
		})
	}
}

// A transfer that is cut is an error, whatever the server says of it.
func TestBlocksCut(t *testing.T) {
	tests := []struct {
		name, script, want string
	}{
		{"in a block", "D< \"\\x00\\x00\\x05he\"\nD< closed\nS: 426 Cut.\n", "426 Cut."},
		{"in a header", "D< \"\\x00\\x00\"\nD< closed\nS: 451 Disk on fire.\n", "451 Disk on fire."},
		{"without the end", "D< \"\\x00\\x00\\x05hello\"\nD< closed\nS: 226 Done.\n", "closed before the end of the file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\n" + tt.script + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\n"
			withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
				_, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
				if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("RETR: %v, want %q", err, tt.want)
				}
				fetches(1)(t, c)
			})
		})
	}
}

// What no sender may send ends the transfer, and the connection is in step again.
func TestBlocksCorrupt(t *testing.T) {
	script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"\\x10\\x00\\x00\"\n" + synch +
		"D> closed\nS: 426 Cut.\nS: 226 Aborted.\n" + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\n"
	withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
		_, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"})
		var ce *ftp.CodecError
		if !errors.As(err, &ce) {
			t.Errorf("RETR: %v", err)
		}
		fetches(1)(t, c)
	})
}

// Blocks of an upload go out behind the upload's own 125 or 150 only.
func TestBlocksUpload(t *testing.T) {
	script := oldServer + modeB + passive + "C: STOR a\n+1s\nS: 150 Go on.\nD open\nD> " + blocks + "\nS: 250 Done.\n" +
		"C: STOR a\n+1s\nS: 125 Go on.\nD> " + blocks + "\nS: 250 Done.\n" +
		"C: STOR a\n+1s\nS: 553 Not here.\n" +
		"C: STOR b\nS: 125 Go on.\nD> " + noBlock + "\nS: 226 Done.\nD< closed\n"
	withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
		for range 2 {
			if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "a"}, "hello"); err != nil {
				t.Errorf("STOR: %v", err)
			}
		}
		if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "a"}, "hello"); !errors.Is(err, storage.ErrName) {
			t.Errorf("STOR: %v", err)
		}
		if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "b"}, ""); err != nil {
			t.Errorf("STOR: %v", err)
		}
	})
}

func send(t *testing.T, c *ftpclient.Conn, cmd ftpclient.Command, data string) error {
	t.Helper()
	tr, err := c.Begin(t.Context(), cmd)
	if err != nil {
		return err
	}
	_, err = io.WriteString(tr, data)
	return errors.Join(err, tr.Close())
}

// A Reader that is closed early aborts, which is the end of the data connection.
func TestBlocksClosedEarly(t *testing.T) {
	tests := []struct{ name, replies string }{
		{"426 and 226", "S: 426 Cut.\nS: 226 Aborted.\n"},
		{"226 and 225", "S: 226 Done.\nS: 225 No transfer.\n"},
		{"250 and 225", "S: 250 Done.\nS: 225 No transfer.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"\\x00\\x00\\x05hel\"\n" + synch +
				"D> closed\n" + tt.replies + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< " + blocks + "\nS: 250 Done.\n"
			withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
				tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "RETR", Arg: "a"})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.ReadFull(tr, make([]byte, 3)); err != nil {
					t.Fatal(err)
				}
				if err := tr.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
				fetches(1)(t, c)
			})
		})
	}
}

// TestMarks shows that restart markers of a download are told when all before them
// was read, and how a download goes on at one.
func TestMarks(t *testing.T) {
	script := oldServer + modeB + passive + "C: RETR a\nS: 150 Here it comes.\nD open\n" +
		"D< \"\\x00\\x00\\x03abc\\x10\\x00\\x02r1\\x00\\x00\\x03def\\x10\\x00\\x02r2\\x00\\x00\\x02gh\"\nD< closed\nS: 426 Cut.\n" +
		passive + "C: REST r2\nS: 350 From there.\nC: RETR a\nS: 150 Here it comes.\nD open\nD< \"\\x00\\x00\\x02gh\\x10\\x00\\x02r3\\x40\\x00\\x00\"\nS: 250 Done.\n"
	withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
		var got []ftpclient.Mark
		var read int64
		note := func(m ftpclient.Mark) error {
			if got = append(got, m); m.Here.Off != read {
				t.Errorf("marker %v came when %d octets were read", m, read)
			}
			return nil
		}
		get := func(cmd ftpclient.Command) (string, error) {
			tr, err := c.Begin(t.Context(), cmd)
			if err != nil {
				return "", err
			}
			defer tr.Close()
			var b strings.Builder
			for buf := make([]byte, 100); ; {
				n, err := tr.Read(buf)
				b.Write(buf[:n])
				read += int64(n)
				if err == io.EOF {
					return b.String(), nil
				} else if err != nil {
					return b.String(), err
				}
			}
		}
		if text, err := get(ftpclient.Command{Verb: "RETR", Arg: "a", OnMark: note}); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(text, "abcdef") {
			t.Errorf("the first time: %q, %v", text, err)
		}
		want := []ftpclient.Mark{{Peer: "r1", Here: ftp.Marker{Off: 3}}, {Peer: "r2", Here: ftp.Marker{Off: 6}}}
		if !slices.Equal(got, want) {
			t.Fatalf("the markers are %v, want %v", got, want)
		}
		read = 6
		if text, err := get(ftpclient.Command{Verb: "RETR", Arg: "a", From: got[1], OnMark: note}); text != "gh" || err != nil {
			t.Errorf("the second time: %q, %v", text, err)
		}
		if len(got) != 3 || got[2] != (ftpclient.Mark{Peer: "r3", Here: ftp.Marker{Off: 8}}) {
			t.Errorf("the markers are %v", got)
		}
	})
}

// A marker between the CR and the LF of a text is taken up again there.
func TestMarksText(t *testing.T) {
	script := oldServer + "C: TYPE A\nS: 200 OK.\nC: MODE B\nS: 200 OK.\n" + passive + "C: REST m\nS: 350 From there.\nC: RETR a\nS: 150 Here it comes.\nD open\n" +
		"D< \"\\x00\\x00\\x02\\nb\\x40\\x00\\x00\"\nS: 250 Done.\n"
	o := ftpclient.Options{Params: ftp.Params{Type: 'A', Mode: 'B'}}
	withConn(t, script, o, func(t *testing.T, c *ftpclient.Conn) {
		m := ftpclient.Mark{Peer: "m", Here: ftp.Marker{Off: 1, CR: true}}
		if got, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a", From: m}); got != "\nb" || err != nil {
			t.Errorf("RETR: %q, %v", got, err)
		}
	})
}

// The server's 110 replies to an upload are told as they come, and only such as make
// sense.
func TestMarksAcknowledged(t *testing.T) {
	script := oldServer + modeB + passive + "C: STOR a\nS: 150 Go on.\nD open\n" +
		"D> \"\\x00\\x00\\x04abcd\\x10\\x00\\x014\\x00\\x00\\x04efgh\\x10\\x00\\x018\\x00\\x00\\x01i\\x40\\x00\\x00\"\n" +
		"S: 110 MARK 4 = r4\nS: 110 MARK 3 = early\nS: 110 MARK 4000 = late\nS: 110 MARK x = y\nS: 110 Nonsense\nS: 110 mark 8=r8 noted\nS: 250 Done.\n"
	o := inBlocks
	o.MarkerEvery = 4
	withConn(t, script, o, func(t *testing.T, c *ftpclient.Conn) {
		got := make(chan ftpclient.Mark, 10)
		cmd := ftpclient.Command{Verb: "STOR", Arg: "a", OnMark: func(m ftpclient.Mark) error { got <- m; return nil }}
		if err := send(t, c, cmd, "abcdefghi"); err != nil {
			t.Errorf("STOR: %v", err)
		}
		close(got)
		want := []ftpclient.Mark{{Peer: "r4", Here: ftp.Marker{Off: 4}}, {Peer: "r8", Here: ftp.Marker{Off: 8}}}
		var all []ftpclient.Mark
		for m := range got {
			all = append(all, m)
		}
		if !slices.Equal(all, want) {
			t.Errorf("told of %v, want %v", all, want)
		}
	})
}

// More 110 replies than anybody would queue do not hold the upload up.
func TestMarksWithoutEnd(t *testing.T) {
	script := oldServer + modeB + passive + "C: STOR a\nS: 150 Go on.\nD open\n" + strings.Repeat("S: 110 MARK 0 = 0\n", 500) +
		"D> \"\\x00\\x00\\x01a\\x40\\x00\\x00\"\nS: 250 Done.\n"
	for _, on := range []func(ftpclient.Mark) error{nil, func(ftpclient.Mark) error { return nil }} {
		withConn(t, script, inBlocks, func(t *testing.T, c *ftpclient.Conn) {
			if err := send(t, c, ftpclient.Command{Verb: "STOR", Arg: "a", OnMark: on}, "a"); err != nil {
				t.Errorf("STOR: %v", err)
			}
		})
	}
}

// In compressed mode a file may end with the octets 00 40: nothing needs to follow.
func TestCompressedEnd(t *testing.T) {
	script := oldServer + typeI + "C: MODE C\nS: 200 OK.\n" + passive + "C: RETR a\nS: 150 Here it comes.\nD open\nD< \"\\x01h\\x01e\\x82l\\x01o\\x00\\x40\"\nS: 250 Done.\n+3s\n" +
		"C: RETR a\nS: 125 Here it comes.\nD< \"\\x05hello\\x00\\x40\\xc0\"\nS: 250 Done.\n"
	withConn(t, script, ftpclient.Options{Params: ftp.Params{Mode: 'C'}}, func(t *testing.T, c *ftpclient.Conn) {
		start := time.Now()
		fetches(1)(t, c)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
		pass(3*time.Second + time.Millisecond - time.Since(start))
		fetches(1)(t, c)
	})
}

// A listing is read right in every mode: in block and compressed mode MLSD is asked
// for in stream mode, so that there is no doubt.
func TestListingModes(t *testing.T) {
	facts := `"type=file;size=1; x\r\n"`
	mlsd := func(set, data string) string {
		return newServer + set + passive + "C: MLSD\nS: 150 Here it comes.\nD open\nD< " + data + "\n" + done
	}
	list := func(set, data, end string) string {
		return oldServer + typeI + passive + "C: MLSD\nS: 502 No.\nC: SYST\nS: 215 UNIX\n" + set + passive + "C: LIST\nS: 150 Here it comes.\nD open\nD< " + data + "\n" + end
	}
	zipped := `"\x78\x9c\x2b\xa9\x2c\x48\xb5\x4d\xcb\xcc\x49\xb5\x2e\xce\xac\x4a\xb5\x35\xb4\x56\xa8\xe0\xe5\x02\x00\x57\x59\x06\xee"`
	line := `-rw-r--r-- 1 a b 1 Jan 01 2020 x\r\n`
	tests := []struct {
		name, script string
		mode         byte
	}{
		{"MLSD, S", mlsd(typeI, facts), 'S'},
		{"MLSD, B", mlsd(typeI, facts), 'B'},
		{"MLSD, C", mlsd(typeI, facts), 'C'},
		{"MLSD, Z, deflated", mlsd(typeI+"C: MODE Z\nS: 200 OK.\n", zipped), 'Z'},
		{"MLSD, Z, by the letter", mlsd(typeI+"C: MODE Z\nS: 200 OK.\n", facts), 'Z'},
		{"LIST, B", list("C: MODE B\nS: 200 OK.\n", `"\x00\x00\x22`+line+`\x40\x00\x00"`, "S: 250 Done.\n"), 'B'},
		{"LIST, C", list("C: MODE C\nS: 200 OK.\n", `"\x0a-rw-r--r--\xc1\x011\xc1\x01a\xc1\x01b\xc1\x011\xc1\x03Jan\xc1\x0201\xc1\x042020\xc1\x03x\r\n\x00\x40\xc0"`, "S: 226 Done.\nD< closed\n"), 'C'},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := ftpclient.Options{Params: ftp.Params{Mode: tt.mode, Type: 'E', Stru: 'R'}}
			withClient(t, tt.script, o, func(t *testing.T, cl *ftpclient.Client) {
				n := 0
				for info, err := range cl.List(t.Context(), ".") {
					if n++; err != nil || info.Name != "x" || info.Size != 1 {
						t.Errorf("%+v, %v", info, err)
					}
				}
				if n != 1 {
					t.Errorf("%d entries", n)
				}
			})
		})
	}
}

// An upload in blocks that is suspended leaves the end of the file out.
func TestBlocksSuspend(t *testing.T) {
	script := newServer + "C: TYPE I\nS: 200 OK.\nC: MODE B\nS: 200 OK.\nC: MLST a\nS: 550 No such file.\n" + passive +
		"C: STOR a\nS: 150 Go on.\nD open\nD> \"\\x00\\x00\\x05hello\"\nD> closed\nS: 426 Cut; kept.\n"
	withClient(t, script, inBlocks, func(t *testing.T, cl *ftpclient.Client) {
		w, err := cl.Create(t.Context(), "a", storage.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, "hello"); err != nil {
			t.Error(err)
		}
		if err := w.Suspend(context.Background()); err != nil {
			t.Errorf("Suspend: %v", err)
		}
	})
}
