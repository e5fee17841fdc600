package ftp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func chromiumListings(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "chromium-net-data-ftp", "dir-listing-*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no listings: %v", err)
	}
	texts := make(map[string]string)
	for _, path := range files {
		if strings.HasSuffix(path, ".expected") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(path)] = string(data)
	}
	return texts
}

// chromiumMissing are entries that Chromium leaves out. The name is one space,
// which is legal, and it is what the line says.
var chromiumMissing = map[string]string{"dir-listing-ls-19": " "}

// chromiumSizes are sizes that touch the group before them. Chromium gives up;
// the group is the owner's name, so the rest is the size.
var chromiumSizes = map[string]int64{
	".pureftpd-upload.47fcbb3c.849.191b.cd40d08a": 125435904,
	".pureftpd-upload.4925a00d.849.668d.9ea5b3ed": 153198592,
}

// TestCorpusChromium compares every entry with what Chromium reads.
func TestCorpusChromium(t *testing.T) {
	needCorpus(t)
	o := ListOptions{Now: time.Date(1994, 11, 15, 12, 45, 0, 0, time.UTC)}
	entries := 0
	for name, text := range chromiumListings(t) {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(corpusDir, "chromium-net-data-ftp", name+".expected"))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for block := range strings.SplitSeq(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n\n") {
				if f := strings.Split(strings.Trim(block, "\n"), "\n"); len(f) == 8 {
					f[2] = strings.TrimSpace(f[2])
					want = append(want, strings.Join(f, "|"))
				}
			}
			var got []string
			for _, e := range readListing(t, text, o).entries {
				if missing, ok := chromiumMissing[name]; ok && e.Name == missing {
					continue
				}
				got = append(got, chromiumEntry(t, e, strings.Contains(name, "vms"), want, len(got)))
			}
			if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
				t.Errorf("got:\n%s\nwant:\n%s", g, w)
			}
			entries += len(got)
		})
	}
	if entries < 250 {
		t.Errorf("compared only %d entries", entries)
	}
}

// chromiumEntry writes e as Chromium's tests do: names in UTF-8, those of VMS in
// lower case, and sizes of files only.
func chromiumEntry(t *testing.T, e Entry, vms bool, want []string, n int) string {
	t.Helper()
	kind := map[EntryKind]string{
		KindFile: "-", KindDir: "d", KindCDir: "d", KindPDir: "d", KindSymlink: "l",
	}[e.Kind]
	name, size := e.Name, e.Size
	if !utf8.ValidString(name) {
		var b strings.Builder
		for i := range len(name) {
			b.WriteRune(rune(name[i])) // ISO 8859-1
		}
		name = b.String()
	}
	if vms {
		name = strings.ToLower(name)
		if size == -1 && kind == "-" && n < len(want) {
			// Chromium multiplies the blocks by 512; that is not the size.
			if _, err := fmt.Sscan(strings.Split(want[n], "|")[2], &size); err != nil || size%512 != 0 {
				t.Errorf("%s: %d octets are no blocks", name, size)
			}
		}
	}
	if glued, ok := chromiumSizes[name]; ok {
		if size != glued {
			t.Errorf("%s: size %d", name, size)
		}
		size = 0
	}
	if kind != "-" {
		size = -1
	}
	return fmt.Sprintf("%s|%s|%d|%d|%d|%d|%d|%d", kind, name, size,
		e.Time.Year(), e.Time.Month(), e.Time.Day(), e.Time.Hour(), e.Time.Minute())
}
