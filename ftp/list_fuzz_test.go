package ftp

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// checkEntry checks what holds for every entry, whatever was sent.
func checkEntry(t *testing.T, e Entry) {
	t.Helper()
	switch {
	case e.Name == "":
		t.Errorf("no name: %+v", e)
	case strings.ContainsAny(e.Name, "\r\n\x00"):
		t.Errorf("name %q", e.Name)
	case strings.ContainsAny(e.Target, "\r\n\x00"):
		t.Errorf("target %q", e.Target)
	case e.Size < -1:
		t.Errorf("size %d", e.Size)
	case e.Links < 0:
		t.Errorf("links %d", e.Links)
	case (e.Prec == PrecisionNone) != e.Time.IsZero() && e.Time.Year() != 1:
		t.Errorf("time %v of precision %d", e.Time, e.Prec)
	case e.Mode.IsDir() != (e.Kind == KindDir || e.Kind == KindCDir || e.Kind == KindPDir):
		t.Errorf("kind %d and mode %v", e.Kind, e.Mode)
	case e.Raw == "":
		t.Error("no line")
	}
}

// fuzzFormat feeds a format alone with lines, beginning with those of samples.
func fuzzFormat(f *testing.F, parse func(string, *listState, *Entry) listVerdict, samples ...string) {
	for _, name := range samples {
		text, ok := sampleListings(f)[name]
		if !ok {
			f.Fatalf("no sample %q", name)
		}
		f.Add(text)
		for line := range strings.SplitSeq(text, "\n") {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		st := &listState{clock: listClock{sampleNow, time.UTC}}
		for line := range strings.SplitSeq(text, "\n") {
			line = strings.TrimRight(line, "\r")
			if strings.Trim(line, " \t") == "" || strings.ContainsAny(line, "\r\x00") {
				continue
			}
			e := Entry{Size: -1}
			if parse(line, st, &e) == listTaken {
				checkEntry(t, listFinish(e, line))
			}
		}
	})
}

func FuzzListUnix(f *testing.F) {
	fuzzFormat(f, listUnix, "unix", "unix-languages", "unix-charsets", "unix-recursive", "macintosh")
}
func FuzzListDOS(f *testing.F)        { fuzzFormat(f, listDOS, "dos") }
func FuzzListVMS(f *testing.F)        { fuzzFormat(f, listVMS, "vms") }
func FuzzListEPLF(f *testing.F)       { fuzzFormat(f, listEPLF, "eplf") }
func FuzzListAS400(f *testing.F)      { fuzzFormat(f, listAS400, "as400", "as400-dates") }
func FuzzListNetWare(f *testing.F)    { fuzzFormat(f, listNetWare, "netware") }
func FuzzListOS2(f *testing.F)        { fuzzFormat(f, listOS2, "os2") }
func FuzzListNonStop(f *testing.F)    { fuzzFormat(f, listNonStop, "nonstop") }
func FuzzListEnterprise(f *testing.F) { fuzzFormat(f, listEnterprise, "enterprise") }
func FuzzListMLSx(f *testing.F)       { fuzzFormat(f, listMLSx, "mlsd") }
func FuzzListMVS(f *testing.F) {
	fuzzFormat(f, listMVS, "mvs-datasets", "mvs-members", "mvs-modules", "mvs-jobs")
}

// FuzzListReader checks that no line is lost: each is an entry, an error, or
// one that a person would not miss either.
func FuzzListReader(f *testing.F) {
	for _, text := range sampleListings(f) {
		f.Add(text, "")
	}
	f.Add("NAME.TXT;1\r\n\r\n1 2-JUN-1998 07:32\r\n", "VMS")
	f.Add("NAME.TXT;1\nNAME.TXT;2\n\x00\n", "UNIX Type: L8")
	f.Fuzz(func(t *testing.T, text, system string) {
		o := ListOptions{Now: sampleNow, System: system}
		whole := readListing(t, text, o)
		for _, e := range whole.entries {
			checkEntry(t, e)
		}
		for _, err := range whole.errs {
			if err.Number < 1 || err.Number > strings.Count(text, "\n")+1 {
				t.Errorf("line %d of %q", err.Number, text)
			}
		}
		// How the text comes in makes no difference.
		lr := NewListReader(iotest.OneByteReader(strings.NewReader(text)), o)
		for n := 0; ; n++ {
			_, err := lr.Next()
			if err == io.EOF {
				if n != len(whole.entries)+len(whole.errs) {
					t.Errorf("%q: %d results in one piece, %d octet by octet", text, len(whole.entries)+len(whole.errs), n)
				}
				break
			}
		}
	})
}
