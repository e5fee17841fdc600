package peers

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// fixture is the state of both disks before a job, and what has to become of it.
type fixture struct {
	job     Job
	remote  string // the directory on the server's disk
	content []byte // the whole file
	resumed []byte // what a genuine resume makes of the partial one
}

const (
	fileSize   = 300_000 // more than the buffers of both sides
	partSize   = 100_000
	remoteName = "remote.bin"
	newName    = "renamed.bin"
	localName  = "local.bin"
	keptName   = "kept.bin" // beside a file to be deleted
)

func newFixture(t *testing.T, tg Target, cell Cell) *fixture {
	t.Helper()
	dir, err := os.MkdirTemp(tg.Root, string(cell.Op)+"-")
	check(t, err)
	// The server's account is not always the one that runs the test.
	check(t, os.Chmod(dir, 0o777))

	name := filepath.Base(dir)
	f := &fixture{remote: dir, content: content()}
	f.job = Job{
		Cell:   cell,
		Local:  filepath.Join(t.TempDir(), localName),
		Remote: name + "/" + remoteName,
		To:     name + "/" + newName,
		Offset: partSize,
	}
	// The part differs from the file's beginning, so that a client that
	// silently transferred everything again is found out.
	part := bytes.Repeat([]byte("part"), partSize/4)
	f.resumed = slices.Concat(part, f.content[partSize:])

	remote := filepath.Join(dir, remoteName)
	switch cell.Op {
	case Upload:
		write(t, f.job.Local, f.content, wholeAge)
	case ResumeUpload:
		write(t, f.job.Local, f.content, wholeAge)
		write(t, remote, part, partAge)
	case ResumeDownload:
		write(t, remote, f.content, wholeAge)
		write(t, f.job.Local, part, partAge)
	case List:
		f.job.Remote = name
		for _, n := range []string{"alpha.txt", "beta.tar.gz"} {
			write(t, filepath.Join(dir, n), []byte("hello\n"), wholeAge)
		}
		check(t, os.Mkdir(filepath.Join(dir, "subdirectory"), 0o755))
	case Delete:
		write(t, filepath.Join(dir, keptName), f.content, wholeAge)
		fallthrough
	default:
		write(t, remote, f.content, wholeAge)
	}
	return f
}

// The file is older than its part, as it is where a transfer was cut: clients
// that compare the times refuse to continue otherwise.
const (
	wholeAge = 48 * time.Hour
	partAge  = 24 * time.Hour
)

// content returns octets of every value, with CR and LF in all combinations, so
// that a conversion of any kind changes them.
func content() []byte {
	b := make([]byte, fileSize)
	r := rand.NewChaCha8([32]byte{})
	r.Read(b)
	copy(b[partSize:], "\r\n\n\r\r\n\x00\xff\xff\x1a\r")
	return b
}

func write(t *testing.T, name string, b []byte, age time.Duration) {
	t.Helper()
	check(t, os.WriteFile(name, b, 0o666))
	check(t, os.Chmod(name, 0o666))
	// Whole seconds, since most of FTP knows no others.
	at := time.Now().Add(-age).Truncate(time.Second)
	check(t, os.Chtimes(name, at, at))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
