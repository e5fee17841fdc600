package ftp

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var updateListings = flag.Bool("update-listings", false, "write testdata/listings/*.golden anew")

// sampleNow is the clock of testdata/listings.
var sampleNow = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func sampleListings(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "listings", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	samples := make(map[string]string)
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		samples[strings.TrimSuffix(filepath.Base(path), ".txt")] = string(data)
	}
	return samples
}

func TestListingSamples(t *testing.T) {
	for name, text := range sampleListings(t) {
		t.Run(name, func(t *testing.T) {
			got := describeListing(t, text)
			golden := filepath.Join("testdata", "listings", name+".golden")
			if *updateListings {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(got, "\n")
			for i := range max(len(wantLines), len(gotLines)) {
				var w, g string
				if i < len(wantLines) {
					w = wantLines[i]
				}
				if i < len(gotLines) {
					g = gotLines[i]
				}
				if w != g {
					t.Errorf("line %d:\n got %s\nwant %s", i+1, g, w)
				}
			}
		})
	}
}

// describeListing writes what a reader makes of text, a line for each result.
func describeListing(t testing.TB, text string) string {
	var b strings.Builder
	lr := NewListReader(strings.NewReader(text), ListOptions{Now: sampleNow})
	dir := ""
	for {
		e, err := lr.Next()
		if err == io.EOF {
			return b.String()
		}
		if lr.Dir() != dir {
			dir = lr.Dir()
			fmt.Fprintf(&b, "in %q\n", dir)
		}
		var line *ListError
		if errors.As(err, &line) {
			fmt.Fprintf(&b, "refused %d %q\n", line.Number, line.Line)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(describeEntry(e))
	}
}

func describeEntry(e Entry) string {
	var b strings.Builder
	kinds := [...]string{"unknown", "file", "dir", "symlink", "other", "cdir", "pdir"}
	fmt.Fprintf(&b, "%s %q", kinds[e.Kind], e.Name)
	if e.Target != "" {
		fmt.Fprintf(&b, " -> %q", e.Target)
	}
	if e.Size >= 0 {
		fmt.Fprintf(&b, " size=%d", e.Size)
	}
	if layout := [...]string{"", "2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05.999"}[e.Prec]; layout != "" {
		fmt.Fprintf(&b, " time=%s", e.Time.Format(layout))
		if e.UTC {
			b.WriteString("Z")
		}
	}
	if e.HasMode || e.Mode != 0 {
		fmt.Fprintf(&b, " mode=%v", e.Mode)
	}
	if e.HasMode {
		b.WriteString("!")
	}
	for _, f := range []struct{ name, value string }{{"owner", e.Owner}, {"group", e.Group}} {
		if f.value != "" {
			fmt.Fprintf(&b, " %s=%q", f.name, f.value)
		}
	}
	if e.Links != 0 {
		fmt.Fprintf(&b, " links=%d", e.Links)
	}
	for _, f := range e.Facts {
		fmt.Fprintf(&b, " %s:%q", f.Name, f.Value)
	}
	b.WriteString("\n")
	return b.String()
}
