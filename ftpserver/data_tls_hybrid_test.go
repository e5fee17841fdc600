package ftpserver_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// A data connection does without a hybrid key exchange only where one that resumes
// nothing would be refused.
func TestKeyExchangeOfDataConnections(t *testing.T) {
	const (
		hybrid    = tls.X25519MLKEM768
		classical = tls.X25519
	)
	for _, tt := range []struct {
		name   string
		reuse  ftpserver.TLSReuse
		server []tls.CurveID
		client []tls.CurveID
		want   []tls.CurveID // of one download after the other
		asked  []bool        // for another half; nil: never
	}{
		{"once the client has shown that it can", ftpserver.ReuseBind, nil, nil, []tls.CurveID{hybrid, hybrid, hybrid, classical, classical}, nil},
		{"as it must", ftpserver.ReuseRequire, nil, nil, []tls.CurveID{classical, classical}, nil},
		{"it need not", ftpserver.ReuseOff, nil, nil, []tls.CurveID{hybrid, hybrid, hybrid, hybrid, hybrid}, nil},
		{"the operator wants no other", ftpserver.ReuseRequire, []tls.CurveID{hybrid}, nil, []tls.CurveID{hybrid, hybrid}, nil},
		{"the client wants no other", ftpserver.ReuseRequire, nil, []tls.CurveID{hybrid}, []tls.CurveID{hybrid, hybrid}, nil},
		{"the client has no such", ftpserver.ReuseRequire, nil, []tls.CurveID{tls.CurveP256}, []tls.CurveID{tls.CurveP256, tls.CurveP256}, nil},
		{
			"the client has no half of it at hand", ftpserver.ReuseRequire, nil, []tls.CurveID{hybrid, tls.CurveP256},
			[]tls.CurveID{tls.CurveP256, hybrid, hybrid}, []bool{true, false, false},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.withTLS().CurvePreferences = tt.server
				w.cfg.TLS.Reuse = tt.reuse
				cfg := trusting(new(ticketCache))
				cfg.CurvePreferences = tt.client
				c := w.connectTLS(cfg)
				w.upload(c, "f", noise(1000), cfg)
				if tt.reuse == ftpserver.ReuseBind {
					c = w.connectTLS(cfg) // what was learnt of the upload is not known here
				}
				for i, want := range tt.want {
					if i == 0 && tt.asked != nil {
						c = w.connectTLS(cfg)
					}
					_, s := w.download(c, "f", cfg)
					if s.CurveID != want || !s.DidResume || s.HelloRetryRequest != (tt.asked != nil && tt.asked[i]) {
						t.Errorf("download %d: %v, resumed: %v, asked again: %v; want %v", i, s.CurveID, s.DidResume, s.HelloRetryRequest, want)
					}
				}
			})
		})
	}
}

// Nothing goes over a data connection whose key exchange was not hybrid though both can,
// and that has resumed nothing in the end: here one with a ticket of another control
// connection, which a client may well mistake for its own.
func TestUnboundIsNoWorseProtected(t *testing.T) {
	for reuse := ftpserver.ReuseBind; reuse <= ftpserver.ReuseOff; reuse++ {
		t.Run(fmt.Sprint(reuse), func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.withTLS()
				w.cfg.TLS.Reuse = reuse
				own, others := trusting(new(ticketCache)), trusting(new(ticketCache))
				c := w.connectTLS(own)
				w.connectTLS(others)
				w.upload(c, "f", noise(1000), own)
				for range 4 {
					w.download(c, "f", own)
				}
				conn := w.transfer(c, "RETR f", others)
				got, err := io.ReadAll(conn)
				reply := c.reply()
				went := err == nil && len(got) == 1000 && reply.Code == ftp.CodeDone
				if isHybrid := conn.ConnectionState().CurveID == tls.X25519MLKEM768; went != isHybrid || !went && len(got) > 0 {
					t.Errorf("%d octets came (%v, %v) by %v", len(got), err, reply, conn.ConnectionState().CurveID)
				}
				if want := reuse == ftpserver.ReuseOff; went != want {
					t.Errorf("went over: %v, want %v", went, want)
				}
			})
		})
	}
}
