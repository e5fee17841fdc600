package ftpserver

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// bareListen listens on a port of the system's choice.
func bareListen(t *testing.T) (*bareListener, int) {
	t.Helper()
	l := new(bareListener)
	if _, err := (systemNetwork{}).listenAt(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"), l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	addr, err := unix.Getsockname(l.fd)
	if err != nil {
		t.Fatal(err)
	}
	return l, addr.(*unix.SockaddrInet4).Port
}

// socketPair returns both ends of a connection.
func socketPair(t *testing.T) (*socketConn, *net.TCPConn) {
	t.Helper()
	l, port := bareListen(t)
	peer, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*socketConn), peer
}

// Close ends an Accept that waits, and those to come.
func TestBareListenerClose(t *testing.T) {
	l, _ := bareListen(t)
	ended := make(chan error)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	for waits := false; !waits; runtime.Gosched() { // or is about to
		l.mu.Lock()
		waits = l.polled != nil
		l.mu.Unlock()
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// A socketConn does what is asked of a data connection.
func TestSocketConn(t *testing.T) {
	conn, peer := socketPair(t)
	if got, want := conn.RemoteAddr().String(), peer.LocalAddr().String(); got != want {
		t.Errorf("the peer is %s, want %s", got, want)
	}
	if got, want := conn.LocalAddr().String(), peer.RemoteAddr().String(); got != want {
		t.Errorf("it is at %s, want %s", got, want)
	}
	conn.SetReadDeadline(aLongTimeAgo)
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || reason(err) != "timed out" {
		t.Errorf("%v: %s", err, reason(err))
	}
	if n, err := conn.ReadFrom(strings.NewReader("one ")); n != 4 || err != nil {
		t.Error(n, err)
	}
	if n, err := conn.ReadFrom(io.LimitReader(strings.NewReader("two three"), 3)); n != 3 || err != nil {
		t.Error(n, err)
	}
	if err := conn.CloseWrite(); err != nil {
		t.Error(err)
	}
	if got, err := io.ReadAll(peer); string(got) != "one two" || err != nil {
		t.Errorf("%q, %v", got, err)
	}

	conn, peer = socketPair(t)
	if err := conn.SetLinger(0); err != nil {
		t.Error(err)
	}
	conn.Close()
	if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("the connection was not reset: %v", err)
	}
}

// awaitPoll waits until somebody waits for conn, or is about to.
func awaitPoll(conn *socketConn) {
	for waits := false; !waits; runtime.Gosched() {
		conn.mu.Lock()
		waits = conn.polled != nil
		conn.mu.Unlock()
	}
}

// The runtime polls a socketConn since somebody had to wait for it, and not while a thread
// has it.
func TestSocketConnPoll(t *testing.T) {
	conn, peer := socketPair(t)
	send := func(text string) {
		t.Helper()
		if _, err := peer.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	receive := func(want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(conn, got); string(got) != want || err != nil {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
	}
	polled := func(want bool) {
		t.Helper()
		if (conn.polled != nil) != want {
			t.Errorf("polled: %t, want %t", !want, want)
		}
	}
	if _, err := conn.Write([]byte("nobody waits")); err != nil {
		t.Error(err)
	}
	polled(false)
	go func() {
		awaitPoll(conn)
		peer.Write([]byte("one"))
	}()
	receive("one")
	polled(true)

	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	d := newDataConn(conn, time.Minute)
	d.threads = new(threads)
	d.threads.most.Store(1)
	ran := d.block(unix.SO_RCVTIMEO, func(b *blocked) {
		polled(false)
		send("two")
		var p [3]byte
		if n, err := unix.Read(b.fd, p[:]); string(p[:]) != "two" || n != len(p) {
			t.Errorf("%q, %v", p, err)
		}
	})
	if !ran {
		t.Error("there is no thread")
	}
	// It goes on as before, deadlines included.
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	polled(true)
	conn.SetReadDeadline(time.Time{})
	send("three")
	receive("three")
}

// Close ends what waits for a socketConn, and the connection with the last who uses it.
func TestSocketConnClose(t *testing.T) {
	conn, peer := socketPair(t)
	ended := make(chan error)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		ended <- err
	}()
	awaitPoll(conn)
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if n, err := peer.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("%d octets, %v, want the end", n, err)
	}
	for name, err := range map[string]error{
		"Close": conn.Close(), "SetDeadline": conn.SetDeadline(time.Time{}), "CloseWrite": conn.CloseWrite(),
	} {
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s of what is closed: %v", name, err)
		}
	}

	conn, peer = socketPair(t)
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		conn.Close()
		if _, err := unix.Write(int(fd), []byte("x")); err != nil {
			t.Errorf("it is closed while in use: %v", err)
		}
	})
	if got, err := io.ReadAll(peer); string(got) != "x" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// Whatever moves octets of a socketConn waits where it has to, and goes on when it may.
