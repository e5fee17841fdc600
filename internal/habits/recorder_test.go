package habits_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// patience is how long a recorder waits for what it expects, and silence how long
// nothing has to come for it to be said that nothing does.
const (
	patience = 5 * time.Second
	silence  = 500 * time.Millisecond
)

// recorder plays a client and writes down what is said, as package
// transcript has it; there may be several data connections, which are numbered.
type recorder struct {
	testing.TB
	tg   peers.Target
	text strings.Builder

	aside bool // what becomes of data connections is noted behind the rest, in later
	later strings.Builder

	conn net.Conn
	tls  *tls.Config // nil: in the clear
	r    *bufio.Reader
	over bool      // the server has closed it
	data []*stream // one for each port that the server has told
}

// stream is a data connection.
type stream struct {
	*recorder
	num  int
	port uint16
	conn net.Conn // nil: not made
}

func (r *recorder) note(format string, args ...any) { fmt.Fprintf(&r.text, format+"\n", args...) }

// connect makes a control connection and waits for the greeting.
func (r *recorder) connect() {
	r.Helper()
	conn, err := net.Dial("tcp", r.tg.Addr())
	if err != nil {
		r.Fatal(err)
	}
	r.conn, r.r, r.over, r.data = conn, bufio.NewReader(conn), false, nil
	r.replies(1)
}

// leave closes all connections.
func (r *recorder) leave() {
	for _, d := range r.data {
		if d.conn != nil {
			d.conn.Close()
		}
	}
	if r.conn != nil {
		r.conn.Close()
		r.conn = nil
	}
}

// login logs in, one command after the other.
func (r *recorder) login() {
	r.ask("USER " + r.tg.User)
	r.ask("PASS " + r.tg.Password)
	r.ask("TYPE I")
}

