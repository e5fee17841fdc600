package loader

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
)

// A fake is a server that knows one login and says "hello" whatever is asked for. It
// counts what is sent to it.
type fake struct {
	net.Listener
	stored chan int64
}

func listen(t *testing.T) *fake {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("its calls are Linux's")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { check(t, l.Close()) })
	f := &fake{l, make(chan int64, 100)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(conn)
		}
	}()
	return f
}

func (f *fake) serve(conn net.Conn) {
	defer conn.Close()
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("220-Hello\r\n230 is no end\r\n220 there")
	var data net.Listener
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		verb, arg, _ := strings.Cut(lines.Text(), " ")
		switch verb {
		case "USER":
			say("331 Password?")
		case "PASS":
			if arg != "right" {
				say("530 No.")
				return
			}
			say("230 In.")
		case "TYPE", "NOOP":
			say("200 Fine.")
		case "EPSV":
			var err error
			if data, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
				return
			}
			say("229 Here (|||%d|)", data.Addr().(*net.TCPAddr).Port)
		case "RETR", "STOR":
			c, err := data.Accept()
			data.Close()
			if err != nil {
				return
			}
			if arg == "refused" {
				c.Close()
				say("550 No such file.")
				continue
			}
			say("150 Here it comes.")
			if verb == "STOR" {
				n, _ := io.Copy(io.Discard, c)
				f.stored <- n
			} else {
				io.WriteString(c, "hello")
			}
			c.Close()
			say("226 Done.")
		case "QUIT":
			say("221 Bye.")
			return
		}
	}
}

// do runs a job with so many commands, and returns all results.
func do(t *testing.T, f *fake, j Job, each ...int) []Result {
	t.Helper()
	j.Addr, j.User = netip.MustParseAddrPort(f.Addr().String()), "ferry"
	if j.Password == "" {
		j.Password = "right"
	}
	line, err := json.Marshal(j)
	check(t, err)
	in := string(line) + "\n"
	for _, n := range each {
		in += fmt.Sprintln(n)
	}
	var out strings.Builder
	check(t, Main(strings.NewReader(in), &out))
	var all []Result
	for d := json.NewDecoder(strings.NewReader(out.String())); d.More(); {
		var r Result
		check(t, d.Decode(&r))
		all = append(all, r)
	}
	if len(all) != 1+len(each) {
		t.Fatalf("%d results: %s", len(all), out.String())
	}
	return all
}

func TestJobs(t *testing.T) {
	f := listen(t)
	file := t.TempDir() + "/file"
	check(t, writeFile(file, 100_000))
	for _, tt := range []struct {
		job         Job
		opened      int64
		ops, octets int64
		err         string
	}{
		{Job{Verb: "RETR", Name: "file", Size: 5, Sessions: 3}, 3, 12, 60, ""},
		{Job{Verb: "RETR", Name: "file-%d", Files: 2, Size: 5, Sessions: 1}, 1, 4, 20, ""},
		{Job{Verb: "RETR", Name: "file", Size: 6, Sessions: 1}, 1, 0, 5, "session 0, RETR 0: 5 octets came, and not 6"},
		{Job{Verb: "RETR", Name: "file", Size: 4, Sessions: 1}, 1, 0, 5, "session 0, RETR 0: 5 octets came, and not 4"},
		{Job{Verb: "RETR", Name: "refused", Sessions: 1}, 1, 0, 0, `session 0, RETR 0: the server said "550 No such file."`},
		{Job{Verb: "STOR", Name: "up-%d", File: file, Size: 100_000, Sessions: 2}, 2, 8, 800_000, ""},
		{Job{Verb: "NOOP", Sessions: 2, Pause: 1}, 2, 8, 0, ""},
		{Job{Verb: "login", Sessions: 2}, 0, 8, 0, ""},
		{Job{Verb: "idle", Sessions: 20}, 20, 80, 0, ""},
	} {
		all := do(t, f, tt.job, 4)
		got := all[1]
		if all[0].Err != "" || all[0].Ops != tt.opened {
			t.Errorf("%+v: opened %+v", tt.job, all[0])
		}
		if got.Err != tt.err || got.Ops != tt.ops || got.Octets != tt.octets {
			t.Errorf("%+v: %+v", tt.job, got)
		}
		if (got.P50 > 0) != (tt.job.Pause > 0) || got.P99 < got.P50 {
			t.Errorf("%+v took %v and %v", tt.job, got.P50, got.P99)
		}
		if tt.job.Verb == "STOR" {
			for range tt.ops {
				if n := <-f.stored; n != tt.job.Size {
					t.Errorf("%d octets were stored", n)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	f := listen(t)
	all := do(t, f, Job{Verb: "RETR", Sessions: 2, Password: "wrong"})
	if want := `PASS: the server said "530 No."`; !strings.HasSuffix(all[0].Err, want) {
		t.Errorf("said %q, want %q", all[0].Err, want)
	}
	if err := Main(strings.NewReader(`{"Addr":"127.0.0.1:1","Verb":"idle","Sessions":1}`+"\n"), io.Discard); err != nil {
		t.Error(err) // it is said in the result
	}
}

func writeFile(name string, size int) error { return os.WriteFile(name, make([]byte, size), 0o600) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