func TestSocketConnFull(t *testing.T) {
	conn, peer := socketPair(t)
	want := make([]byte, 16<<20) // more than both ends hold
	for i := range want {
		want[i] = byte(i >> 12)
	}
	go func() {
		if n, err := conn.Write(want); n != len(want) || err != nil {
			t.Errorf("%d octets were written: %v", n, err)
		}
		conn.CloseWrite()
	}()
	awaitPoll(conn)
	if got, err := io.ReadAll(peer); !bytes.Equal(got, want) || err != nil {
		t.Errorf("%d octets came of %d: %v", len(got), len(want), err)
	}
	peer.SetLinger(0)
	peer.Close()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, unix.ECONNRESET) {
		t.Error(err)
	}
}

// A socketConn that expects something waits for it in the system, but not long, and for
// nothing else.
func TestSocketConnExpect(t *testing.T) {
	conn, peer := socketPair(t)
	conn.expect(true)
	send := func(text string) {
		t.Helper()
		if _, err := peer.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(text))
		if _, err := io.ReadFull(conn, got); string(got) != text || err != nil {
			t.Fatalf("%q, %v, want %q", got, err, text)
		}
	}
	blocks := func(want bool) {
		t.Helper()
		flags, err := unix.FcntlInt(uintptr(conn.fd), unix.F_GETFL, 0)
		if err != nil || (flags&unix.O_NONBLOCK == 0) != want {
			t.Errorf("calls of the system block: %t (error %v), want %t", !want, err, want)
		}
	}
	send("it has come")
	blocks(true)

	// The peer does not read.
	conn.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := conn.Write(make([]byte, 64<<20)); n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d octets were written, %v", n, err)
	}
	blocks(false)

	conn.expect(true)
	send("again")
	blocks(true)
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	if passes, ok := err.(interface{ Temporary() bool }); !ok || !passes.Temporary() || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%v: TLS would take it for the end", err)
	}
	blocks(false)
	conn.expect(false)
	conn.SetReadDeadline(time.Time{})
	go func() {
		awaitPoll(conn)
		peer.Write([]byte("x"))
	}()
	if n, err := conn.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Error(n, err)
	}
}

// ReadFrom sends a file by sendfile, as far as it is asked to and the peer takes it.
func TestSocketConnSendfile(t *testing.T) {
	const size = 32 << 20
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, make([]byte, size), 0o666); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	conn, peer := socketPair(t)

	// Nobody reads.
	conn.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	sent, err := conn.ReadFrom(&io.LimitedReader{R: file, N: size})
	var oe *net.OpError
	if sent == 0 || sent == size || !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &oe) {
		t.Errorf("%d octets were sent to who does not read: %v", sent, err)
	}
	if at, _ := file.Seek(0, io.SeekCurrent); at != sent {
		t.Errorf("%d octets were sent, and the file is at %d", sent, at)
	}

	conn.SetWriteDeadline(time.Time{})
	received := make(chan int64)
	go func() {
		n, _ := io.Copy(io.Discard, peer)
		received <- n
	}()
	n, err := conn.ReadFrom(&io.LimitedReader{R: file, N: 1000})
	if n != 1000 || err != nil {
		t.Error(n, err)
	}
	more, err := conn.ReadFrom(&io.LimitedReader{R: file, N: 2 * size}) // ends with the file
	if sent += n + more; sent != size || err != nil {
		t.Errorf("%d octets were sent: %v", sent, err)
	}
	conn.CloseWrite()
	if n := <-received; n != size {
		t.Errorf("%d octets were received", n)
	}

	peer.SetLinger(0)
	peer.Close()
	file.Seek(0, io.SeekStart)
	if _, err := conn.ReadFrom(&io.LimitedReader{R: file, N: size}); !errors.As(err, &oe) {
		t.Errorf("to a peer that has gone: %v", err)
	}
}
