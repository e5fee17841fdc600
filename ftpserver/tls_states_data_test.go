package ftpserver_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing/synctest"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// dataWay is the way to the next data connection.
type dataWay struct {
	at string       // where the server listens; "" if it does not
	ln net.Listener // where the client does; nil if it does not
}

func (d *dataWay) close() {
	if d.ln != nil {
		d.ln.Close()
	}
	*d = dataWay{}
}

// way prepares a data connection.
func (c *stateClient) way() {
	line := c.pick("EPSV", "PASV", "PORT", "CPSV")
	var ln net.Listener
	if line == "PORT" {
		var err error
		if ln, err = c.w.net.Host(client4).Listen(context.Background(), "tcp", client4+":0"); err != nil {
			c.fatalf("%v", err)
		}
		line += " " + ftp.FormatHostPort(ln.Addr().(*net.TCPAddr).AddrPort())
	}
	c.note("C: %s", line)
	c.write(line + "\r\n")
	r := c.answer(line, false)
	if !r.Code.OK() {
		if ln != nil {
			ln.Close()
		}
		return
	}
	c.data.close()
	switch c.data.ln = ln; r.Code {
	case ftp.CodePassive:
		ap, err := ftp.ParsePassive(r.Text())
		if err != nil {
			c.fatalf("%v", err)
		}
		c.data.at = ap.String()
	case ftp.CodeExtendedPassive:
		ap, err := ftp.ParseExtendedPassive(r.Text())
		if err != nil {
			c.fatalf("%v", err)
		}
		c.data.at = net.JoinHostPort(server4, fmt.Sprint(ap.Port()))
	}
}

// What a client does with a data connection.
const (
	dataFine = iota
	dataFine12
	dataAbort    // ABOR instead of it
	dataNone     // it never comes
	dataOther    // TLS where there is none, and the other way round
	dataClose    // it is closed at once
	dataReset    // and this resets it
	dataHalf     // it ends within the handshake
	dataSilent   // nothing is sent on it, but ABOR on the control connection
	dataNoNotify // TLS ends without close_notify
	dataGarbage  // garbage comes within TLS
	dataBusy     // ABOR comes within TLS
	dataKinds
)

// transfer does a transfer, in one of many ways, while other commands come.
func (c *stateClient) transfer() {
	line := c.pick("RETR f", "STOR g", "LIST", "APPE g", "MLSD", "NLST")
	how := c.next() % dataKinds
	var more []string
	for n := c.next() % 4; n > 0; n-- {
		more = append(more, c.pick("NOOP", "STAT", "PBSZ 0", "PROT P", "PROT C", "PWD", "AUTH TLS", "CCC", "REIN", "QUIT", "FEAT"))
	}
	c.note("C: %s (%d)", line, how)
	c.write(line + "\r\n")
	protected, server, way := c.prot == 'P', c.sscn || c.cpsv, c.data
	r := c.answer(line, false)
	if c.over || !r.Code.Preliminary() {
		c.quiet()
		return
	}
	c.plan, c.cpsv, c.data = false, false, dataWay{}
	defer way.close()
	var conn net.Conn
	var err error
	switch {
	case how == dataAbort || how == dataNone:
	case way.ln != nil:
		conn, err = way.ln.Accept()
	default:
		conn, err = c.w.net.Host(client4).Dial(context.Background(), "tcp", nil, way.at)
	}
	if err != nil {
		c.fatalf("data connection: %v", err)
	}
	if how == dataNone && way.ln != nil {
		way.ln.Close()
	}
	if len(more) > 0 {
		for _, line := range more {
			c.note("C: %s (during)", line)
		}
		c.write(strings.Join(more, "\r\n") + "\r\n")
		synctest.Wait()
	}
	abort := how == dataAbort || how == dataSilent || how == dataBusy
	known := torn
	if way.ln != nil && !protected {
		known = unsure // the network has made the connection
	}
	if conn != nil {
		conn.SetDeadline(time.Now().Add(time.Hour))
		defer conn.Close()
		known = c.move(conn, line, how, protected, server)
	}
	c.results(line, more, abort, func(code ftp.Code) {
		if known == whole && code != ftp.CodeDone || known == torn && code.OK() {
			c.fatalf("a transfer (%d) is answered %d", known, code)
		}
	})
}

