// Package limits measures what no server can do without: what one thread spends when it
// does nothing but move octets, or take connections, by the calls of the system that a
// server has for it. The other side is another thread, whose time is not counted. It runs
// on Linux alone.
package limits

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// A Cost is what something took.
type Cost struct {
	CPU, Wall time.Duration
	Octets    int64
	Sessions  int64
}

// sourceSize is how large the file is that is sent over and over.
const sourceSize = 16 << 20

// source makes that file in dir.
func source(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "limit-")
	if err != nil {
		return nil, err
	}
	buf := make([]byte, 1<<20)
	for i := range buf {
		buf[i] = byte(i * 251)
	}
	for range sourceSize / len(buf) {
		if _, err := f.Write(buf); err != nil {
			return nil, errors.Join(err, remove(f))
		}
	}
	return f, nil
}

// remove closes a file and removes it.
func remove(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// pair returns both ends of a connection, whose calls block.
func pair() (a, b *os.File, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		return nil, nil, err
	}
	defer server.Close()
	if a, err = client.(*net.TCPConn).File(); err != nil {
		return nil, nil, err
	}
	if b, err = server.(*net.TCPConn).File(); err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, b, nil
}

// between runs one end of a connection while the other runs, and returns what one cost.
func between(octets int64, one, other func(conn *os.File) error) (Cost, error) {
	a, b, err := pair()
	if err != nil {
		return Cost{}, err
	}
	done := make(chan error, 1)
	go func() { done <- errors.Join(other(b), b.Close()) }()
	c, err := thread(func() error { return errors.Join(one(a), a.Close()) })
	c.Octets = octets
	return c, errors.Join(err, <-done)
}

// Send sends so many octets of a file by sendfile to one who discards them.
func Send(dir string, octets int64) (Cost, error) {
	f, err := source(dir)
	if err != nil {
		return Cost{}, err
	}
	c, err := between(octets, func(conn *os.File) error { return sendFile(conn, f, octets) }, discard)
	return c, errors.Join(err, remove(f))
}

// Seal reads so many octets of a file, encrypts them as TLS does, and writes them to one
// who discards them.
func Seal(dir string, octets int64) (Cost, error) {
	f, err := source(dir)
	if err != nil {
		return Cost{}, err
	}
	c, err := between(octets, func(conn *os.File) error { return seal(conn, f, octets) }, discard)
	return c, errors.Join(err, remove(f))
}

// Splice moves so many octets from a connection to a file in dir by splice.
func Splice(dir string, octets int64) (Cost, error) { return store(dir, octets, splice) }

// Copy moves so many octets from a connection to a file in dir by recv and write.
func Copy(dir string, octets int64) (Cost, error) { return store(dir, octets, receive) }

func store(dir string, octets int64, how func(to, conn *os.File) error) (Cost, error) {
	f, err := source(dir)
	if err != nil {
		return Cost{}, err
	}
	to, err := os.CreateTemp(filepath.Clean(dir), "limit-")
	if err != nil {
		return Cost{}, errors.Join(err, remove(f))
	}
	c, err := between(octets,
		func(conn *os.File) error { return how(to, conn) },
		func(conn *os.File) error { return sendFile(conn, f, octets) })
	if info, statErr := to.Stat(); err == nil && (statErr != nil || info.Size() != octets) {
		err = errors.New("not all that was sent has arrived")
	}
	return c, errors.Join(err, remove(f), remove(to))
}

// Accept takes connections, one after the other, and says on each what a server says to
// one who logs in and leaves.
func Accept(sessions int) (Cost, error) { return take(sessions, nil, nil) }

// AcceptTLS is Accept over TLS 1.3, of which each connection makes a whole handshake. The
// server's key is one of P-256, as that of the servers is.
func AcceptTLS(sessions int) (Cost, error) {
	secret, err := certificate()
	if err != nil {
		return Cost{}, err
	}
	// The client is no part of what is measured, and knows its server.
	return take(sessions, secret, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13})
}

// take is Accept and AcceptTLS, with the configurations of both sides.
func take(sessions int, secret, visitors *tls.Config) (Cost, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Cost{}, err
	}
	addr := l.Addr().String()
	f, err := l.(*net.TCPListener).File()
	if err := errors.Join(err, l.Close()); err != nil {
		return Cost{}, err
	}
	// Another is waiting already when one has left.
	const clients = 4
	done := make(chan error, clients)
	for i := range clients {
		go func() {
			for n := i; n < sessions; n += clients {
				if err := visit(addr, visitors); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	c, err := thread(func() error { return errors.Join(accept(f, sessions, secret), f.Close()) })
	for range clients {
		err = errors.Join(err, <-done)
	}
	c.Sessions = int64(sessions)
	return c, err
}

// certificate is the configuration of a server with a key that nobody else has.
func certificate() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS13}, nil
}

// What is said, reply by reply, and by whom it is heard.
var (
	replies  = []string{"220 Here.\r\n", "331 Password?\r\n", "230 In.\r\n", "221 Bye.\r\n"}
	commands = []string{"USER ferry\r\n", "PASS ferry\r\n", "QUIT\r\n", ""}
)

// converse says the replies, and hears a command behind each but the last.
func converse(conn io.ReadWriter) error {
	buf := make([]byte, 512)
	for i, reply := range replies {
		if _, err := io.WriteString(conn, reply); err != nil {
			return err
		}
		if commands[i] == "" {
			return nil
		}
		if n, err := conn.Read(buf); err != nil || n == 0 {
			return errors.Join(err, io.ErrUnexpectedEOF)
		}
	}
	return nil
}

func visit(addr string, secret *tls.Config) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if secret != nil {
		conn = tls.Client(conn, secret)
	}
	r := bufio.NewReader(conn)
	for i := range replies {
		if _, err := r.ReadString('\n'); err != nil {
			return err
		}
		if commands[i] == "" {
			return nil
		}
		if _, err := conn.Write([]byte(commands[i])); err != nil {
			return err
		}
	}
	return nil
}
