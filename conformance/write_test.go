package conformance

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/seed-6092453b/ferry/internal/plain"
)

var update = flag.Bool("update", false, "write the golden files")

// item returns an item of the catalogue.
func item(t *testing.T, id string) Item {
	t.Helper()
	it, ok := Lookup(id)
	if !ok {
		t.Fatalf("%s is not in the catalogue", id)
	}
	return it
}

// awkward is a report on a server that is out to spoil it.
func awkward(t *testing.T) *Report {
	t.Helper()
	at := func(ms int) time.Duration { return time.Duration(ms) * time.Millisecond }
	r := &Report{
		Subject: "ftp.example.com:21",
		Banner:  "ready\x1b]0;owned\a <script>alert(1)</script>\r\nsecond line",
		System:  "UNIX Type: L8 \xff\xfe\u202egnp.exe",
		Began:   time.Date(2026, 11, 21, 15, 4, 5, 999, time.FixedZone("", 3600)),
		Took:    83*time.Second + 400*time.Millisecond,
		Notes: []Note{
			{Text: "the login of bob was refused: 530 <b>Login\x00 incorrect", Lack: LackLogin, LeftOut: []string{"LOG-01", "LOG-02", "LOG-03", "LOG-09", "LOG-11", "LOG-12"}},
			{Text: "the folder ferry-x1 could not be removed"},
		},
	}
	add := func(id string, v Verdict, reason string, d ...Exchange) {
		r.Results = append(r.Results, Result{Item: item(t, id), Verdict: v, Reason: reason, Took: at(1500), Dialogue: d})
	}
	add("CON-01", Passed, "")
	add("CON-08", Failed, "a reply came before the end of the line\x1b[31m ]]> </failure> &amp; \uFFFE\uFFFF\U0010FFFF",
		Exchange{at(0), "control", Happened, "connected to 192.0.2.1:21"},
		Exchange{at(12), "control", Received, `220 <img src=x onerror=alert(1)>`},
		Exchange{at(13), "control", Sent, "NOOP"},
		Exchange{at(2013), "data 12", Received, strings.Repeat("é", 1000)},
		Exchange{at(2014), "control", Received, "\x00\x01\x1b[2J\xff\x7f\u2028 tail"})
	add("CON-09", NotOffered, "500 <i>no</i>")
	add("CON-28", NotRun, "it waits for minutes, which --slow allows")
	var flood []Exchange
	for i := range 100_000 {
		flood = append(flood, Exchange{at(i), "control", Received, fmt.Sprintf("line %d", i)})
	}
	add("CON-20", Failed, strings.Repeat("long ", 5000), flood...)
	add("LOG-02", NotRun, "the login was refused")
	add("LOG-05", NotRun, "it waits for minutes, which --slow allows")
	add("LOG-06", NotRun, "it waits for minutes, which --slow allows")
	add("PAR-17", Failed, "", Exchange{at(0), "", Happened, ""})
	add("DCO-20", Passed, "522 is tolerated, too", Exchange{at(1), "control", Sent, "EPRT |1|192.0.2.2|6446|"})
	add("TLS-23", Failed, "the server closed TCP without close_notify")
	add("LST-55", Failed, "the parts are still there")
	return r
}

var writers = map[string]func(*Report, io.Writer) error{
	"report.txt":      func(r *Report, w io.Writer) error { return r.WriteText(w, TextOptions{}) },
	"report_all.txt":  func(r *Report, w io.Writer) error { return r.WriteText(w, TextOptions{All: true, Color: true}) },
	"report.json":     (*Report).WriteJSON,
	"report.xml":      func(r *Report, w io.Writer) error { return r.WriteJUnit(w, Should) },
	"report.html":     (*Report).WriteHTML,
	"report_must.xml": func(r *Report, w io.Writer) error { return r.WriteJUnit(w, Must) },
}

// TestWrite compares each format with a golden file. To write them again:
// go test ./conformance -run TestWrite -update
func TestWrite(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(awkward(t), &b); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("%s differs: go test ./conformance -run TestWrite -update, and look at the difference", golden)
			}
			if b.Len() > 300<<10 {
				t.Errorf("%d octets were written: a server decides how long the report is", b.Len())
			}
		})
	}
}

// Whatever a server says, nothing that a terminal, an XML or an HTML reader would obey
// comes through.
func TestWriteHarmless(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9]*m")
	for name, write := range writers {
		var b bytes.Buffer
		if err := write(awkward(t), &b); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if name == "report_all.txt" {
			text = sgr.ReplaceAllString(text, "")
		}
		if !utf8.ValidString(text) {
			t.Errorf("%s is not UTF-8", name)
		}
		for _, r := range text {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfffe || r == 0xffff || r == 0x202e || r == 0x2028 {
				t.Errorf("%s contains %U", name, r)
			}
		}
		if strings.HasSuffix(name, ".html") && (strings.Contains(text, "<script") || strings.Contains(text, "<img") || strings.Contains(text, "<i>")) {
			t.Errorf("%s has elements of the server's", name)
		}
	}
}

