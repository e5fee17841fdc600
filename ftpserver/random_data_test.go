package ftpserver_test

import (
	"bufio"
	"context"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// set follows what the server has taken of TYPE, STRU and MODE.
func (r *randomSession) set(verb, arg string) {
	switch verb {
	case "TYPE":
		r.params, _ = r.params.SetType(arg)
	case "STRU":
		r.params, _ = r.params.SetStru(arg)
	case "MODE":
		r.params, _ = r.params.SetMode(arg)
		if !(ftp.Codec{Params: r.params}).KeepsOpen() {
			r.hangUp()
		}
	}
}

// hangUp closes the data connection that was left open.
func (r *randomSession) hangUp() {
	if r.conn != nil {
		r.conn.Close()
		r.conn = nil
	}
}

// transfer does the client's side of a transfer, or breaks it off.
func (r *randomSession) transfer(c *ftp.Command, code ftp.Code) {
	if r.conn == nil != (code == ftp.CodeOpening) {
		r.w.t.Errorf("%d, and a data connection is open: %v", code, r.conn != nil)
	}
	how := r.rand.IntN(10)
	if r.conn == nil && r.data != "" && how > 0 {
		r.conn, _ = r.w.net.Host(client4).Dial(context.Background(), "tcp", nil, r.data)
	}
	abort := how == 0 && (r.data != "" || r.conn != nil)
	r.data = ""
	r.broken = how == 3
	switch {
	case abort:
		r.c.send("ABOR")
		defer r.check(ftp.Lookup("ABOR"))
	case r.conn != nil:
		r.move(c.Name, how)
	}
	reply := r.check(c)
	if reply.Code.Preliminary() {
		r.w.t.Errorf("%s was announced twice", c.Name)
	}
	if r.broken = false; reply.Code != ftp.CodeActionDone || abort {
		r.hangUp()
	}
}

// move does what is to be done on the data connection.
func (r *randomSession) move(verb string, how int) {
	conn := r.conn
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok && how == 2 {
		tcp.SetLinger(0)
	}
	codec := ftp.Codec{Params: r.params}
	marked := codec.KeepsOpen() && verb != "MLSD"
	switch {
	case how == 1 || how == 2:
		// nothing is read or written
	case (verb == "STOR" || verb == "APPE" || verb == "STOU") && how == 3:
		nonsense := make([]byte, r.rand.IntN(300))
		for i := range nonsense {
			nonsense[i] = byte(r.rand.IntN(256))
		}
		conn.Write(nonsense)
	case verb == "STOR" || verb == "APPE" || verb == "STOU":
		codec.Every = 100
		w := codec.NewWriter(conn)
		_, err := io.WriteString(w, strings.Repeat("a line of it   \nxx", r.rand.IntN(1000)))
		if err == nil && w.Close() == nil && marked {
			return // and it stays open
		}
	case marked:
		// The framing is all that counts, and that is the same for all types.
		octets := ftp.Codec{Params: ftp.Params{Type: 'I', Stru: 'F', Mode: r.params.Mode}}
		if _, err := io.Copy(io.Discard, octets.NewReader(bufio.NewReader(conn))); err == nil {
			return
		}
	default:
		io.Copy(io.Discard, conn)
	}
	conn.Close()
}
