package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
)

// targetOf is what a command line has checked.
func targetOf(t *testing.T, args ...string) (conformance.Target, error) {
	t.Helper()
	var c checkCmd
	parser, err := newParser(&stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr}, &commands{})
	if err != nil {
		t.Fatal(err)
	}
	kctx, err := parse(parser, append([]string{"check"}, args...))
	if err != nil {
		return conformance.Target{}, err
	}
	c = kctx.Selected().Target.Interface().(checkCmd)
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	target, _, err := c.target(t.Context(), &stdio{in: in, out: os.Stdout, err: os.Stderr})
	return target, err
}

func TestCheckTarget(t *testing.T) {
	atHome(t)
	t.Setenv("FERRY_ACCOUNT", "4711")
	got, err := targetOf(t, "ftp://bob:p%40ss@h/scratch", "--at", "implicit=ftps://h/", "--at", "need-tls=ftpes://h:2121/%2Fsrv/x/",
		"--at", "anonymous=ftp://[::1]/", "--at", "full=ftp://eve:x@h/", "--at", "account=ftp://acc:y@h/",
		"--host-name", "a.example", "--host-name", "b.example", "--outside", "out", "--large-file", "big",
		"--elsewhere", "192.0.2.9", "--slow", "--only", "CON,TLS-20", "--parallel", "7", "--reply-time", "3s")
	if err != nil {
		t.Fatal(err)
	}
	bob := conformance.Endpoint{Addr: "h:21", User: "bob", Password: "p@ss", Account: "4711", Dir: "scratch"}
	if got.Endpoint != bob {
		t.Errorf("the server is %+v, want %+v", got.Endpoint, bob)
	}
	for state, want := range map[conformance.State]conformance.Endpoint{
		conformance.ImplicitTLS: {Addr: "h:990", Security: conformance.Implicit, User: "bob", Password: "p@ss", Account: "4711"},
		conformance.NeedTLS:     {Addr: "h:2121", Security: conformance.Explicit, User: "bob", Password: "p@ss", Account: "4711", Dir: "/srv/x"},
		conformance.Anonymous:   {Addr: "[::1]:21"},
		conformance.Full:        {Addr: "h:21", User: "eve", Password: "x", Account: "4711"},
		conformance.NeedAccount: {Addr: "h:21", User: "acc", Password: "y", Account: "4711"},
	} {
		if got.At[state] != want {
			t.Errorf("in the state %s it is %+v, want %+v", state, got.At[state], want)
		}
	}
	if got.Hosts != [2]string{"a.example", "b.example"} || got.Outside != "out" || got.LargeFile != "big" ||
		got.Elsewhere.String() != "192.0.2.9" || !got.Slow || len(got.Only) != 2 || got.Parallel != 7 || got.ReplyTime.Seconds() != 3 {
		t.Errorf("the rest is %+v", got)
	}
}

// Each state is explained, and taken.
func TestCheckStates(t *testing.T) {
	atHome(t)
	code, out, _ := ferry(t, "help", "check")
	for _, st := range conformance.States() {
		if !strings.Contains(out, "    "+string(st.State)+" ") {
			t.Errorf("the help does not explain %s", st.State)
		}
		if _, err := targetOf(t, "ftp://h/", "--at", string(st.State)+"=ftp://h:2/"); err != nil {
			t.Errorf("--at %s: %v", st.State, err)
		}
	}
	if code != exitOK {
		t.Errorf("help ends with %d", code)
	}
}

// TestCheckInterrupted ends a run that waits for the server.
func TestCheckInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process can send itself Ctrl-C there")
	}
	atHome(t)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	f := startFake(t, &fake{on: map[string]func(*fakeConn, string) bool{
		"noop": func(*fakeConn, string) bool { return self.Signal(os.Interrupt) == nil },
	}})
	file := filepath.Join(t.TempDir(), "r.json")
	code, out, stderr := ferry(t, "check", "--only", "CON-04", "--json", file, f.url("ftp", "/"))
	if code != exitInterrupted || !strings.Contains(stderr, "interrupted") {
		t.Errorf("it ends with %d and says %q", code, stderr)
	}
	if !strings.Contains(out, "not run: CON-04: the run was ended") {
		t.Errorf("the report is\n%s", out)
	}
	var got struct{ Results []struct{ Verdict string } }
	if err := json.Unmarshal([]byte(mustRead(t, file)), &got); err != nil || len(got.Results) != 1 || got.Results[0].Verdict != "not run" {
		t.Errorf("the file has %+v, %v", got, err)
	}
}

// A failure counts from its level on.
func TestCheckLevel(t *testing.T) {
	failed := func(l conformance.Level) conformance.Result {
		return conformance.Result{Item: conformance.Item{ID: "CON-01", Level: l}, Verdict: conformance.Failed}
	}
	for _, tt := range []struct {
		flag  string
		level conformance.Level
		want  int
	}{
		{"must", conformance.Must, exitFailure},
		{"must", conformance.Should, exitOK},
		{"should", conformance.ShouldNot, exitFailure},
		{"should", conformance.May, exitOK},
		{"may", conformance.May, exitFailure},
	} {
		f := reportFlags{Level: tt.flag}
		if got := exitCode(f.outcome(t.Context(), &conformance.Report{Results: []conformance.Result{failed(tt.level)}})); got != tt.want {
			t.Errorf("--level %s ends with %d for a %s, want %d", tt.flag, got, tt.level, tt.want)
		}
	}
	for lack, want := range map[conformance.Lack]int{
		conformance.LackServer: exitConnect, conformance.LackLogin: exitLogin, conformance.LackWrite: exitPermission, conformance.LackTLS: exitOK,
	} {
		r := &conformance.Report{Notes: []conformance.Note{{Text: "no", Lack: lack, LeftOut: []string{"CON-01"}}}}
		if got := exitCode((&reportFlags{Level: "must"}).outcome(t.Context(), r)); got != want {
			t.Errorf("without %s it ends with %d, want %d", lack, got, want)
		}
	}
	// What leaves nothing out does not count.
	r := &conformance.Report{Notes: []conformance.Note{{Text: "no", Lack: conformance.LackWrite}}}
	if err := (&reportFlags{Level: "must"}).outcome(t.Context(), r); err != nil {
		t.Error(err)
	}
}

func TestCheckProgress(t *testing.T) {
	var items []conformance.Item
	for _, id := range []string{"CON-01", "CON-02", "CON-03", "CON-04", "CON-05", "CON-06"} {
		items = append(items, conformance.Item{ID: id})
	}
	p := newCheckProgress(&stdio{err: os.Stderr}, items)
	p.done(conformance.Result{Item: items[3], Verdict: conformance.Failed})
	if got := p.line(); got != "1 of 6 checked, 1 failed" {
		t.Errorf("the line is %q", got)
	}
	p.done(conformance.Result{Item: items[0], Verdict: conformance.Passed})
	if got := p.line(); got != "2 of 6 checked, 1 failed; still at CON-02, CON-03, CON-05, CON-06" {
		t.Errorf("the line is %q", got)
	}
}