// results reads the results of a transfer, and of what came meanwhile. ABOR is sent when
// nothing comes any more, if the transfer is still running then.
func (c *stateClient) results(line string, more []string, abort bool, check func(ftp.Code)) {
	aborted := false
	for {
		if abort && !aborted && !c.coming() {
			c.note("C: ABOR")
			c.write("ABOR\r\n")
			aborted = true
		}
		r := c.reply()
		if len(more) > 0 && (more[0] == "NOOP" || more[0] == "STAT") && (r.Code == ftp.CodeOK || r.Code == ftp.CodeStatus) {
			c.judge(more[0], r, false)
			more = more[1:]
			continue
		}
		c.judge(line, r, true)
		if c.over {
			c.fatalf("a transfer has ended the session")
		}
		check(r.Code)
		break
	}
	if aborted {
		c.answer("ABOR", false)
	}
	c.answers(more)
}

// coming reports whether the server has something to say.
func (c *stateClient) coming() bool {
	c.wire.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := c.r.Peek(1)
	return err == nil
}

// What is known of a transfer.
const (
	unsure = iota
	whole  // it must succeed
	torn   // it must fail
)

// move does the client's side of a data connection.
func (c *stateClient) move(conn net.Conn, line string, how int, protected, server bool) int {
	half := conn.(interface{ CloseWrite() error })
	upload := strings.HasSuffix(line, " g")
	lost := unsure // in the clear, where nothing tells the end of the data from that of the connection
	if protected {
		lost = torn
	}
	switch how {
	case dataReset:
		conn.(interface{ Abort() }).Abort()
		if upload {
			return torn
		}
		return lost
	case dataClose:
		conn.Close()
		return lost
	case dataSilent:
		return lost
	case dataHalf:
		conn.Write([]byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"))
		half.CloseWrite()
		return lost
	case dataOther:
		protected = !protected
	}
	far := conn
	sure := true
	if protected {
		cfg := new(tls.Config)
		if c.cfg != nil {
			cfg = c.cfg.Clone()
		}
		cfg.InsecureSkipVerify = true
		if how == dataFine12 {
			cfg.MaxVersion = tls.VersionTLS12
		}
		secure := tls.Client(conn, cfg)
		if server {
			secure = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{certified()}})
		}
		err := secure.Handshake()
		if how == dataOther {
			return lost
		}
		c.note("(data: resumed %v, %v)", secure.ConnectionState().DidResume, err)
		if err != nil && c.reuse == ftpserver.ReuseOff {
			c.fatalf("data connection: %v", err)
		}
		sure = server || c.reuse == ftpserver.ReuseOff || secure.ConnectionState().DidResume
		far = secure
		if err != nil {
			return torn
		}
	}
	if how == dataBusy {
		return unsure
	}
	if how == dataGarbage && protected {
		conn.Write([]byte("\x17\x03\x03\x00\x20" + strings.Repeat("x", 32)))
		half.CloseWrite()
		if upload {
			return torn
		}
		return unsure // what comes behind a download need not be read
	}
	if upload {
		io.WriteString(far, "what is sent")
		switch {
		case how == dataOther:
			half.CloseWrite()
		case how == dataNoNotify && protected:
			half.CloseWrite()
			return torn
		default:
			far.Close()
		}
	} else {
		got, err := io.ReadAll(far)
		if how == dataOther {
			half.CloseWrite()
		} else if sure && line == "RETR f" && string(got) != strings.ReplaceAll(stateFile, "\n", "\r\n") {
			c.fatalf("got %q (%v)", got, err)
		}
	}
	switch {
	case how == dataOther:
		return lost
	case sure:
		return whole
	}
	return unsure
}