func TestWriteJSONIsRead(t *testing.T) {
	var b bytes.Buffer
	if err := awkward(t).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Format  string
		Took    float64
		Summary struct {
			Passed, Failed int
			Levels         map[string]map[string]int
		}
		Results []struct {
			ID, Verdict string
			Dialogue    []struct{ At float64 }
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Format != "ferry-conformance-1" || got.Took != 83.4 || got.Summary.Failed != 5 || got.Summary.Levels["MAY"]["failed"] != 1 || len(got.Results) != 12 {
		t.Errorf("got %+v", got)
	}
	for _, r := range got.Results {
		if len(r.Dialogue) > 400 {
			t.Errorf("%s has %d lines", r.ID, len(r.Dialogue))
		}
	}
}

// TestWriteJUnitCounts reads the XML as a CI system does.
func TestWriteJUnitCounts(t *testing.T) {
	for least, failures := range map[Level]int{Must: 2, Should: 4, ShouldNot: 4, May: 5} {
		var b bytes.Buffer
		if err := awkward(t).WriteJUnit(&b, least); err != nil {
			t.Fatal(err)
		}
		var got junitSuites
		if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		n, skipped := 0, 0
		for _, s := range got.Suites {
			for _, c := range s.Cases {
				if c.Failure != nil {
					n++
				}
				if c.Skipped != nil {
					skipped++
				}
			}
		}
		if n != failures || got.Failures != failures || got.Skipped != skipped || got.Tests != 12 {
			t.Errorf("at %s there are %d failures, %d counted, of %d, %d skipped; want %d", least, n, got.Failures, got.Tests, got.Skipped, failures)
		}
		if got := len(awkward(t).Failures(least)); got != failures {
			t.Errorf("Failures(%s) are %d, want %d", least, got, failures)
		}
	}
}

func TestWriteEmpty(t *testing.T) {
	for name, write := range writers {
		if err := write(&Report{}, io.Discard); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := write(awkward(t), full{}); !errors.Is(err, errFull) {
			t.Errorf("%s: the error of the writer is lost: %v", name, err)
		}
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// What is left out as a whole is said once, in its note.
func TestWriteTextLeftOut(t *testing.T) {
	r := &Report{Notes: []Note{{Text: "Nobody is there", Lack: LackServer, LeftOut: []string{"CON-01", "CON-02", "LOG-01"}}}}
	for _, id := range []string{"CON-01", "CON-02", "LOG-01", "LOG-02"} {
		r.Results = append(r.Results, Result{Item: item(t, id), Verdict: NotRun})
	}
	var b strings.Builder
	if err := r.WriteText(&b, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Contains(text, "\nCON  ") || !strings.Contains(text, "\nLOG  ") || !strings.Contains(text, "not run: LOG-01: see [1]") {
		t.Error(text)
	}
}

func TestBounds(t *testing.T) {
	all := make([]Exchange, 10)
	for i := range all {
		all[i] = Exchange{At: time.Duration(i), Text: strings.Repeat("é", 4)}
	}
	for n, want := range map[int]int{10: 10, 9: 9, 3: 3} {
		got := bounds{n, 5}.of(all)
		if len(got) != want || got[len(got)-1].At != 9 || got[0].Text != "éé ... (4 octets more)" {
			t.Errorf("of 10 lines, %d show as %v", n, got)
		}
	}
	if got := (bounds{3, 100}).of(all)[1].Text; got != "(8 lines are left out here)" {
		t.Errorf("what is left out: %q", got)
	}
}

func TestRanges(t *testing.T) {
	for want, ids := range map[string][]string{
		"CON-01 to CON-03, CON-05, CON-06, LOG-07": {"CON-01", "CON-02", "CON-03", "CON-05", "CON-06", "LOG-07"},
		"":             nil,
		"x, CON-, x-1": {"x", "CON-", "x-1"},
	} {
		if got := ranges(ids); got != want {
			t.Errorf("%v are %q, want %q", ids, got, want)
		}
	}
}

func FuzzCut(f *testing.F) {
	f.Add("220 ready\x1b[2J\xff", 5)
	f.Fuzz(func(t *testing.T, s string, n int) {
		got := bounds{octets: max(n&0xff, 1)}.cut(s)
		if plain.Text(got) != got || !utf8.ValidString(got) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
