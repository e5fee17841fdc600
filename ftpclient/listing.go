package ftpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// maxSpool is how much of a listing is read before the first entry is given out.
const maxSpool = 4 << 20

// spool is the beginning of a listing in memory and, unless that is whole, the
// transfer that brings the rest.
type spool struct {
	head  bytes.Buffer
	whole bool
	max   int64 // octets of a listing that is not refused
	left  int64 // of these, those still to come
	t     *Transfer
	leave func() // changes back to the first directory
}

// read fills the spool. If that holds the listing, the transfer is over.
func (s *spool) read() error {
	n, err := io.CopyN(&s.head, s.t, min(maxSpool, s.max))
	s.left -= n
	if err == io.EOF {
		s.whole = true
		s.close()
		return nil
	}
	if err != nil {
		s.close()
	}
	return err
}

// close ends the transfer, if it still runs. It may be called twice.
func (s *spool) close() {
	if s.t != nil {
		s.t.Close()
		s.leave()
		s.t = nil
	}
}

func (s *spool) Read(p []byte) (int, error) {
	if s.head.Len() > 0 {
		return s.head.Read(p)
	}
	if s.whole {
		return 0, io.EOF
	}
	if s.left <= 0 {
		return 0, fmt.Errorf("%w: it has %d octets or more", ErrListing, s.max)
	}
	n, err := s.t.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}

// list runs MLSD or LIST for a directory. The spool must be closed.
func (c *Conn) list(ctx context.Context, path string) (*spool, *listing, error) {
	if c.srv.offers("MLSD", "MLST") { // MLST stands for both in FEAT (RFC 3659, 7.8)
		s, err := c.spool(ctx, Command{Verb: "MLSD", Arg: path}, func() {})
		if err == nil {
			return s, &listing{lines: newLineScanner(s)}, nil
		}
		if !refusedVerb(err) {
			return nil, nil, err
		}
	}
	if err := c.learnSystem(ctx); err != nil {
		return nil, nil, err
	}
	// LIST with a name would be taken apart at blanks and brackets by many a
	// server, and answers for a file as well.
	leave, err := c.enter(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	cmd := Command{Verb: "LIST"}
	if c.srv.is().all {
		cmd.Arg = "-a"
	}
	s, err := c.spool(ctx, cmd, leave)
	if noFiles(err) {
		s, err = &spool{whole: true}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	zone, err := c.zone(ctx, path, s.headOf())
	if err != nil {
		s.close()
		return nil, nil, err
	}
	return s, &listing{lr: ftp.NewListReader(s, ftp.ListOptions{
		Now: time.Now(), Location: zone, System: c.srv.systemName(),
	})}, nil
}

// spool runs the command and reads the beginning of what comes. leave is called
// when the transfer is over.
func (c *Conn) spool(ctx context.Context, cmd Command, leave func()) (*spool, error) {
	// In type E the listing would be, too (RFC 1123, 4.1.2.7), and of records the
	// standards say nothing here.
	cmd.Params = &ftp.Params{Type: 'I', Stru: 'F'}
	t, err := c.Begin(ctx, cmd)
	if err != nil {
		leave()
		return nil, err
	}
	s := &spool{t: t, max: c.o.MaxListing, left: c.o.MaxListing, leave: leave}
	return s, s.read()
}

// noFiles recognises "450 No files found": some servers refuse to list an empty
// directory.
func noFiles(err error) bool {
	var re *ReplyError
	return errors.As(err, &re) && re.Reply.Code == ftp.CodeBusy && strings.Contains(strings.ToLower(re.Reply.Text()), "no files")
}

// find looks for an entry of a directory by its name, and for no other: it is for
// servers that do not describe single objects.
func (c *Conn) find(ctx context.Context, path, name string) (storage.Info, error) {
	s, r, err := c.list(ctx, path)
	if err != nil {
		return storage.Info{}, err
	}
	defer s.close()
	for {
		e, line, err := r.next()
		switch {
		case err == io.EOF:
			return storage.Info{}, fs.ErrNotExist
		case err != nil && line == "":
			return storage.Info{}, err
		case err == nil && e.Name == name:
			return infoOf(e), nil
		}
	}
}

// learnSystem asks once what the server runs on (SYST).
func (c *Conn) learnSystem(ctx context.Context) error {
	if c.srv.systemName() != "" {
		return nil
	}
	r, err := c.ask(ctx, "SYST")
	if err != nil {
		return err
	}
	name := "unknown"
	if r.Code.OK() {
		name = r.Text()
	}
	c.srv.setSystem(name)
	return nil
}

func (s *server) systemName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.system
}

func (s *server) setSystem(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.system = name
	s.doubtKind()
}

// lineScanner reads the lines of MLSD.
type lineScanner struct{ r *bufio.Reader }

func newLineScanner(r io.Reader) *lineScanner {
	return &lineScanner{bufio.NewReaderSize(r, ftp.MaxListLine)}
}

// next returns a line without its end. A line that is too long is an error with
// its beginning.
func (s *lineScanner) next() (string, error) {
	part, err := s.r.ReadSlice('\n')
	line := strings.TrimRight(strings.TrimSuffix(string(part), "\n"), "\r")
	for err == bufio.ErrBufferFull {
		if _, err = s.r.ReadSlice('\n'); err != bufio.ErrBufferFull {
			return line, bufio.ErrTooLong
		}
	}
	switch {
	case err == io.EOF && line != "":
		return line, nil
	case err != nil:
		return "", err
	}
	return line, nil
}
