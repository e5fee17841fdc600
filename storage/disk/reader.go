package disk

import (
	"context"
	"io"
	"io/fs"
	"math"
	"os"
	"syscall"

	"github.com/seed-6092453b/ferry/storage"
)

// Open opens a file for reading. What is neither file nor directory is
// fs.ErrPermission; it is not opened at all, so that no named pipe waits and no
// device does anything.
//
// Unless r has a Version, the Reader is also an [fs.File], an [io.Seeker], an
// [io.WriterTo] and a [syscall.Conn], so that both io.Copy and the ReadFrom of a
// *net.TCPConn, given an [io.LimitedReader] around it, have the kernel copy.
// Whoever reads the descriptor must keep to r.Len alone; WriteTo and Read do so
// themselves. Offsets of Seek count from the beginning of the file.
func (d *FS) Open(ctx context.Context, name string, r storage.Range) (storage.Reader, error) {
	rd, err := d.open(ctx, name, r)
	if err != nil {
		return nil, d.fail("open", name, err)
	}
	if !d.parts.empty() {
		d.discard(d.parts.endName(d.partKey(name)))
	}
	if r.Version != "" {
		return &checkedReader{rd, r.Version}, nil
	}
	return rd, nil
}

func (d *FS) open(ctx context.Context, name string, r storage.Range) (_ *reader, err error) {
	if err := checkOld(ctx, name); err != nil {
		return nil, err
	}
	if r.Off < 0 || r.Len < 0 {
		return nil, storage.ErrOffset
	}
	f, err := d.openFile(name)
	if err != nil {
		return nil, err
	}
	_, base := storage.Split(name)
	rd := &reader{d: d, name: name, f: f, info: d.info(base, &f.meta), end: math.MaxInt64}
	defer func() {
		if err != nil {
			rd.f.close()
		}
	}()
	rd.info.Form = f.form
	switch {
	case r.Version != "" && rd.info.Version != "" && r.Version != rd.info.Version:
		return nil, storage.ErrChanged
	case r.Off > f.meta.size:
		return nil, storage.ErrOffset
	}
	if r.Len > 0 && r.Len < math.MaxInt64-r.Off {
		rd.end = r.Off + r.Len
	}
	if r.Off > 0 {
		file, err := rd.f.os()
		if err == nil {
			_, err = file.Seek(r.Off, io.SeekStart)
		}
		if err != nil {
			return nil, err
		}
	}
	return rd, nil
}

// openFollowed is openFile by way of os.Root, which follows a link at the end.
func (d *FS) openFollowed(name string) (opened, error) {
	fi, err := d.root.Stat(name)
	if err != nil {
		return opened{}, err
	}
	if err := notFile(kindOf(fi.Mode())); err != nil {
		return opened{}, err
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return opened{}, err
	}
	return describeFile(f)
}

// describeFile describes the open file f. It closes what is not a file.
func describeFile(f *os.File) (opened, error) {
	m, err := statFile(f)
	if err == nil {
		err = notFile(m.kind)
	}
	if err != nil {
		f.Close()
		return opened{}, err
	}
	return opened{file: f, meta: m, form: fileForm(f)}, nil
}

// notFile returns the error of opening an object of kind k, nil for a file.
func notFile(k storage.Kind) error {
	switch k {
	case storage.KindFile:
		return nil
	case storage.KindDir:
		return storage.ErrIsDir
	}
	return fs.ErrPermission
}

// reader reads a file up to end. The position is that of the descriptor, which
// others may read as well.
type reader struct {
	d    *FS
	name string
	f    opened
	info storage.Info
	end  int64 // offset in the file; math.MaxInt64 if there is no limit
}

var (
	_ fs.File      = (*reader)(nil)
	_ io.Seeker    = (*reader)(nil)
	_ io.WriterTo  = (*reader)(nil)
	_ syscall.Conn = (*reader)(nil)
)

func (r *reader) Info() storage.Info { return r.info }

func (r *reader) Read(p []byte) (int, error) {
	left, err := r.left()
	if err != nil {
		return 0, r.fail("read", err)
	}
	if left <= 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > left {
		p = p[:left]
	}
	n, err := r.f.read(p)
	return n, r.fail("read", err)
}

// left returns how many octets there are at most to the end of the range.
func (r *reader) left() (int64, error) {
	if r.end == math.MaxInt64 {
		return r.end, nil
	}
	f, err := r.f.os()
	if err != nil {
		return 0, err
	}
	pos, err := f.Seek(0, io.SeekCurrent)
	return r.end - pos, err
}

// WriteTo leaves the copying to w if it can read from a file by itself, and
// gives it no more than the range.
func (r *reader) WriteTo(w io.Writer) (int64, error) {
	left, err := r.left()
	if err != nil {
		return 0, r.fail("read", err)
	}
	f, err := r.f.os()
	if err != nil {
		return 0, r.fail("read", err)
	}
	n, err := io.Copy(w, &io.LimitedReader{R: f, N: left})
	return n, r.fail("read", err)
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	f, err := r.f.os()
	if err != nil {
		return 0, r.fail("seek", err)
	}
	n, err := f.Seek(offset, whence)
	return n, r.fail("seek", err)
}

func (r *reader) Stat() (fs.FileInfo, error) {
	f, err := r.f.os()
	if err != nil {
		return nil, r.fail("stat", err)
	}
	fi, err := f.Stat()
	return fi, r.fail("stat", err)
}

func (r *reader) SyscallConn() (syscall.RawConn, error) { return r.f.raw() }

func (r *reader) Close() error { return r.fail("close", r.f.close()) }

func (r *reader) fail(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return r.d.fail(op, r.name, err)
}

// checkedReader reads a file as long as it has the version asked for. It hides
// the descriptor, by which another version could be read.
type checkedReader struct {
	r       *reader
	version string
}

func (c *checkedReader) Info() storage.Info { return c.r.info }
func (c *checkedReader) Close() error       { return c.r.Close() }

func (c *checkedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if err != nil && err != io.EOF {
		return n, err
	}
	m, serr := c.r.f.stat()
	if serr != nil {
		return 0, c.r.fail("read", serr)
	}
	if now := c.r.d.info("", &m); now.Version != "" && now.Version != c.version {
		return 0, c.r.fail("read", storage.ErrChanged)
	}
	return n, err
}
