package doctor

import (
	"context"
	"crypto/tls"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// dataTLS looks at the protection of data connections.
func (e *examination) dataTLS(ctx context.Context) error {
	control, data := e.seen.states()
	if control == nil || !e.works {
		return nil
	}
	if data == nil {
		e.warn("data.tls", "The login is protected, and files are not: data connections are in the clear.", "Allow PROT P at the server.")
		return nil
	}
	resumed := "They begin a TLS session of their own each, which costs time."
	if data.DidResume {
		resumed = "They resume the session of the control connection."
	}
	e.ok("data.tls", "Data connections are protected by "+tls.VersionName(data.Version)+". "+resumed)
	if data.DidResume {
		e.demand(ctx)
	}
	return nil
}

// demand looks whether the server takes data connections that do not resume, on a
// connection that has forgotten its session.
func (e *examination) demand(ctx context.Context) {
	o := e.o.Client
	config := &tls.Config{}
	if o.TLS.Config != nil {
		config = o.TLS.Config.Clone()
	}
	config.SessionTicketsDisabled = true
	o.TLS.Config = config
	c, err := ftpclient.Dial(ctx, e.o.Addr, &o)
	if err != nil {
		return // it may count logins; nothing was found out
	}
	defer c.Quit(ctx)
	got := e.fetch(ctx, c, ftpclient.DataPassive)
	switch {
	case got.err == nil:
		e.note("data.resumption", "The server takes data connections that do not resume the session, too, as every program makes them.", "")
	case gone(got.err) && timedOut(got.err):
		return
	default:
		e.note("data.resumption", "The server demands that data connections resume the session of the control connection, which proves that the same client makes them: "+sentence(got.err),
			"Programs that cannot do so fail here. It is safer so; who has to let them in switches it off (require_ssl_reuse of vsftpd, NoSessionReuseRequired of ProFTPD, --tls-reuse of ferry).")
	}
}
