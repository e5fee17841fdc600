package ftp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// corpusDir holds listings that other projects collected from real servers. It
// stands beside the repository, not in it, for the sake of their licences.
const corpusDir = "../../shared/listings"

func needCorpus(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(corpusDir); err != nil {
		t.Skipf("the collected listings are not here (%v); testdata/listings has samples of each format", err)
	}
}

// corpusTable reads testdata/NAME: a place in the corpus and the reason why it
// stands in the table, with a TAB between them.
func corpusTable(t *testing.T, name string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := make(map[string]string)
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == "" || s.Text()[0] == '#' {
			continue
		}
		place, reason, found := strings.Cut(s.Text(), "\t")
		if !found || reason == "" || table[place] != "" {
			t.Fatalf("%s: %q has no reason, or stands there twice", name, s.Text())
		}
		table[place] = reason
	}
	return table
}

// corpusSamples calls do for each listing of the JSON files: the file, the name
// of the list that it stands in, its number in it, and its text.
func corpusSamples(t *testing.T, do func(file, list string, n int, text string)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no JSON files: %v", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lists := make(map[string][]string)
		if json.Unmarshal(data, &lists) != nil {
			var list []string
			if err := json.Unmarshal(data, &list); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			lists["list"] = list
		}
		file := strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(path, filepath.Clean(corpusDir)+string(filepath.Separator))), ".json")
		for _, list := range slices.Sorted(maps.Keys(lists)) {
			if list == "goodsamplesMemberList" {
				// Its lines mean nothing without the heading.
				do(file, list, 0, strings.Join(lists[list], "\n"))
				continue
			}
			for n, text := range lists[list] {
				do(file, filepath.Base(list), n, text)
			}
		}
	}
}

// TestCorpusUnparsed parses every collected line. Those that are refused are
// exactly those of testdata/listings-unparsed.txt.
func TestCorpusUnparsed(t *testing.T) {
	needCorpus(t)
	table := corpusTable(t, "listings-unparsed.txt")
	seen := make(map[string]bool)
	refused := func(place string, err *ListError) {
		place = fmt.Sprintf("%s:%d", place, err.Number)
		seen[place] = true
		if table[place] == "" {
			t.Errorf("%s\tis refused: %q", place, err.Line)
		}
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	corpusSamples(t, func(file, list string, n int, text string) {
		for _, err := range readListing(t, text, ListOptions{Now: now}).errs {
			refused(fmt.Sprintf("%s %s[%d]", file, list, n), err)
		}
	})
	for name, text := range chromiumListings(t) {
		for _, err := range readListing(t, text, ListOptions{Now: now}).errs {
			refused("chromium-net-data-ftp/"+name, err)
		}
	}
	for place := range table {
		if !seen[place] {
			t.Errorf("%s is in the table and is read, or is gone", place)
		}
	}
}

// TestCorpusVerdicts compares with what the tests of Commons Net say of their
// samples: good ones are read, and bad ones are refused but for those of
// testdata/listings-accepted.txt.
func TestCorpusVerdicts(t *testing.T) {
	needCorpus(t)
	table := corpusTable(t, "listings-accepted.txt")
	seen := make(map[string]bool)
	corpusSamples(t, func(file, list string, n int, text string) {
		list = strings.ToLower(strings.ReplaceAll(list, "_", ""))
		if !strings.Contains(list, "samples") {
			return
		}
		place := fmt.Sprintf("%s %s[%d]", file, list, n)
		got := readListing(t, text, ListOptions{})
		switch bad := strings.HasPrefix(list, "bad"); {
		case bad && len(got.entries) > 0:
			seen[place] = true
			if table[place] == "" {
				t.Errorf("%s\tis read: %q", place, text)
			}
		case !bad && len(got.errs) > 0 && !(strings.Contains(file, "MLSx")):
			t.Errorf("%s is good and refused: %q", place, text)
		}
	})
	for place := range table {
		if !seen[place] {
			t.Errorf("%s is in the table and is refused, or is gone", place)
		}
	}
}

// TestCorpusMLSx does the same with the lines of MLST and MLSD, which may have
// a space before them there.
func TestCorpusMLSx(t *testing.T) {
	needCorpus(t)
	good := 0
	corpusSamples(t, func(file, list string, n int, text string) {
		if strings.Contains(file, "MLSx") && list == "goodsamples" {
			good++
			if e, err := ParseMLSx(text); err != nil || e.Name == "" {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
	if good == 0 {
		t.Error("no samples")
	}
}

// listing is all that a ListReader made of a text.
type listing struct {
	entries []Entry
	errs    []*ListError
}

func readListing(t testing.TB, text string, o ListOptions) listing {
	t.Helper()
	var l listing
	lr := NewListReader(strings.NewReader(text), o)
	for {
		e, err := lr.Next()
		var line *ListError
		switch {
		case err == io.EOF:
			return l
		case errors.As(err, &line):
			l.errs = append(l.errs, line)
		case err != nil:
			t.Fatal(err)
		default:
			l.entries = append(l.entries, e)
		}
	}
}
