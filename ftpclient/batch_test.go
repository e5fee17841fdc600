package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// together reads files and tells what came, as in "a=hello b! c=", an exclamation
// mark being an error.
func together(t *testing.T, cl *ftpclient.Client, names ...string) (string, error) {
	t.Helper()
	var b strings.Builder
	err := cl.ReadFiles(t.Context(), slices.Values(names), func(name string, r io.Reader, err error) error {
		var text []byte
		if err == nil {
			text, err = io.ReadAll(r)
		}
		if err != nil {
			fmt.Fprintf(&b, "%s! ", name)
			return nil
		}
		fmt.Fprintf(&b, "%s=%s ", name, text)
		return nil
	})
	return strings.TrimSpace(b.String()), err
}

// block is a file of one block.
func block(text string) string { return fmt.Sprintf(`"\x00\x00\x%02x%s\x40\x00\x00"`, len(text), text) }

// begunTogether is how ferry's own server is asked for the first of several files.
var begunTogether = ferryServer +
	"C: TYPE I\nC: MODE B\nC: EPSV\nS: 200 OK.\nS: 200 OK.\nS: 229 Passive (|||$dport|)\nC: RETR a\nS: 150 Sending /home/a.\nD open\nD< " + block("1") + "\nS: 250 Done.\n"

