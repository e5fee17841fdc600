package faultproxy_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/faultproxy"
)

// naive reads files in block mode as a client does that believes all it is told: one
// RETR behind the other, and what comes belongs to whom it seems to.
func naive(w *world, names []string) (err error) {
	conn, err := w.net.Dial(w.ctx, "tcp", nil, proxyAt)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	r := ftp.NewReplyReader(conn)
	var replies []ftp.Reply
	ask := func(lines ...string) {
		if err == nil {
			_, err = io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n")
		}
		replies = nil
		for range lines {
			var a ftp.Reply
			if err == nil {
				a, err = r.Read()
			}
			replies = append(replies, a)
		}
	}
	if _, err := r.Read(); err != nil {
		return err
	}
	ask("USER anonymous")
	ask("PASS me@")
	ask("TYPE I", "MODE B", "EPSV")
	if err != nil {
		return err
	}
	port, err := ftp.ParseExtendedPassive(replies[2].Text())
	if err != nil {
		return err
	}
	data, err := w.net.Dial(w.ctx, "tcp", nil, netip.AddrPortFrom(netip.MustParseAddr(proxyHost), port.Port()).String())
	if err != nil {
		return err
	}
	defer data.Close()
	data.SetDeadline(time.Now().Add(time.Minute))
	var all strings.Builder
	for _, name := range names {
		fmt.Fprintf(&all, "RETR %s\r\n", name)
	}
	if _, err := io.WriteString(conn, all.String()); err != nil {
		return err
	}
	return believe(w, r, data, names)
}

// believe takes each reply for the next that is due.
func believe(w *world, r *ftp.ReplyReader, data net.Conn, names []string) error {
	blocks := bufio.NewReader(data)
	for _, name := range names {
		a, err := r.Read()
		if err != nil {
			return err
		}
		if !a.Code.Preliminary() {
			w.tell(name, errors.New(a.String()))
			continue
		}
		b, err := readBlocks(blocks)
		if err != nil {
			w.tell(name, err)
			return err
		}
		if a, err = r.Read(); err != nil {
			return err
		}
		if !a.Code.OK() && !a.Code.Preliminary() {
			w.tell(name, errors.New(a.String()))
			continue
		}
		w.got(name, b)
		w.tell(name, nil)
	}
	return nil
}

// readBlocks reads the blocks of one file (RFC 959, 3.4.2).
func readBlocks(r io.Reader) (all []byte, err error) {
	for {
		var head [3]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, err
		}
		b := make([]byte, binary.BigEndian.Uint16(head[1:]))
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		all = append(all, b...)
		if head[0]&0x40 != 0 {
			return all, nil
		}
	}
}

// TestNaive shows that the faults do harm to whom they can, and that this is noticed.
func TestNaive(t *testing.T) {
	wk := &work{names: files(8), within: 5 * time.Minute, do: func(w *world) error { return naive(w, asked(w.names)) }}
	wrong, _ := exhaust(t, wk)
	for _, do := range []faultproxy.Action{faultproxy.Drop, faultproxy.Reorder, faultproxy.Double, faultproxy.Stale, faultproxy.Truncate, faultproxy.Recode} {
		mixed := 0
		for at, list := range wrong {
			if strings.HasPrefix(at, string(do)) && strings.Contains(strings.Join(list, " "), "octets") {
				mixed++
			}
		}
		if mixed == 0 {
			t.Errorf("%s never had it take one file for another", do)
		}
	}
	two := &work{names: files(8), size: unlike, within: 5 * time.Minute, do: func(w *world) error {
		errs := make(chan error, 2)
		for i := range 2 {
			go func() { errs <- naive(w, w.names[4*i:4*i+4]) }()
		}
		return errors.Join(<-errs, <-errs)
	}}
	_, _, bad := two.run(t, only(faultproxy.Point{Kind: faultproxy.Data}, faultproxy.Fault{Do: faultproxy.Swap}))
	if len(bad) != 8 {
		t.Errorf("files taken for others after a swap: %q", bad)
	}
}
