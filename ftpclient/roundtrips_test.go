package ftpclient_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/memnet"
	"github.com/seed-6092453b/ferry/internal/mint"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/mem"
)

// roundTrip is what a round trip takes in the fake time of the tests that count them.
const roundTrip = 100 * time.Millisecond

// someFiles are names of small files, and what each of them holds.
func someFiles(n int) (names []string, holds func(name string) string) {
	for i := range n {
		names = append(names, fmt.Sprintf("dir/file %03d", i))
	}
	return names, func(name string) string { return strings.Repeat(name+"\n", 70) }
}

// perFile runs do, which moves n files, and returns the round trips that each took. What
// comes before do, as the login, is not counted.
func perFile(t *testing.T, n int, do func()) float64 {
	t.Helper()
	start := time.Now()
	do()
	return float64(time.Since(start)) / float64(roundTrip) / float64(n)
}

// overDistance is a Client of ferry's own server a round trip away, logged in.
func overDistance(t *testing.T, fsys storage.FS, o ftpclient.Options, secure bool) *ftpclient.Client {
	t.Helper()
	n := memnet.New()
	n.Latency = roundTrip / 2
	o.Net = n
	var addr string
	if secure {
		cert := mint.Cert{}.Make()
		addr = serveFerry(t, n, fsys, withTLS(cert))
		o.Security, o.TLS = ftpclient.SecurityExplicit, demanding(cert, tls.VersionTLS13).TLS
	} else {
		addr = serveFerry(t, n, fsys)
		o.Security = ftpclient.SecurityOff
	}
	cl := ftpclient.New(addr, &o)
	t.Cleanup(func() { cl.Close() })
	if _, err := cl.Stat(t.Context(), "."); err != nil {
		t.Fatal(err)
	}
	return cl
}

// TestRoundTripsOfReading counts what a file costs that is read together with others.
func TestRoundTripsOfReading(t *testing.T) {
	tests := []struct {
		name   string
		mode   byte
		secure bool
		most   float64
	}{
		{name: "block mode", mode: 0, most: 0.12},
		{name: "block mode under TLS", mode: 0, secure: true, most: 0.18},
		{name: "stream mode", mode: 'S', most: 2.15},
		{name: "stream mode under TLS", mode: 'S', secure: true, most: 3.2},
	}
	const files = 100
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys := mem.New(mem.Options{})
				names, holds := someFiles(files)
				sowFiles(t, fsys, names, holds)
				cl := overDistance(t, fsys, ftpclient.Options{Params: ftp.Params{Mode: tt.mode}}, tt.secure)
				got := perFile(t, files, func() { readBack(t, cl, names, holds) })
				t.Logf("%.2f round trips a file", got)
				if got > tt.most {
					t.Errorf("%.2f round trips a file, want at most %.2f", got, tt.most)
				}
			})
		})
	}
}

// sowFiles makes the files, and the folder that they are in.
func sowFiles(t *testing.T, fsys storage.FS, names []string, holds func(string) string) {
	t.Helper()
	if err := fsys.Mkdir(t.Context(), "dir"); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		w, err := fsys.Create(t.Context(), name, storage.CreateOptions{})
		if err == nil {
			io.WriteString(w, holds(name))
			_, err = w.Commit(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readBack reads the files together and demands what they hold.
func readBack(t *testing.T, b storage.Batcher, names []string, holds func(string) string) {
	t.Helper()
	var got []string
	err := b.ReadFiles(t.Context(), slices.Values(names), func(name string, r io.Reader, err error) error {
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if string(data) != holds(name) {
			t.Errorf("%q holds %d octets, want %d", name, len(data), len(holds(name)))
		}
		got = append(got, name)
		return err
	})
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("told of %d files, %v", len(got), err)
	}
}

// TestRoundTripsOfWriting counts what a file costs that is stored together with others,
// and its time set.
func TestRoundTripsOfWriting(t *testing.T) {
	tests := []struct {
		name   string
		mode   byte
		secure bool
		most   float64
	}{
		{name: "block mode", mode: 0, most: 0.3},
		{name: "block mode under TLS", mode: 0, secure: true, most: 0.45},
		{name: "stream mode", mode: 'S', most: 2.15},
		{name: "stream mode under TLS", mode: 'S', secure: true, most: 4.2},
	}
	const files = 100
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fsys := mem.New(mem.Options{})
				if err := fsys.Mkdir(t.Context(), "dir"); err != nil {
					t.Fatal(err)
				}
				names, holds := someFiles(files)
				cl := overDistance(t, fsys, ftpclient.Options{Params: ftp.Params{Mode: tt.mode}}, tt.secure)
				got := perFile(t, files, func() { writeOut(t, cl, names, holds) })
				t.Logf("%.2f round trips a file", got)
				if got > tt.most {
					t.Errorf("%.2f round trips a file, want at most %.2f", got, tt.most)
				}
				readBack(t, storage.OneByOne(fsys), names, holds)
				for _, name := range names {
					if info, err := fsys.Stat(t.Context(), name); err != nil || !info.ModTime.Equal(written) {
						t.Errorf("%q is of %v, %v", name, info.ModTime, err)
					}
				}
			})
		})
	}
}

// written is the time that files are given.
var written = time.Date(1999, 1, 2, 3, 4, 5, 6_000_000, time.UTC)

// writeOut stores the files together.
func writeOut(t *testing.T, b storage.Batcher, names []string, holds func(string) string) {
	t.Helper()
	files := func(yield func(storage.NewFile) bool) {
		for _, name := range names {
			data := holds(name)
			open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }
			if !yield(storage.NewFile{Name: name, Size: int64(len(data)), ModTime: written, Open: open}) {
				return
			}
		}
	}
	var got []string
	err := b.WriteFiles(t.Context(), files, func(name string, info storage.Info, err error) error {
		if err == nil && (info.Size != int64(len(holds(name))) || !info.ModTime.Equal(written)) {
			t.Errorf("%q is %+v", name, info)
		}
		got = append(got, name)
		return err
	})
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("told of %d files, %v", len(got), err)
	}
}