// TestReadFiles shows how the replies, and nothing else, tell what belongs to which
// file.
func TestReadFiles(t *testing.T) {
	single := passive + "C: RETR %s\nS: 150 Here it comes.\nD open\nD< "
	tests := []struct {
		name, script, want string
		names              string
	}{
		{name: "all well", names: "a b c", want: "a=1 b=22 c=",
			script: "C: RETR b\nC: RETR c\nS: 125 Sending /home/b.\nD< " + block("22") + "\nS: 250 Done.\nS: 125 Sending /home/c.\nD< " + noBlock + "\nS: 250 Done.\n"},
		{name: "data before the replies", names: "a b c", want: "a=1 b=22 c=333",
			script: "C: RETR b\nC: RETR c\nD< " + block("22") + block("333") + "\nS: 125 Sending /home/b.\nS: 250 Done.\nS: 125 Sending /home/c.\nS: 250 Done.\n"},
		{name: "replies before the data", names: "a b c", want: "a=1 b=22 c=333",
			script: "C: RETR b\nC: RETR c\nS: 125 Sending /home/b.\nS: 250 Done.\nS: 125 Sending /home/c.\nS: 250 Done.\nD< " + block("22") + block("333") + "\n"},
		{name: "refused in the middle", names: "a b c d", want: "a=1 b=22 c! d=4",
			script: "C: RETR b\nC: RETR c\nC: RETR d\nD< " + block("22") + block("4") + "\nS: 125 Sending /home/b.\nS: 250 Done.\nS: 550 No such file.\nS: 125 Sending /home/d.\nS: 250 Done.\n"},
		{name: "all refused", names: "a b c", want: "a=1 b! c!", script: "C: RETR b\nC: RETR c\nS: 550 No.\nS: 550 No.\n"},
		{name: "226 in the middle", names: "a b c d", want: "a=1 b=22 c=333 d=4",
			script: "C: RETR b\nC: RETR c\nC: RETR d\nS: 125 Sending /home/b.\nD< " + block("22") + "\nS: 226 Done.\nD< closed\nS: 425 No data connection.\nS: 425 No data connection.\n" +
				fmt.Sprintf(single, "c") + block("333") + "\nS: 250 Done.\nC: RETR d\nS: 125 Sending /home/d.\nD< " + block("4") + "\nS: 250 Done.\n"},
		{name: "cut in the middle", names: "a b c d", want: "a=1 b! c=333 d=4",
			script: "C: RETR b\nC: RETR c\nC: RETR d\nS: 125 Sending /home/b.\nD< \"\\x00\\x00\\x05x\"\nD< closed\nS: 426 Cut.\nS: 425 No data connection.\nS: 425 No data connection.\n" +
				fmt.Sprintf(single, "c") + block("333") + "\nS: 226 Done.\nD< closed\n" + fmt.Sprintf(single, "d") + block("4") + "\nS: 250 Done.\n"},
		{name: "a name that cannot be sent", names: "a b\n c", want: "a=1 b\n! c=333",
			script: "C: RETR c\nS: 125 Sending /home/c.\nD< " + block("333") + "\nS: 250 Done.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, begunTogether+tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				got, err := together(t, cl, strings.Split(tt.names, " ")...)
				if got != tt.want || err != nil {
					t.Errorf("got %q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// A connection on which a reply came that nobody had asked for is not used for the next
// files, and none of them is forgotten.
func TestReadFilesStale(t *testing.T) {
	script := begunTogether + "S: 250 Done.\nX: client closed\n== again\n" + strings.Replace(oldServer, "C: FEAT\nS: 502 No.\n", "", 1) +
		typeI + passive + "C: RETR b\nS: 150 Sending /home/b.\nD open\nD< \"22\"\nD< closed\nS: 226 Done.\n"
	withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		for _, f := range [][2]string{{"a", "a=1"}, {"b", "b=22"}} {
			if got, err := together(t, cl, f[0]); got != f[1] || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, f[1])
			}
			pass(time.Second)
		}
	})
}

// No more commands are on their way than servers queue.
func TestReadFilesWindow(t *testing.T) {
	var script strings.Builder
	script.WriteString(begunTogether)
	const files = 100
	asked, next := 1, 1
	ask := func() {
		for asked < files && asked-next < 32 {
			fmt.Fprintf(&script, "C: RETR %d\n", asked)
			asked++
		}
	}
	ask()
	for ; next < files; next++ {
		fmt.Fprintf(&script, "S: 125 Sending /home/%d.\nD< %s\nS: 250 Done.\n", next, block(fmt.Sprint(next)))
		if asked-next-1 <= 16 {
			next++
			ask()
			next--
		}
	}
	names := []string{"a"}
	want := []string{"a=1"}
	for i := 1; i < files; i++ {
		names = append(names, fmt.Sprint(i))
		want = append(want, fmt.Sprintf("%d=%d", i, i))
	}
	withClient(t, script.String(), ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if got, err := together(t, cl, names...); got != strings.Join(want, " ") || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// A server without block mode, or of which nothing is known, is asked one by one.
func TestReadFilesOneByOne(t *testing.T) {
	withClient(t, ferryServer+"C: TYPE I\nC: MODE B\nC: EPSV\nS: 200 OK.\nS: 504 No blocks.\nS: 229 Passive (|||$dport|)\nD refused\n"+
		passive+retr+passive+"C: RETR b\nS: 550 No.\n", ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
		if got, err := together(t, cl, "a", "b"); got != "a=hello b!" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
	withClient(t, oldServer+typeI+passive+retr+passive+"C: RETR b\nS: 550 No.\n"+passive+"C: RETR c\nS: 150 Here it comes.\nD open\nD< \"x\"\nD< reset\nS: 426 Cut.\n", ftpclient.Options{},
		func(t *testing.T, cl *ftpclient.Client) {
			if got, err := together(t, cl, "a", "b", "c"); got != "a=hello b! c!" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	// One that is told to use blocks, and not known to bear commands ahead.
	withClient(t, oldServer+modeB+passive+"C: RETR a\nS: 150 Here it comes.\nD open\nD< "+blocks+"\nS: 250 Done.\nC: RETR b\nS: 125 Next.\nD< "+noBlock+"\nS: 250 Done.\n", inBlocks,
		func(t *testing.T, cl *ftpclient.Client) {
			if got, err := together(t, cl, "a", "b"); got != "a=hello b=" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	// A mode that the user has chosen is not fallen back from.
	withClient(t, oldServer+typeI+"C: MODE B\nS: 504 No.\n"+passive+"D refused\n", inBlocks, func(t *testing.T, cl *ftpclient.Client) {
		var re *ftpclient.ReplyError
		if got, err := together(t, cl, "a", "b"); got != "" || !errors.As(err, &re) || re.Reply.Code != ftp.CodeNotForParameter {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// Whoever stops in the middle loses the connection, and nothing else.
func TestReadFilesStopped(t *testing.T) {
	enough := errors.New("enough")
	scripts := map[string]string{
		"over one data connection": begunTogether + "C: RETR b\nC: RETR c\nS: 125 Sending /home/b.\nD< \"\\x00\\x00\\x05x\"\nX: client closed\n",
		"asked for in pairs": strings.Replace(oldServer, "Service ready.", "Welcome to Pure-FTPd", 1) + typeI + passive +
			"C: RETR a\nS: 150 Here.\nD open\nD< \"a\"\nD< closed\nC: EPSV\nC: RETR b\nC: EPSV\nC: RETR c\nS: 226 Done.\n" +
			"S: 229 Entering Extended Passive Mode (|||$dport|)\nS: 150 Here.\nD open\nD< \"x\"\nX: client closed\n",
	}
	for name, stop := range map[string]func(context.CancelFunc) error{
		"error":     func(context.CancelFunc) error { return enough },
		"cancelled": func(cancel context.CancelFunc) error { cancel(); return nil },
	} {
		for way, script := range scripts {
			t.Run(name+" "+way, func(t *testing.T) {
				withClient(t, script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					calls := 0
					err := cl.ReadFiles(ctx, slices.Values([]string{"a", "b", "c"}), func(name string, r io.Reader, err error) error {
						if calls++; name != "b" {
							return nil
						}
						io.ReadFull(r, make([]byte, 1))
						return stop(cancel)
					})
					if err != enough && !errors.Is(err, context.Canceled) || calls != 2 {
						t.Errorf("%v after %d files", err, calls)
					}
				})
			})
		}
	}
}
