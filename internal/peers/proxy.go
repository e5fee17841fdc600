package peers

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// A Proxy is a foreign proxy that StartProxy can run.
type Proxy struct {
	Name    string
	Package string // Debian's
	Scheme  string // of its URL
	Login   string // how one logs in through it, if it speaks FTP; see ftpclient.Proxy
	TLS     bool   // it has TLS of its own, and speaks FTP

	privileged bool
	// command makes the configuration in dir, and returns the command that serves on
	// the port in the foreground.
	command func(t testing.TB, dir string, how ProxySetup, port int) *exec.Cmd
}

// ProxySetup is how a proxy is set up. The zero ProxySetup lets everybody through to
// everything.
type ProxySetup struct {
	User, Password string // who is let through; not every proxy can ask
	Only           int    // the only port that HTTP proxies connect to; 0 all
	Authority      *Authority
}

// StartProxy runs a proxy on 127.0.0.1 until the test ends, and returns its URL
// without user and password.
func StartProxy(t testing.TB, p Proxy, how ProxySetup) string {
	t.Helper()
	if p.privileged && os.Getuid() != 0 {
		missing(t, p.Name+" has to be started by root")
	}
	dir := directory(t)
	var err error
	for range 3 {
		port := freePort(t, IPv4.Host())
		at := net.JoinHostPort(IPv4.Host(), strconv.Itoa(port))
		err = launch(t, p.command(t, dir, how, port), dir, func(deadline time.Time) error {
			conn, err := net.DialTimeout("tcp", at, time.Until(deadline))
			if err != nil {
				return err
			}
			return conn.Close()
		})
		if err == nil {
			return p.Scheme + "://" + at
		}
	}
	t.Fatalf("%s does not serve: %v", p.Name, err)
	return ""
}

// Microsocks is a small SOCKS5 proxy, which has CONNECT alone.
func Microsocks() Proxy {
	return Proxy{Name: "microsocks", Package: "microsocks", Scheme: "socks5", command: func(t testing.TB, _ string, how ProxySetup, port int) *exec.Cmd {
		args := []string{"-i", IPv4.Host(), "-p", strconv.Itoa(port)}
		if how.User != "" {
			args = append(args, "-u", how.User, "-P", how.Password)
		}
		return exec.Command(Require(t, "microsocks", "microsocks"), args...)
	}}
}

// Dante is the SOCKS5 proxy that has all of the protocol.
func Dante() Proxy {
	return Proxy{Name: "Dante", Package: "dante-server", Scheme: "socks5", privileged: true, command: func(t testing.TB, dir string, _ ProxySetup, port int) *exec.Cmd {
		conf := configure(t, dir, "danted.conf", fmt.Sprintf(`logoutput: stderr
internal: 127.0.0.1 port = %d
external: 127.0.0.1
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 command: bind connect bindreply }
`, port))
		return exec.Command(Require(t, "danted", "dante-server"), "-f", conf, "-p", filepath.Join(dir, "pid"))
	}}
}

// Tinyproxy is an HTTP proxy.
func Tinyproxy() Proxy {
	return Proxy{Name: "tinyproxy", Package: "tinyproxy-bin", Scheme: "http", command: func(t testing.TB, dir string, how ProxySetup, port int) *exec.Cmd {
		text := fmt.Sprintf("Port %d\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nAllow 127.0.0.1\nLogLevel Connect\nLogFile %q\n", port, filepath.Join(dir, "proxy.log"))
		if how.User != "" {
			text += fmt.Sprintf("BasicAuth %s %s\n", how.User, how.Password)
		}
		if how.Only != 0 {
			text += fmt.Sprintf("ConnectPort %d\n", how.Only)
		}
		return exec.Command(Require(t, "tinyproxy", "tinyproxy-bin"), "-d", "-c", configure(t, dir, "tinyproxy.conf", text))
	}}
}

// FTPProxy is the proxy of the SuSE Proxy-Suite, which speaks FTP.
func FTPProxy() Proxy {
	return Proxy{Name: "ftp-proxy", Package: "ftp-proxy", Scheme: "ftp", Login: "user@host", command: func(t testing.TB, dir string, _ ProxySetup, port int) *exec.Cmd {
		conf := configure(t, dir, "ftp-proxy.conf", fmt.Sprintf(`[-Global-]
ServerType standalone
Listen 127.0.0.1
Port %d
DestinationAddress 127.0.0.1
AllowMagicUser yes
ForkLimit 10000
LogDestination %s
PidFile %s
`, port, filepath.Join(dir, "proxy.log"), filepath.Join(dir, "pid")))
		return exec.Command(Require(t, "ftp-proxy", "ftp-proxy"), "-n", "-f", conf)
	}}
}

// ModProxy is ProFTPD as a proxy that speaks FTP, with TLS if the setup has an authority.
// A login at the proxy itself is more than Debian's can do: it gives up being root then, and
// ends the session for want of it ("unable to chroot").
func ModProxy() Proxy {
	return Proxy{Name: "mod_proxy", Package: "proftpd-mod-proxy", Scheme: "ftp", Login: "user@host", TLS: true, privileged: true,
		command: func(t testing.TB, dir string, how ProxySetup, port int) *exec.Cmd {
			if _, err := os.Stat(unpacked("usr/lib/proftpd/mod_proxy.so")); err != nil {
				missing(t, "mod_proxy is not installed: run .ci/peers")
			}
			tg := &Target{Host: IPv4.Host(), Port: port, Root: filepath.Join(dir, "root")}
			tables := filepath.Join(dir, "tables")
			if err := os.MkdirAll(tables, 0o755); err != nil {
				t.Fatal(err)
			}
			more := fmt.Sprintf(`DelayEngine off
LoadModule mod_tls.c
LoadModule mod_proxy.c
<IfModule mod_proxy.c>
ProxyEngine on
ProxyLog %s
ProxyRole forward
ProxyTables %s
ProxyForwardMethod user@host
ProxyTLSEngine off
<Class everybody>
From all
ProxyForwardEnabled on
</Class>
</IfModule>
`, filepath.Join(dir, "proxy.log"), tables)
			if a := how.Authority; a != nil {
				more += fmt.Sprintf("TLSEngine on\nTLSRequired off\nTLSOptions NoSessionReuseRequired\nTLSECCertificateFile %s\nTLSECCertificateKeyFile %s\n", a.CertFile, a.KeyFile)
			}
			cmd := proftpd(t, dir, tg, more)
			conf := filepath.Join(dir, "proftpd.conf")
			text, err := os.ReadFile(conf)
			check(t, err)
			// It shuts itself into a directory of its own once it has connected, which it has to
			// be root for.
			text = bytes.ReplaceAll(text, []byte("DefaultRoot ~\n"), []byte("RootRevoke off\nCapabilitiesEngine off\n"))
			text = bytes.ReplaceAll(text, []byte("SocketBindTight on\n"), nil)
			check(t, os.WriteFile(conf, text, 0o600))
			return cmd
		}}
}

// Account is the account of the servers that have one of their own.
func Account() (user, secret string) { return account, password }
