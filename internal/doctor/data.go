package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// outcome is how a listing over a data connection went.
type outcome struct {
	octets int64
	err    error // nil: it came
}

// enough is how much of a listing is read: it is not the listing that is wanted.
const enough = 256 << 10

// fetch lists over a data connection that is made in one way alone.
func (e *examination) fetch(ctx context.Context, c *ftpclient.Conn, way ftpclient.DataMode) outcome {
	cmd := ftpclient.Command{Verb: "LIST", Data: way, Params: &ftp.Params{Type: 'A'}}
	if c.Features().Has("MLST") {
		cmd.Verb, cmd.Arg = "MLSD", e.path() // LIST takes some names for patterns and options
	}
	t, err := c.Begin(ctx, cmd)
	if err != nil {
		return outcome{err: err}
	}
	n, err := io.CopyN(io.Discard, t, enough)
	if err == io.EOF {
		err = nil
	}
	if err == nil {
		err = t.Close()
	} else {
		t.Abort()
	}
	return outcome{n, err}
}

// path is the path of the directory on the server, "" for the first.
func (e *examination) path() string {
	root, dir := e.o.Client.Root, e.o.Dir
	switch {
	case dir == "" || dir == ".":
		return root
	case root == "":
		return dir
	}
	return strings.TrimSuffix(root, "/") + "/" + dir
}

// passive looks whether data connections to the server can be made, in either way by
// itself: which of them a program uses is for it to choose.
func (e *examination) passive(ctx context.Context) error {
	type try struct {
		check, verb string
		way         ftpclient.DataMode
		got         outcome
	}
	tries := []*try{{check: "passive.epsv", verb: "EPSV", way: ftpclient.DataEPSV}}
	if a := e.server(); !a.IsValid() || a.Is4() {
		tries = append(tries, &try{check: "passive.pasv", verb: "PASV", way: ftpclient.DataPASV})
	}
	for _, t := range tries {
		e.seen.forget(ftp.CodePassive)
		err := e.with(ctx, func(c *ftpclient.Conn) error {
			t.got = e.fetch(ctx, c, t.way)
			return t.got.err
		})
		if err != nil {
			return err
		}
		e.works = e.works || t.got.err == nil
	}
	for _, t := range tries {
		e.data(t.check, t.verb, t.got)
		if t.way == ftpclient.DataPASV {
			e.address()
		}
	}
	return nil
}

// data tells how one of the passive ways went.
func (e *examination) data(check, verb string, got outcome) {
	var re *ftpclient.ReplyError
	var ce *ftpclient.ConnError
	var te *ftpclient.TruncatedError
	advice := "Open the range of passive ports at the firewall of the server, and have the server use that range. " +
		"Where a firewall looks into FTP, TLS hides from it which port is meant."
	tell := e.fail
	if e.works {
		tell = e.warn // there is the other
	}
	switch {
	case got.err == nil:
		e.ok(check, fmt.Sprintf("Data connections by %s work: a listing of %d octets has come.", verb, got.octets))
	case errors.As(got.err, &te):
		tell(check, "A listing has come by "+verb+", but its end is not marked (close_notify of TLS): nobody can tell whether it was cut.",
			"Bring the server up to date. ferry takes it with --tls-loose-end.")
	case errors.As(got.err, &re) && re.Command == verb:
		text := fmt.Sprintf("The server does not have %s: %s", verb, said(re))
		if e.works {
			e.note(check, text, "")
		} else {
			e.fail(check, text, "")
		}
	case errors.As(got.err, &ce) && ce.Data && timedOut(ce) && ce.Op == "connect":
		tell(check, fmt.Sprintf("The server answers %s, and nothing answers at the port that it names: %s", verb, sentence(ce)), advice)
	case errors.As(got.err, &ce) && ce.Data:
		tell(check, fmt.Sprintf("The server answers %s, and the data connection fails: %s", verb, sentence(ce)), advice)
	case errors.As(got.err, &re):
		tell(check, fmt.Sprintf("With %s the listing is refused: %s", verb, sentence(re)), "")
	default:
		tell(check, fmt.Sprintf("With %s the listing fails: %s", verb, sentence(got.err)), "")
	}
}

// address looks at the address in the reply to PASV, which other programs connect to.
func (e *examination) address() {
	r := e.seen.last(ftp.CodePassive)
	if r.IsZero() {
		return
	}
	ap, err := ftp.ParsePassive(r.Text())
	is, named := e.server(), ap.Addr()
	const check = "passive.address"
	const setting = "Tell the server its outer address (pasv_address of vsftpd, MasqueradeAddress of ProFTPD, ForcePassiveIP of Pure-FTPd, --passive-address of ferry)."
	switch {
	case err != nil || !is.IsValid() || !named.IsValid():
	case named == is:
		e.ok(check, fmt.Sprintf("PASV names the address that the server is reached at, %v.", named))
	case named.IsUnspecified():
		e.note(check, "PASV names no address, 0.0.0.0, which most programs take for that of the control connection.", "")
	case inner(named) && !inner(is):
		e.warn(check, fmt.Sprintf("PASV names %v, which is reached from the server's own network alone, instead of %v: the server does not know that it is behind a NAT. ferry takes no notice; many programs do, and then get no data connection.", named, is), setting)
	default:
		e.warn(check, fmt.Sprintf("PASV names %v, and the server is reached at %v. ferry connects to the latter; other programs connect elsewhere, or refuse.", named, is), setting)
	}
}

// inner reports whether an address can be reached from its own network alone.
func inner(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() }

// active looks whether the server can connect to here.
func (e *examination) active(ctx context.Context) error {
	const check = "active"
	if e.o.Client.Proxy != nil && e.o.Client.Proxy.Kind != ftpclient.ProxyFTP {
		return nil
	}
	return e.with(ctx, func(c *ftpclient.Conn) error {
		got := e.fetch(ctx, c, ftpclient.DataActive)
		var re *ftpclient.ReplyError
		switch {
		case got.err == nil:
			e.ok(check, "Active mode works: the server reaches this computer.")
		case errors.As(got.err, &re) && (re.Command == "PORT" || re.Command == "EPRT"):
			e.note(check, "The server does not connect to clients (active mode): "+said(re), "")
		case errors.As(got.err, &re) && re.Reply.Code >= 500:
			e.note(check, "Whether the server reaches this computer (active mode) cannot be told, since the listing is refused.", "")
		case e.works:
			e.note(check, "The server cannot reach this computer (active mode), as usual behind a NAT or firewall. Passive mode does not need it.",
				"Who needs active mode passes some ports on to this computer: --active-ports and --active-address.")
		default:
			e.fail(check, "The server cannot reach this computer (active mode): "+sentence(got.err),
				"Passive mode is to be preferred: mend that first.")
		}
		return got.err
	})
}

// listing looks at what listings are worth.
func (e *examination) listing(ctx context.Context) error {
	return e.with(ctx, func(c *ftpclient.Conn) error {
		if c.Features().Has("MLST") {
			e.ok("listing", "Listings are in a form for programs (MLSD): sizes and times are exact, and in UTC.")
			return nil
		}
		e.warn("listing", "There is no MLSD: listings are in a form for people, with times to the minute or the day and in the zone of the server.",
			"ferry finds the zone out where MDTM tells it; --server-tz says it. A newer server has MLSD.")
		return nil
	})
}