// say sends lines in one write.
func (r *recorder) say(lines ...string) {
	r.Helper()
	for _, line := range lines {
		r.note("C: %s", line)
	}
	if _, err := io.WriteString(r.conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil && !errors.Is(err, net.ErrClosed) {
		r.note("# %v", err)
	}
}

// ask sends a command and waits for the reply.
func (r *recorder) ask(line string) {
	r.Helper()
	r.say(line)
	r.replies(1)
}

// replies takes so many replies, preliminary ones counted. It reports false, having
// said so, if they do not come.
func (r *recorder) replies(n int) bool {
	for range n {
		if ok, _ := r.reply(patience); !ok {
			return false
		}
	}
	return true
}

// rest takes the replies that come until nothing does.
func (r *recorder) rest() {
	for {
		if ok, _ := r.reply(silence); !ok {
			return
		}
	}
}

// reply takes one reply within a time.
func (r *recorder) reply(within time.Duration) (ok bool, code int) {
	r.conn.SetReadDeadline(time.Now().Add(within))
	for {
		line, err := r.r.ReadString('\n')
		switch {
		case err == io.EOF && line == "":
			r.over = true
			r.note("X: closed")
			return false, 0
		case errors.Is(err, os.ErrDeadlineExceeded) && line == "":
			return false, 0
		case err != nil && line == "":
			r.over = true
			r.note("X: reset")
			return false, 0
		}
		line = strings.TrimRight(line, "\r\n")
		r.learn(line)
		if !strings.Contains(line, fortune) {
			r.note("%s", expected(line))
		}
		n := 0
		if len(line) > 3 && line[3] != '-' {
			n, _ = strconv.Atoi(line[:3])
		}
		if code == 0 && len(line) > 3 {
			code, _ = strconv.Atoi(line[:3])
		}
		if n == code {
			return true, code
		}
	}
}

// learn takes the port out of a reply to EPSV.
func (r *recorder) learn(line string) {
	if strings.HasPrefix(line, "229 ") {
		if at, err := ftp.ParseExtendedPassive(line[4:]); err == nil {
			r.data = append(r.data, &stream{recorder: r, num: len(r.data) + 1, port: at.Port()})
		}
	}
}

// told returns the data connection with that number; nil if no port was told for it.
func (r *recorder) told(n int) *stream {
	if len(r.data) < n {
		return nil
	}
	return r.data[n-1]
}

func (d *stream) note(format string, args ...any) {
	text := fmt.Sprintf("D%d"+format+"\n", append([]any{d.num}, args...)...)
	if d.aside {
		d.later.WriteString(text)
		return
	}
	d.text.WriteString(text)
}

// open makes the data connection. It reports whether that can be done.
func (d *stream) open() bool {
	if d == nil {
		return false
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(d.tg.Host, strconv.Itoa(int(d.port))), patience)
	if err != nil {
		d.note(" refused")
		return false
	}
	d.note(" open")
	d.conn = conn
	return true
}

// protect begins TLS on the control connection.
func (r *recorder) protect() {
	r.Helper()
	r.note("# TLS begins.")
	r.tls = &tls.Config{RootCAs: r.tg.TLS.Roots, ServerName: r.tg.Host, MinVersion: tls.VersionTLS13, ClientSessionCache: new(slot)}
	conn := tls.Client(r.conn, r.tls)
	conn.SetDeadline(time.Now().Add(patience))
	if err := conn.Handshake(); err != nil {
		r.Fatal(err)
	}
	conn.SetDeadline(time.Time{})
	r.conn, r.r = conn, bufio.NewReader(conn)
}

// slot has room for the last ticket, whatever port it is for.
type slot struct{ state *tls.ClientSessionState }

func (s *slot) Get(string) (*tls.ClientSessionState, bool)  { return s.state, s.state != nil }
func (s *slot) Put(_ string, state *tls.ClientSessionState) { s.state = state }

// protect begins TLS on the data connection, and ends what the client says on it.
func (d *stream) protect() {
	if d == nil || d.conn == nil {
		return
	}
	conn := tls.Client(d.conn, d.tls)
	conn.SetDeadline(time.Now().Add(patience))
	err := conn.Handshake()
	if err == nil {
		err = conn.CloseWrite()
	}
	if err != nil {
		d.Fatal(err)
	}
	d.note("> end of TLS")
	d.conn = conn
}

// read takes what comes on the data connection up to its end.
func (d *stream) read() {
	if d == nil || d.conn == nil {
		return
	}
	d.conn.SetReadDeadline(time.Now().Add(patience))
	b, err := io.ReadAll(d.conn)
	if len(b) > 0 {
		d.note("< %s", shortly(b))
	}
	switch {
	case err == nil:
		d.note("< closed")
	case errors.Is(err, os.ErrDeadlineExceeded):
		d.note("# stays open")
	default:
		d.note("< reset")
	}
}

// write sends on the data connection and closes it.
func (d *stream) write(text string) {
	if d == nil || d.conn == nil {
		return
	}
	d.note("> %q", text)
	io.WriteString(d.conn, text)
	d.finish()
}

// finish closes the data connection.
func (d *stream) finish() {
	if d == nil || d.conn == nil {
		return
	}
	d.note("> closed")
	d.conn.Close()
	d.conn = nil
}

// shortly writes octets of which all are the same as a script does. Of a file that was cut
// off, nobody knows how many come.
func shortly(b []byte) string {
	switch {
	case len(b) < small || slices.ContainsFunc(b, func(c byte) bool { return c != b[0] }):
		return strconv.Quote(string(b))
	case len(b) != small && len(b) != some && len(b) != large:
		return fmt.Sprintf("%q * fewer", b[:1])
	}
	return fmt.Sprintf("%q * %d", b[:1], len(b))
}

// fortune is a line that Pure-FTPd puts into some of its replies, by chance.
const fortune = "-The computer is your friend. Trust the computer"

// changing are the parts of replies that differ from one time to the next, and the
// expressions that stand for them.
var changing = []struct {
	part *regexp.Regexp
	expr string
}{
	{regexp.MustCompile(`[0-9.]+ seconds \(measured here\), .* per second`), `.* per second`},
	{regexp.MustCompile(`elapsed time: .*`), `elapsed time: .*`},
	{regexp.MustCompile(`bytes sent: [0-9]+`), `bytes sent: [0-9]+`},
	{regexp.MustCompile(`\b127\.0\.0\.1(:[0-9]+)?`), `[0-9.:]+`},
	{regexp.MustCompile(`[0-9]+(\.[0-9]+)+`), `[0-9.]+`}, // a version
	{regexp.MustCompile(`user number [0-9]+`), `user number [0-9]+`},
	{regexp.MustCompile(`time is now [0-9:]+`), `time is now [0-9:]+`},
	{regexp.MustCompile(`Server port: [0-9]+`), `Server port: [0-9]+`},
	{regexp.MustCompile(`client count was [0-9]+`), `client count was [0-9]+`},
	// pyftpdlib has one or the other, as the time has it.
	{regexp.MustCompile(`^125 Data connection already open. Transfer starting.$|^150 File status okay. About to open data connection.$`),
		`1(25 Data connection already open. Transfer starting|50 File status okay. About to open data connection)\.`},
}

// expected is a line of the server as a script expects it.
func expected(line string) string {
	if i := strings.Index(line, "(|||"); i >= 0 && strings.HasPrefix(line, "229") {
		j := strings.Index(line[i:], ")")
		return "S: " + strings.ReplaceAll(line[:i], "$", "$$") + "(|||$dport|)" + line[i+j+1:]
	}
	for _, c := range changing {
		if at := c.part.FindStringIndex(line); at != nil {
			return "S~ " + regexp.QuoteMeta(line[:at[0]]) + c.expr + anything(line[at[1]:])
		}
	}
	return "S: " + strings.ReplaceAll(line, "$", "$$")
}

// anything is the expression for what stands behind a part that changes.
func anything(rest string) string {
	if strings.ContainsAny(rest, "0123456789") {
		return ".*"
	}
	return regexp.QuoteMeta(rest)
}
