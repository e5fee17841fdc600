package storagetest

import (
	"errors"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

// RunKernel checks the Writers of an FS that has descriptors, or of a wrapper of one:
// they are storage.KernelWriter, and keep to what Write keeps to. New returns an empty
// FS that is to be Atomic and has CanResume.
func RunKernel(t *testing.T, New func(t testing.TB) storage.FS) {
	for _, k := range kernelChecks() {
		t.Run(k.name, func(t *testing.T) { k.on(t, Options{New: New}) })
	}
}

func kernelChecks() []check {
	old := map[string]string{"file": "0123456789"}
	return []check{
		{
			name: "kernel/order",
			rule: "WriteBy writes behind what was written, and Write behind it",
			run: func(c *env) {
				w := c.write("file", "ab", storage.CreateOptions{})
				c.by(w, "cde", 3, nil)
				if _, err := w.Write([]byte("fg")); err != nil {
					c.Fatal(err)
				}
				c.by(w, "", 0, nil)
				if info := c.commit(w, "file"); info.Size != 7 {
					c.Errorf("Commit says %d octets, want 7", info.Size)
				}
				c.wantFile("file", "abcdefg")
			},
		},
		{
			name:  "kernel/resume",
			rule:  "WriteBy begins where the Writer begins, and Commit cuts off what lies behind",
			files: old,
			run: func(c *env) {
				w := c.create("file", resuming(3))
				c.by(w, "xy", 2, nil)
				c.commit(w, "file")
				c.wantFile("file", "012xy")
			},
		},
		{
			name:  "kernel/range",
			rule:  "of what goes beyond a range write is asked for what does not, and ErrOffset tells",
			files: old,
			run: func(c *env) {
				w := c.ranged(4, 3)
				c.by(w, "x", 1, nil)
				c.by(w, "yz+", 2, storage.ErrOffset)
			},
		},
		{
			name:  "kernel/unsupported",
			rule:  "where write can put nothing there by the descriptor, the Writer is as it was",
			files: old,
			run: func(c *env) {
				w := c.write("file", "ab", storage.CreateOptions{})
				n, err := kernelWriter(c, w).WriteBy(5, func(uintptr, int) (int, error) { return 0, errors.ErrUnsupported })
				if n != 0 || !errors.Is(err, errors.ErrUnsupported) {
					c.Errorf("WriteBy = %d, %v, want ErrUnsupported", n, err)
				}
				if _, err := w.Write([]byte("cd")); err != nil {
					c.Fatal(err)
				}
				c.commit(w, "file")
				c.wantFile("file", "abcd")
			},
		},
		{
			name:  "kernel/failure",
			rule:  "a failure of write is told, with what was written before it, and nothing is published",
			files: old,
			run: func(c *env) {
				w := c.create("file", storage.CreateOptions{})
				broken := errors.New("broken")
				n, err := kernelWriter(c, w).WriteBy(5, func(fd uintptr, _ int) (int, error) {
					n, _ := writeTo(fd, []byte("xy"))
					return n, broken
				})
				if n != 2 || !errors.Is(err, broken) {
					c.Errorf("WriteBy = %d, %v, want 2 and the error of write", n, err)
				}
				if _, err := w.Commit(c.ctx); err == nil {
					c.Error("Commit publishes a part")
				}
				c.wantFile("file", old["file"])
			},
		},
		{
			name: "kernel/ended",
			rule: "a Writer that has ended calls nobody",
			run: func(c *env) {
				w := c.write("file", "contents", storage.CreateOptions{})
				c.commit(w, "file")
				_, err := kernelWriter(c, w).WriteBy(1, func(uintptr, int) (int, error) {
					c.Error("write is called")
					return 0, nil
				})
				if !errors.Is(err, storage.ErrEnded) {
					c.Errorf("WriteBy: %v, want ErrEnded", err)
				}
				c.wantFile("file", "contents")
			},
		},
	}
}

func kernelWriter(c *env, w storage.Writer) storage.KernelWriter {
	c.Helper()
	k, ok := w.(storage.KernelWriter)
	if !ok {
		c.Fatalf("a %T is no KernelWriter", w)
	}
	return k
}

// by writes data by the descriptor, of which room octets have to be asked for, and
// demands an error that is want.
func (c *env) by(w storage.Writer, data string, room int, want error) {
	c.Helper()
	asked := 0
	n, err := kernelWriter(c, w).WriteBy(len(data), func(fd uintptr, n int) (int, error) {
		asked = n
		return writeTo(fd, []byte(data[:n]))
	})
	if n != room || asked != room || !errors.Is(err, want) {
		c.Errorf("WriteBy of %d octets = %d, %v, and asks for %d; want %d and %v", len(data), n, err, asked, room, want)
	}
}
