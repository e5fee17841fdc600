package conformance_test

import (
	"context"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

// checkHostile runs all items, or some, against a hostile server, in fake time, and returns
// the report. Whatever the server does, each item gets its verdict with a reason, in
// bounded time and memory.
func checkHostile(t *testing.T, h *hostile, change func(*conformance.Target)) *conformance.Report {
	t.Helper()
	h.Net = memnet.New()
	h.Net.Host("127.0.0.1", "127.0.0.2")
	ctx, cancel := context.WithCancel(t.Context())
	defer h.all.Wait()
	defer cancel()
	h.ctx = ctx
	servers, err := selfcheck.Start(ctx, selfcheck.Options{Net: h.Net, Dir: t.TempDir(), Certificate: *certificate})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	target := servers.Target()
	target.Net = h
	target.Slow = true
	h.servers = map[string]bool{target.Addr: true}
	for _, e := range target.At {
		h.servers[e.Addr] = true
	}
	if change != nil {
		change(&target)
	}
	var most uint64
	target.Done = func(conformance.Result) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
	}
	report, err := conformance.Run(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, %d MiB", report.Took, most>>20)
	if most > mostMemory {
		t.Errorf("it took %d octets of memory, more than %d", most, mostMemory)
	}
	if report.Took > mostTime {
		t.Errorf("it took %v, more than %v", report.Took, mostTime)
	}
	for _, r := range report.Results {
		switch {
		case r.ID == "":
			t.Error("an item has no result")
		case r.Verdict != conformance.Passed && r.Reason == "", strings.Contains(r.Reason, "please report"), len(r.Reason) > 5000:
			t.Errorf("%s is %s for the reason %.2000q", r.ID, r.Verdict, r.Reason)
		}
	}
	for i, n := range report.Notes {
		if slices.ContainsFunc(report.Notes[:i], func(other conformance.Note) bool { return other.Text == n.Text }) {
			t.Errorf("said twice: %s", n.Text)
		}
	}
	return report
}

// mostMemory is for all that runs, the test itself and the servers included; mostTime is for
// 380 items of a minute at most, four at a time, with those that are tried alone.
const (
	mostMemory = 512 << 20
	mostTime   = 3 * time.Hour
)

// TestHostileGreeting: where no session begins, that is said once, and no item is held
// against the server but the one about greetings.
func TestHostileGreeting(t *testing.T) {
	for name, tt := range map[string]struct {
		greet func(net.Conn)
		want  string // in the note
	}{
		"hangs":        {hangs, "there is no reply within 10s"},
		"closes":       {closes, "the server has closed the connection and gives no reply"},
		"endless_line": {floods("x"), "does not end"},
		"endless":      {floods("220-Welcome, for ever.\r\n"), "does not end"},
		"soon":         {floods("120 Soon.\r\n"), "the server greets with 120 Soon., not with 220"},
		"nonsense":     {once(nonsense), "what came is no reply"},
		"http":         {once("HTTP/1.1 400 Bad Request\r\n\r\n"), "what came is no reply: HTTP/1.1 400"},
		"dribbles":     {dribbles("220 ferry ready.\r\n", 9*time.Second), "the reply does not end within 10s"},
		"full":         {once("421 Too many connections.\r\n"), "the server takes no connection: 421 Too many connections."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				report := checkHostile(t, &hostile{greet: tt.greet}, func(target *conformance.Target) { target.At = nil })
				if len(report.Notes) != 1 || !strings.HasPrefix(report.Notes[0].Text, "The server cannot be used: ") || !strings.Contains(report.Notes[0].Text, tt.want) {
					t.Fatalf("the notes are %v, want %q", report.Notes, tt.want)
				}
				for _, r := range report.Results {
					left := slices.Contains(report.Notes[0].LeftOut, r.ID)
					if r.Verdict != conformance.NotRun && r.ID != "CON-01" || left && r.Reason != report.Notes[0].Text {
						t.Errorf("%s is %s: %s", r.ID, r.Verdict, r.Reason)
					}
				}
			})
		})
	}
}

