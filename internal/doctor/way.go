package doctor

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// way looks how the server can be reached: by which addresses, and whether an FTP
// server greets there. The login finds out the same again where nothing greets, so that
// this never ends the examination.
func (e *examination) way(ctx context.Context) error {
	if p := e.o.Client.Proxy; p != nil {
		e.note("name", "All connections are made through the proxy "+p.String()+", so that names and addresses are its business.", "")
		return nil
	}
	addrs := e.addresses(ctx)
	var reached, not []netip.Addr
	for _, family := range []func(netip.Addr) bool{netip.Addr.Is6, netip.Addr.Is4} {
		for _, a := range addrs {
			if family(a) {
				if e.control(ctx, a) {
					reached = append(reached, a)
				} else {
					not = append(not, a)
				}
				break
			}
		}
	}
	if len(reached) > 0 {
		for _, a := range not {
			e.warn("control."+familyOf(a), fmt.Sprintf("The name leads to %v, too, and no FTP server greets there: programs that prefer %s lose time, or give up.", a, familyName(a)),
				fmt.Sprintf("Let the server listen on %v, or take the address out of the DNS.", a))
		}
	} else {
		for _, a := range not {
			e.fail("control."+familyOf(a), fmt.Sprintf("No FTP server greets at %s.", net.JoinHostPort(a.String(), e.port)),
				"Check the port, the firewall of the server, and whether the server runs.")
		}
	}
	return nil
}

// addresses resolves the name of the host.
func (e *examination) addresses(ctx context.Context) []netip.Addr {
	if a, err := netip.ParseAddr(e.host); err == nil {
		return []netip.Addr{a}
	}
	lctx, cancel := context.WithTimeout(ctx, e.o.Client.Timeout)
	defer cancel()
	addrs, err := e.o.Lookup(lctx, e.host)
	if err != nil || len(addrs) == 0 {
		text := fmt.Sprintf("The name %s leads to no address.", e.host)
		if err != nil {
			text = fmt.Sprintf("The name %s cannot be resolved: %s", e.host, sentence(err))
		}
		e.fail("name", text, "Check how the name is written, and the DNS.")
		return nil
	}
	var words []string
	for i, a := range addrs {
		addrs[i] = a.Unmap()
		words = append(words, addrs[i].String())
	}
	e.ok("name", fmt.Sprintf("The name %s leads to %s.", e.host, strings.Join(words, ", ")))
	return addrs
}

// control reports whether an FTP server greets at the address, and tells if one does.
func (e *examination) control(ctx context.Context, a netip.Addr) bool {
	dctx, cancel := context.WithTimeout(ctx, e.o.Client.Timeout)
	defer cancel()
	var local net.Addr
	if l := e.o.Client.Local; l.IsValid() && l.Is4() == a.Is4() {
		local = net.TCPAddrFromAddrPort(netip.AddrPortFrom(l, 0))
	}
	begun := time.Now()
	conn, err := e.o.Client.Net.Dial(dctx, "tcp", local, net.JoinHostPort(a.String(), e.port))
	if err != nil {
		return false
	}
	defer conn.Close()
	took := time.Since(begun)
	e.saw(took)
	at := net.JoinHostPort(a.String(), e.port)
	if e.o.Client.Security == ftpclient.SecurityImplicit {
		e.ok("control."+familyOf(a), fmt.Sprintf("%s takes connections by %s, after %s.", at, familyName(a), span(took)))
		return true
	}
	conn.SetDeadline(begun.Add(e.o.Client.Timeout))
	rr := ftp.NewReplyReader(conn)
	greeting, err := rr.Read()
	for err == nil && greeting.Code.Preliminary() {
		greeting, err = rr.Read()
	}
	if err != nil || !greeting.Code.OK() {
		return false
	}
	e.greeted = true
	e.ok("control."+familyOf(a), fmt.Sprintf("An FTP server greets at %s by %s, after %s: %q.", at, familyName(a), span(time.Since(begun)), firstLine(greeting)))
	e.ahead(conn, rr)
	return true
}

// ahead sends commands ahead of their replies, once, on a connection that nobody is logged
// in on: whatever is said to each, there have to be as many replies.
func (e *examination) ahead(conn net.Conn, rr *ftp.ReplyReader) {
	const commands = "NOOP\r\nNOOP\r\nQUIT\r\n"
	if _, err := io.WriteString(conn, commands); err != nil {
		return
	}
	var got []ftp.Code
	for len(got) < 3 {
		r, err := rr.Read()
		if err != nil {
			break
		}
		got = append(got, r.Code)
	}
	const check = "pipelining"
	if len(got) == 3 && got[2] == ftp.CodeBye {
		e.ok(check, "Commands that are sent ahead of the replies are queued, and answered one by one.")
		return
	}
	e.note(check, fmt.Sprintf("Of three commands that are sent at once, %d are answered: the server does not queue them.", len(got)),
		"Programs that send commands ahead of the replies (lftp with ftp:sync-mode off) have to be told not to.")
}

func firstLine(r ftp.Reply) string {
	line, _, _ := strings.Cut(r.Text(), "\n")
	return strings.TrimSpace(line)
}

// saw notes how long a round trip may take.
func (e *examination) saw(d time.Duration) {
	if e.rtt == 0 || d < e.rtt {
		e.rtt = d
	}
}

func familyOf(a netip.Addr) string {
	if a.Is4() {
		return "ipv4"
	}
	return "ipv6"
}

func familyName(a netip.Addr) string {
	if a.Is4() {
		return "IPv4"
	}
	return "IPv6"
}

// span is a time as people read it.
func span(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return d.Round(100 * time.Millisecond).String()
}
