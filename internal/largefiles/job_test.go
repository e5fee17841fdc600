package largefiles

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

// job is a file to be copied.
type job struct {
	Server   peers.Target
	Dir      string // the local folder
	Folder   string // the remote one; "" is where sessions begin
	Up       bool
	Segments int
	Goes     bool  // on with what another has begun: how many streams there are depends on what is left
	Temp     bool  // upload under a temporary name
	Die      int64 // octets after which the process is killed; 0: never
}

// name is what the file is called at both ends.
const name = "large.bin"

// child is the variable by which the program of the tests becomes one that does a job,
// and is killed in the middle.
const child = "FERRY_LARGE_FILES_JOB"

func TestMain(m *testing.M) {
	text := os.Getenv(child)
	if text == "" {
		os.Exit(runAll(m))
	}
	var j job
	err := json.Unmarshal([]byte(text), &j)
	if err == nil {
		_, err = j.run(context.Background())
	}
	fmt.Fprintln(os.Stderr, "not killed:", err)
	os.Exit(1)
}

// barn is the folder of the file that is copied.
var barn string

func runAll(m *testing.M) int {
	var err error
	if barn, err = os.MkdirTemp("", "ferry-large-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(barn)
	return m.Run()
}

// killed does the job in a process of its own, which is killed.
func (j job) killed(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(j)
	check(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), child+"="+string(text))
	out, err := cmd.CombinedOutput()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Fatalf("it was not killed: %v\n%s", err, out)
	}
}

// result is what a job has come to.
type result struct {
	all    chan struct{} // closed when there are as many streams as were asked for
	mu     sync.Mutex    // guards notes and ranges
	notes  []string
	ranges []storage.Range

	read, wrote atomic.Int64 // octets of files from the server, and to it
}

// run does the job.
func (j job) run(ctx context.Context) (*result, error) {
	res := &result{all: make(chan struct{})}
	if j.Goes {
		close(res.all)
	}
	local, err := disk.Open(j.Dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		return res, err
	}
	defer local.Close()
	records := filepath.Join(j.Dir, "journal")
	if err := os.MkdirAll(records, 0o777); err != nil {
		return res, err
	}
	journal, err := disk.Open(records, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		return res, err
	}
	defer journal.Close()
	client := ftpclient.New(j.Server.Addr(), &ftpclient.Options{
		User: j.Server.User, Password: j.Server.Password, MaxConns: 8, Root: j.Folder,
	})
	defer client.Close()
	if err := local.Sweep(ctx, "."); err != nil { // as the command line does
		return res, err
	}
	var moved atomic.Int64
	here := &recording{FS: local, most: j.Die, moved: &moved}
	c := &transfer.Copier{
		Local: here, Remote: &counting{client, res, j.Segments, j.Goes}, Journal: journal,
		URL:       func(name string) string { return j.Server.URL(name) },
		Path:      func(name string) string { return filepath.Join(j.Dir, name) },
		Segments:  j.Segments,
		TempNames: j.Temp,
		Observe: func(e transfer.Event) {
			if e.Kind == transfer.Noted {
				res.mu.Lock()
				defer res.mu.Unlock()
				res.notes = append(res.notes, e.Text)
			}
		},
	}
	if j.Die > 0 {
		c.Limit = func(ctx context.Context, n int) error {
			if moved.Add(int64(n)) < j.Die {
				return nil
			}
			// Of one stream, and of what a server combines, the files themselves tell.
			if j.Segments > 1 && !j.Up {
				<-ctx.Done() // the next record kills it
				return ctx.Err()
			}
			return die()
		}
	}
	if j.Up {
		return res, c.Put(ctx, name, name)
	}
	return res, c.Get(ctx, name, name)
}

// die kills the process.
func die() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	return self.Kill()
}

// recording is the local folder. It has the process killed in the middle of a record, when
// so much has come, and once half of that is on record: the part itself is there before.
type recording struct {
	storage.FS
	most  int64
	moved *atomic.Int64
	half  atomic.Bool // it is on record
}

func (r *recording) Unwrap() storage.FS { return r.FS }

func (r *recording) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	late := r.most > 0 && r.moved.Load() > r.most/2
	w, err := r.FS.Create(ctx, name, o)
	if err != nil || !late {
		return w, err
	}
	return &lateRecord{w, r}, nil
}

type lateRecord struct {
	storage.Writer
	r *recording
}

func (w *lateRecord) Commit(ctx context.Context) (storage.Info, error) {
	if w.r.half.Load() && w.r.moved.Load() >= w.r.most {
		return storage.Info{}, die()
	}
	info, err := w.Writer.Commit(ctx)
	if err == nil {
		w.r.half.Store(true)
	}
	return info, err
}

// counting is a server of which the octets are counted that go over.
type counting struct {
	*ftpclient.Client
	res  *result
	want int // streams
	goes bool
}

func (c *counting) Unwrap() storage.FS { return c.Client }

func (c *counting) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	f, err := c.Client.Open(ctx, name, r)
	if err != nil {
		return nil, err
	}
	c.res.mu.Lock()
	defer c.res.mu.Unlock()
	c.res.ranges = append(c.res.ranges, r)
	if len(c.res.ranges) == c.want && !c.goes {
		close(c.res.all)
	}
	return &countingReader{f, c.res, ctx, 0}, nil
}

func (c *counting) Create(ctx context.Context, name string, o storage.CreateOptions) (storage.Writer, error) {
	w, err := c.Client.Create(ctx, name, o)
	if err != nil {
		return nil, err
	}
	return &countingWriter{w, c.res}, nil
}

type countingReader struct {
	storage.Reader
	res *result
	ctx context.Context
	own int64 // octets of this one
}

// Read has nobody run away before all others stand: on this computer a file has come
// before a server has let a second connection in. What proves that a range is in its place
// comes first, and nobody is let in meanwhile.
func (r *countingReader) Read(p []byte) (int, error) {
	if r.own > 1<<20 {
		select {
		case <-r.res.all:
		case <-r.ctx.Done():
		}
	}
	n, err := r.Reader.Read(p)
	r.own += int64(n)
	r.res.read.Add(int64(n))
	return n, err
}

type countingWriter struct {
	storage.Writer
	res *result
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.res.wrote.Add(int64(n))
	return n, err
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