// TestHostileSession: a server that is hostile from some command of each item on.
func TestHostileSession(t *testing.T) {
	acts := map[string]func(net.Conn){
		"hangs":        hangs,
		"closes":       closes,
		"endless_line": floods("x"),
		"endless":      floods("200-Never\r\n"),
		"soon":         floods("150 Soon.\r\n"),
		"many":         floods("200 Done.\r\n"),
		"nonsense":     floods(nonsense),
		"dribbles":     dribbles("226 Done.\r\n", 3*time.Second),
		"goodbye":      once("421 Closing.\r\n"),
	}
	for name, then := range acts {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				turn := func(_ string, n int) bool { return n > 3 }
				report := checkHostile(t, &hostile{items: true, turn: turn, then: then}, func(target *conformance.Target) {
					if testing.Short() {
						target.Only = []string{"CON", "TRF"}
					}
				})
				if len(report.Notes) > 0 {
					t.Errorf("the notes are %v; the survey has seen nothing amiss", report.Notes)
				}
				failed := 0
				for _, r := range report.Results {
					if r.Verdict == conformance.Failed {
						failed++
					}
				}
				t.Logf("%d failed of %d", failed, len(report.Results))
				if failed < 20 {
					t.Errorf("%d items alone have failed", failed)
				}
			})
		})
	}
}

// TestHostileSurvey: what the run as a whole does without is said once, with the items that
// this leaves out; a server that does not answer what it need not know is used all the same.
func TestHostileSurvey(t *testing.T) {
	for _, tt := range []struct {
		verb, want string // the beginning of the first note; "" is none
		lack       conformance.Lack
	}{
		{"SYST", "", ""},
		{"FEAT", "", ""},
		{"AUTH", "There is no TLS: ", conformance.LackTLS},
		{"USER", "There is no login: ", conformance.LackLogin},
		{"PASS", "There is no login: ", conformance.LackLogin},
		{"TYPE", "No files can be written: ", conformance.LackWrite},
		{"PWD", "No files can be written: ", conformance.LackWrite},
		{"MKD", "No files can be written: ", conformance.LackWrite},
		{"CWD", "No files can be written: ", conformance.LackWrite},
		{"PASV", "No files can be written: ", conformance.LackWrite},
		{"STOR", "No files can be written: ", conformance.LackWrite},
		{"RETR", "No files can be written: ", conformance.LackWrite},
	} {
		for name, then := range map[string]func(net.Conn){"hangs": hangs, "closes": closes, "endless": floods("200-Never\r\n")} {
			t.Run(tt.verb+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					turn := func(line string, _ int) bool { return strings.HasPrefix(line, tt.verb) }
					report := checkHostile(t, &hostile{turn: turn, then: then}, func(target *conformance.Target) {
						target.Only, target.At, target.Slow = []string{"CON", "LOG-02"}, nil, false
					})
					if tt.want == "" {
						if len(report.Notes) > 0 {
							t.Errorf("the notes are %v", report.Notes)
						}
						return
					}
					if len(report.Notes) == 0 || report.Notes[0].Lack != tt.lack || !strings.HasPrefix(report.Notes[0].Text, tt.want) {
						t.Fatalf("the notes are %v, want %q", report.Notes, tt.want)
					}
					for _, r := range report.Results {
						if slices.Contains(report.Notes[0].LeftOut, r.ID) && (r.Verdict != conformance.NotRun || r.Reason != report.Notes[0].Text) {
							t.Errorf("%s is %s: %s", r.ID, r.Verdict, r.Reason)
						}
					}
				})
			})
		}
	}
}

// TestLacks: what is missing is said first, and the items that need it are left out, the
// others not.
func TestLacks(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func(*conformance.Target)
		want    string
		out, in string // items
	}{
		"wrong_password": {func(target *conformance.Target) { target.Password = "wrong" }, "There is no login: the login was answered 530", "CON-04", "CON-30"},
		"no_TLS":         {func(target *conformance.Target) { target.Endpoint = target.At[conformance.Plain] }, "There is no TLS: AUTH TLS was answered", "", "CON-04"},
		"read_only":      {func(target *conformance.Target) { target.Endpoint = target.At[conformance.ReadOnly] }, "No files can be written: a folder to work in cannot be made: 550", "CON-29", "CON-04"},
		"no_folder":      {func(target *conformance.Target) { target.Dir = "not/there" }, "No files can be written: CWD not/there was answered 550", "CON-29", "CON-04"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				report := checkHostile(t, &hostile{}, func(target *conformance.Target) {
					target.Only, target.Slow = []string{"CON", "TLS"}, false
					tt.change(target)
				})
				if len(report.Notes) != 1 || !strings.HasPrefix(report.Notes[0].Text, tt.want) {
					t.Fatalf("the notes are %v, want %q", report.Notes, tt.want)
				}
				for _, r := range report.Results {
					left := slices.Contains(report.Notes[0].LeftOut, r.ID)
					switch {
					case left && (r.Verdict != conformance.NotRun || r.Reason != report.Notes[0].Text):
						t.Errorf("%s is %s, though the note says that it is left out: %s", r.ID, r.Verdict, r.Reason)
					case r.ID == tt.out && !left:
						t.Errorf("the note does not say that %s is left out", r.ID)
					case r.ID == tt.in && r.Verdict != conformance.Passed:
						t.Errorf("%s is %s: %s", r.ID, r.Verdict, r.Reason)
					}
				}
			})
		})
	}
}

