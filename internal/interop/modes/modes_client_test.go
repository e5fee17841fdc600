package modes_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// TestBlocksOfAnother has ferry's program talk to a server of block and compressed
// mode that has nothing in common with ferry: testdata/blockserver.py.
func TestBlocksOfAnother(t *testing.T) {
	for _, mode := range []string{"B", "C"} {
		t.Run(mode, func(t *testing.T) { testBlocksOfAnother(t, mode) })
	}
}

const (
	blockMarkers = 50_000  // octets between two restart markers
	blockCut     = 777_777 // octets until a transfer is cut
	blockSize    = 2_000_000
)

func testBlocksOfAnother(t *testing.T, mode string) {
	p := rig.NewProgram(t)
	root, here := t.TempDir(), t.TempDir()
	s := startBlockServer(t, root)
	text := mixed(blockSize)

	// Small files, an empty one among them, over one data connection.
	for i := range 20 {
		small := text[i*1000 : i*1000+i*10]
		check(t, os.WriteFile(filepath.Join(here, fmt.Sprint(i)), small, 0o666))
	}
	rig.Run(t, p.Invoke(s.Target, "put", "-r", "--parallel", "1", "--mode", mode, here, s.URL("")))
	for i := range 20 {
		equalFiles(t, filepath.Join(root, fmt.Sprint(i)), filepath.Join(here, fmt.Sprint(i)))
	}
	connections := 0
	for _, e := range s.session(t) {
		if e.Connection {
			connections++
		}
	}
	if connections != 1 {
		t.Errorf("20 uploads took %d data connections", connections)
	}

	// A download that is cut goes on at the last marker.
	check(t, os.WriteFile(filepath.Join(root, "big"), text, 0o666))
	got := filepath.Join(t.TempDir(), "big")
	get := p.Invoke(s.Target, "get", "--mode", mode, s.URL("big"), got)
	fails(t, get)
	rig.Run(t, get)
	equalFiles(t, got, filepath.Join(root, "big"))
	resumed(t, append(s.session(t), s.session(t)...), "RETR")

	// So does an upload, at the last marker that the server has acknowledged.
	up := filepath.Join(t.TempDir(), "up")
	check(t, os.WriteFile(up, text, 0o666))
	put := p.Invoke(s.Target, "put", "--mode", mode, "--marker-interval", fmt.Sprint(blockMarkers), up, s.URL("up"))
	fails(t, put)
	rig.Run(t, put)
	equalFiles(t, filepath.Join(root, "up"), up)
	resumed(t, append(s.session(t), s.session(t)...), "STOR")
}

// resumed checks what a server has told of a transfer that was cut: the next began
// at most one marker before the cut, and sent the rest and no more.
func resumed(t *testing.T, told []blockEvent, verb string) {
	t.Helper()
	told = slices.DeleteFunc(told, func(e blockEvent) bool { return e.Verb != verb })
	if len(told) != 2 || !told[0].Cut || told[1].Cut {
		t.Fatalf("the server tells %+v", told)
	}
	cut, next := told[0].Octets, told[1]
	// What was on its way when the cut came may not have been acknowledged.
	if next.Start > cut || next.Start < cut-blockMarkers-blockMarkers/50 {
		t.Errorf("%s was cut behind %d octets and went on from %d", verb, cut, next.Start)
	}
	if next.Start+next.Octets != blockSize {
		t.Errorf("%s went on from %d with %d octets, of %d", verb, next.Start, next.Octets, blockSize)
	}
}

// mixed is a file with runs of all kinds in it.
func mixed(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		b.Write(bytes.Repeat([]byte{byte(i % 7)}, i%200))
		fmt.Fprintf(&b, "%d", i*i)
	}
	return b.Bytes()[:n]
}

// fails runs a program that has to fail for a lost connection.
func fails(t *testing.T, inv rig.Invocation) {
	t.Helper()
	cmd := rig.Command(t, inv)
	out, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 8 {
		t.Fatalf("%q: %v\n%s", inv.Args, err, out)
	}
}

func equalFiles(t *testing.T, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	check(t, err)
	b, err := os.ReadFile(want)
	check(t, err)
	if !bytes.Equal(a, b) {
		t.Errorf("%s differs: it has %d octets, %s %d", got, len(a), want, len(b))
	}
}

// blockServer is the server in Python.
type blockServer struct {
	peers.Target
	events chan blockEvent
}

// blockEvent is what it tells; see there.
type blockEvent struct {
	Port       int
	Command    string
	Connection bool
	Verb       string
	Start      int
	Octets     int
	Cut        bool
}

func startBlockServer(t *testing.T, root string) *blockServer {
	t.Helper()
	python := peers.Require(t, "/usr/bin/python3", "python3")
	cmd := rig.Command(t, rig.Invocation{Path: python, Args: []string{
		"-I", "-u", filepath.Join(cwd(t), "testdata", "blockserver.py"), root, fmt.Sprint(blockMarkers), fmt.Sprint(blockCut)}})
	out, err := cmd.StdoutPipe()
	check(t, err)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	check(t, cmd.Start())
	s := &blockServer{events: make(chan blockEvent, 100_000)}
	told := make(chan int)
	go func() {
		defer close(s.events)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var e blockEvent
			if json.Unmarshal(lines.Bytes(), &e) != nil {
				continue
			}
			if e.Port != 0 {
				told <- e.Port
			} else {
				s.events <- e
			}
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Logf("the server says: %s", strings.TrimSpace(problems.String()))
		}
	})
	s.Target = peers.Target{Host: "127.0.0.1", Port: <-told, User: "x", Password: "y", Root: root}
	return s
}

// session returns what the server has told of the next session.
func (s *blockServer) session(t *testing.T) []blockEvent {
	t.Helper()
	var all []blockEvent
	for {
		select {
		case e, ok := <-s.events:
			switch {
			case !ok:
				t.Fatal("the server has ended")
			case e.Command == "QUIT":
				return all
			}
			all = append(all, e)
		case <-time.After(rig.Patience):
			t.Fatalf("the session does not end: %+v", all)
		}
	}
}

func cwd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	check(t, err)
	return dir
}
