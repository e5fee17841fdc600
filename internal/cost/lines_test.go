package cost_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// lines are what a client reads of each entry of a listing.
var lines = []struct {
	name, line string
	measured   float64
	most       float64
}{
	{"unix", "-rw-r--r--   1 ftp      ftp          1234 Nov 20 09:15 name of a file\r\n", 1, 1},
	{"dos", "11-20-26  09:15AM                 1234 name of a file\r\n", 1, 1},
	{"MLSD", "type=file;size=1234;modify=20261120091500;perm=adfrw;unique=801U2; name of a file\r\n", 2, 2},
}

// BenchmarkReply formats a reply of one line, and one of three.
func BenchmarkReply(b *testing.B) {
	for name, r := range map[string]ftp.Reply{
		"lines=1": ftp.NewReply(ftp.CodeDone, "Transfer complete."),
		"lines=3": ftp.NewReply(ftp.CodeActionDone, "Facts of /file", " type=file;size=1234;modify=20261120091500; /file", "End"),
	} {
		b.Run(name, func(b *testing.B) {
			buf := make([]byte, 0, 1024)
			b.ReportAllocs()
			for b.Loop() {
				buf = r.AppendWire(buf[:0])
			}
		})
	}
}

// BenchmarkListing reads a listing of ten thousand lines.
func BenchmarkListing(b *testing.B) {
	for _, l := range lines {
		b.Run("format="+l.name, func(b *testing.B) {
			listing := strings.Repeat(l.line, 10_000)
			options := ftp.ListOptions{Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
			b.SetBytes(int64(len(listing)))
			b.ReportAllocs()
			for b.Loop() {
				lr := ftp.NewListReader(strings.NewReader(listing), options)
				for range 10_000 {
					if _, err := lr.Next(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