// TestHostileData: a server that is hostile on data connections.
func TestHostileData(t *testing.T) {
	for name, data := range map[string]func(net.Conn){
		"hangs":    hangs,
		"closes":   closes,
		"endless":  floods("type=file;size=1; x\r\n"),
		"nonsense": once(nonsense),
		"dribbles": dribbles("x\r\n", 9*time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				checkHostile(t, &hostile{items: true, data: data}, func(target *conformance.Target) {
					target.Only = dataItems
					if testing.Short() {
						target.Only = []string{"TRF-0", "TRF-3", "LST-1"}
					}
				})
			})
		})
	}
}

// dataItems are groups that move data, and few enough to be flooded one by one.
var dataItems = []string{"CON", "LOG", "TRF", "LST"}

// TestHostileLater: a server that is there no more is given up soon, and the note says
// since when.
func TestHostileLater(t *testing.T) {
	for name, then := range map[string]func(net.Conn){"closes": closes, "hangs": hangs, "full": once("421 Too many connections.\r\n")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hostile{items: true}
				began := time.Now()
				report := checkHostile(t, h, func(target *conformance.Target) {
					target.Only, target.At = []string{"LOG"}, nil
					target.Slow = false
					h.greet = then
				})
				took := time.Since(began)
				if len(report.Notes) != 1 || len(report.Notes[0].LeftOut) == 0 || !strings.HasPrefix(report.Notes[0].Text, "The server can no longer be used") {
					t.Errorf("the notes are %v", report.Notes)
				}
				if took > 5*time.Minute {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// TestCrowded: who has few places gets the items that found none later, and no failure comes
// of it.
func TestCrowded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hostile{items: true}
		places := make(chan struct{}, 2) // which is what an item with a server that is dropped needs
		report := checkHostile(t, h, func(target *conformance.Target) {
			target.Only = []string{"CON-0", "LOG-0", "LOG-2"}
			target.Net = crowded{h.Net, places, h.servers}
		})
		for _, r := range report.Results {
			if r.Verdict == conformance.Failed || strings.Contains(r.Reason, "421") {
				t.Errorf("%s is %s: %s", r.ID, r.Verdict, r.Reason)
				show(t, r)
			}
		}
	})
}

// crowded is a network whose servers have a place for so many sessions as the channel has.
type crowded struct {
	*memnet.Net
	places  chan struct{}
	servers map[string]bool
}

func (n crowded) Dial(ctx context.Context, network string, local net.Addr, address string) (net.Conn, error) {
	if !n.servers[address] {
		return n.Net.Dial(ctx, network, local, address)
	}
	select {
	case n.places <- struct{}{}:
		conn, err := n.Net.Dial(ctx, network, local, address)
		return &placed{Conn: conn, leave: sync.OnceFunc(func() { <-n.places })}, err
	default:
		ours, theirs := net.Pipe()
		go func() {
			io.WriteString(theirs, "421 Too many connections.\r\n")
			theirs.Close()
		}()
		return ours, nil
	}
}

// placed is a connection that has a place until it is closed.
type placed struct {
	net.Conn
	leave func()
}

func (p *placed) Close() error {
	p.leave()
	return p.Conn.Close()
}

// SetLinger implements what net.TCPConn has.
func (p *placed) SetLinger(sec int) error { return p.Conn.(*memnet.Conn).SetLinger(sec) }
