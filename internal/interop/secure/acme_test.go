package secure_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// A daemon is a ferry serve of its own.
type daemon struct {
	addr  string
	lines chan string
	cmd   *exec.Cmd
	said  strings.Builder // what await has read
}

// serveFerry starts one that ends with the test, if not before.
func serveFerry(t *testing.T, args ...string) *daemon {
	t.Helper()
	d := &daemon{lines: make(chan string, 1000)}
	d.cmd = rig.Command(t, rig.Invocation{Path: rig.Ferry(t), Args: append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)})
	stderr, err := d.cmd.StderrPipe()
	check(t, err)
	check(t, d.cmd.Start())
	go func() {
		defer close(d.lines)
		for s := bufio.NewScanner(stderr); s.Scan(); {
			d.lines <- s.Text()
		}
	}()
	t.Cleanup(func() { d.end() })
	d.addr = d.await(t, `^  ftp://([^/]+)/$`)[1]
	return d
}

// end ends it at once.
func (d *daemon) end() {
	_ = d.cmd.Process.Kill()
	for range d.lines {
	}
	_ = d.cmd.Wait() // it was killed
}

// await returns the submatches of a pattern in the next line that has it.
func (d *daemon) await(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	limit := time.After(60 * time.Second)
	for {
		select {
		case line, more := <-d.lines:
			fmt.Fprintln(&d.said, line)
			if m := re.FindStringSubmatch(line); m != nil {
				return m
			}
			if !more {
				t.Fatalf("ferry ended before it said %s:\n%s", pattern, d.said.String())
			}
		case <-limit:
			t.Fatalf("ferry does not say %s:\n%s", pattern, d.said.String())
		}
	}
}

// leaf returns the certificate that a client gets who asks for name by AUTH TLS. It
// has to be for host, and signed by an issuer.
func (d *daemon) leaf(t *testing.T, name, host string, issuer *x509.CertPool) *x509.Certificate {
	t.Helper()
	conn, err := net.Dial("tcp", d.addr)
	check(t, err)
	defer conn.Close()
	c := textproto.NewConn(conn)
	_, _, err = c.ReadResponse(220)
	check(t, err)
	check(t, c.PrintfLine("AUTH TLS"))
	_, _, err = c.ReadResponse(234)
	check(t, err)
	// It is good for seconds, which a slow machine may take to get here.
	secure := tls.Client(conn, &tls.Config{ServerName: name, InsecureSkipVerify: true})
	check(t, secure.HandshakeContext(t.Context()))
	chain := secure.ConnectionState().PeerCertificates
	o := x509.VerifyOptions{DNSName: host, Roots: issuer, Intermediates: x509.NewCertPool(), CurrentTime: chain[0].NotBefore}
	for _, c := range chain[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err = chain[0].Verify(o)
	check(t, err)
	return chain[0]
}

// acmeFlags are those of a server that has a certificate from a by one of its ways to
// look at servers.
func acmeFlags(a peers.ACME, way, state string) []string {
	ports := map[string]int{"http": a.HTTPPort, "tls": a.TLSPort}
	for w := range ports {
		if w != way {
			ports[w] = 0
		}
	}
	return []string{
		"--tls", "control", "--state", state, "--acme", "Ftp.ferry.example", "--acme-email", "me@ferry.example",
		"--acme-ca", a.Directory, "--acme-ca-root", a.Root, "--acme-listen", "127.0.0.1",
		"--acme-http-port", fmt.Sprint(ports["http"]), "--acme-tls-port", fmt.Sprint(ports["tls"]),
	}
}

// An authority issues a certificate by each of its ways to look at the server.
func TestACME(t *testing.T) {
	rig.NotShort(t, "an authority takes its time")
	t.Parallel()
	for _, way := range []string{"http", "tls"} {
		t.Run(way, func(t *testing.T) {
			authority := peers.StartACME(t, time.Hour)
			state := filepath.Join(t.TempDir(), "state")
			d := serveFerry(t, append(acmeFlags(authority, way, state), t.TempDir())...)
			d.await(t, "certificate issued.*name=ftp.ferry.example.*renewed=false")
			first := d.leaf(t, "ftp.ferry.example", "ftp.ferry.example", authority.Issuer(t))
			// A client that asks for no name gets it, too.
			if second := d.leaf(t, "", "ftp.ferry.example", authority.Issuer(t)); !second.Equal(first) {
				t.Error("there is a second certificate")
			}
			for _, file := range []string{"tls", "tls/acme"} {
				if info, err := os.Stat(filepath.Join(state, file)); err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("%s: %v, %v", file, info, err)
				}
			}
			check(t, d.cmd.Process.Signal(os.Interrupt))
			for range d.lines {
			}
			check(t, d.cmd.Wait())
		})
	}
}

// A start renews a certificate that has run out.
func TestACMERenewal(t *testing.T) {
	rig.NotShort(t, "a certificate has to run out")
	t.Parallel()
	authority := peers.StartACME(t, 2*time.Second)
	state, root := t.TempDir(), t.TempDir()
	var first *x509.Certificate
	var flags []string
	// Pebble (2.10) does not find the certificate that is to be replaced if the first
	// bit of its serial number is set.
	for i := 0; first == nil || first.SerialNumber.BitLen()%8 == 0; i++ {
		flags = append(acmeFlags(authority, "http", filepath.Join(state, fmt.Sprint(i))), root)
		d := serveFerry(t, flags...)
		d.await(t, "certificate issued.*renewed=false")
		first = d.leaf(t, "", "ftp.ferry.example", authority.Issuer(t))
		d.end()
	}
	<-time.After(time.Until(first.NotAfter.Add(time.Second)))
	d := serveFerry(t, flags...)
	d.await(t, "certificate issued.*renewed=true")
	// It says so when the authority has issued it, a moment before the first client gets it.
	limit := time.After(30 * time.Second)
	for {
		second := d.leaf(t, "", "ftp.ferry.example", authority.Issuer(t))
		if second.SerialNumber.Cmp(first.SerialNumber) != 0 && second.NotAfter.After(first.NotAfter) {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-limit:
			t.Fatalf("the certificate is still the one until %v", first.NotAfter)
		}
	}
}
