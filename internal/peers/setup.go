package peers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Setup is how a server is set up to be judged: with all that it has, and, unlike for
// the matrices, with TLS where the client wants it. The zero Setup is the whole server
// with an account that may do everything.
type Setup struct {
	TLS       Demand
	Authority *Authority // of its certificate; nil: there is no TLS at all
	ReadOnly  bool       // the account may not write
	Anonymous bool       // the account is anonymous, and may not write
	FXP       bool       // data connections may be another's than the client's
	Password  string     // of the account; "" is one without blanks
	Zone      string     // LIST is in this zone, and MLSD is not offered; vsftpd and ProFTPD only
	PerHost   int        // control connections that one address may have; 0: as it comes
}

// A Demand says what the server demands of clients.
type Demand uint8

const (
	Offered Demand = iota // AUTH TLS, if the client likes
	Login                 // TLS before the login
	Private               // and on data connections
	Reuse                 // and the data connections' sessions are the control connection's
	AtOnce                // TLS begins with the first octet
)

// StartSetup runs a server on the loopback address of a family until the test ends. It
// reports false if the server cannot be set up so.
func StartSetup(t testing.TB, s Server, f Family, how Setup) (tg Target, ok bool) {
	t.Helper()
	if how.Password == "" {
		how.Password = password
	}
	var set func(t testing.TB, dir string, tg *Target, how Setup) *exec.Cmd
	switch s.Name {
	case "vsftpd":
		set = vsftpdSetup
	case "ProFTPD":
		set = proftpdSetup
	case "Pure-FTPd":
		set = pureftpdSetup
		ok = how.TLS != Reuse && how.TLS != AtOnce && !how.ReadOnly && !how.Anonymous
	case "pyftpdlib":
		set = pyftpdlibSetup
		ok = how.TLS != Reuse
	}
	if s.Name == "vsftpd" || s.Name == "ProFTPD" {
		ok = true
	}
	if !ok {
		return Target{}, false
	}
	s.command = func(t testing.TB, dir string, tg *Target) *exec.Cmd {
		cmd := set(t, dir, tg, how)
		if how.Zone != "" {
			cmd.Env = append(os.Environ(), "TZ="+how.Zone)
		}
		return cmd
	}
	var p *Protection
	if how.TLS == AtOnce {
		p = &Protection{TLSCell: TLSCell{Start: Implicit}, Authority: how.Authority}
	}
	return startServer(t, s, f.Host(), p, Place{}), true
}

func yes(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

// vsftpdSetup has an account of its own, unlike vsftpd: PAM finds the password in a
// database.
func vsftpdSetup(t testing.TB, dir string, tg *Target, how Setup) *exec.Cmd {
	path := Require(t, "vsftpd", "vsftpd")
	tg.User, tg.Password = account, how.Password
	if how.Anonymous {
		tg.User, tg.Password = "anonymous", "ferry@"
		check(t, os.Chmod(tg.Root, 0o755))
	}
	service := pamService(t, dir, how.Password)
	listen := "listen=YES\nlisten_address=" + tg.Host
	if tg.Host == IPv6.Host() {
		listen = "listen=NO\nlisten_ipv6=YES\nlisten_address6=" + tg.Host
	}
	tls := ""
	if a := how.Authority; a != nil {
		tls = fmt.Sprintf(`ssl_enable=YES
allow_anon_ssl=YES
force_local_logins_ssl=%s
force_local_data_ssl=%s
require_ssl_reuse=%s
implicit_ssl=%s
ssl_ciphers=HIGH
rsa_cert_file=%s
rsa_private_key_file=%s
`, yes(how.TLS >= Login), yes(how.TLS == Private || how.TLS == Reuse), yes(how.TLS == Reuse), yes(how.TLS == AtOnce), a.CertFile, a.KeyFile)
	}
	if how.PerHost > 0 {
		tls += fmt.Sprintf("max_per_ip=%d\n", how.PerHost)
	}
	return exec.Command(path, configure(t, dir, "vsftpd.conf", fmt.Sprintf(`%s
listen_port=%d
background=NO
local_enable=YES
pam_service_name=%s
guest_enable=YES
guest_username=daemon
virtual_use_local_privs=YES
local_root=%s
chroot_local_user=YES
allow_writeable_chroot=YES
local_umask=022
write_enable=%s
anonymous_enable=%s
ftp_username=daemon
nopriv_user=nobody
anon_root=%s
ascii_upload_enable=YES
ascii_download_enable=YES
async_abor_enable=YES
mdtm_write=YES
delay_failed_login=5
use_localtime=%s
port_promiscuous=%s
pasv_promiscuous=%s
connect_from_port_20=YES
ftp_data_port=%d
utf8_filesystem=YES
seccomp_sandbox=NO
secure_chroot_dir=%s
vsftpd_log_file=%s
log_ftp_protocol=YES
%s`, listen, tg.Port, service, tg.Root, yes(!how.ReadOnly), yes(how.Anonymous), tg.Root, yes(how.Zone != ""), yes(how.FXP), yes(how.FXP),
		tg.Port-1, // as RFC 959, 3.2, has it; port 20 is for all servers of this machine at once
		empty(t, dir), filepath.Join(dir, "vsftpd.log"), tls)))
}

// pamService sets up PAM, until the test ends, for an account that it finds in a database
// in dir, and returns the name of the service. Its file has to be where PAM looks for it.
func pamService(t testing.TB, dir, password string) string {
	t.Helper()
	db := filepath.Join(dir, "users")
	load := exec.Command(Require(t, "db_load", "db-util"), "-T", "-t", "hash", db+".db")
	load.Stdin = strings.NewReader(account + "\n" + password + "\n")
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("db_load: %v: %s", err, out)
	}
	service := filepath.Base(dir)
	file := filepath.Join("/etc/pam.d", service)
	check(t, os.WriteFile(file, fmt.Appendf(nil, "auth required pam_userdb.so db=%s\naccount required pam_permit.so\nsession required pam_permit.so\n", db), 0o644))
	t.Cleanup(func() { check(t, os.Remove(file)) })
	return service
}

func proftpdSetup(t testing.TB, dir string, tg *Target, how Setup) *exec.Cmd {
	var b strings.Builder
	b.WriteString("LoadModule mod_deflate.c\nDeflateEngine on\n")
	if how.Zone == "" {
		b.WriteString("TimesGMT on\n")
	} else {
		b.WriteString("TimesGMT off\nFactsAdvertise off\n")
	}
	// RFC 2577, 5, suggests 5 seconds before the answer to a wrong password.
	b.WriteString("DelayEngine on\nDelayTable none\nDelayOnEvent FailedLogin 5000\n")
	// Else active data connections come from any port instead of the one below the control port.
	b.WriteString("RootRevoke off\n")
	if a := how.Authority; a != nil {
		required := [...]string{Offered: "off", Login: "on", Private: "on", Reuse: "on", AtOnce: "off"}[how.TLS]
		if how.TLS == Login {
			required = "auth"
		}
		var options []string
		if how.TLS != Reuse {
			options = append(options, "NoSessionReuseRequired")
		}
		if how.TLS == AtOnce {
			options = append(options, "UseImplicitSSL")
		}
		b.WriteString("LoadModule mod_tls.c\nTLSEngine on\nTLSProtocol TLSv1.2 TLSv1.3\n")
		// Else, as the client of TLS after SSCN, it takes no certificate but those of authorities that it knows;
		// and else each session begins with reading all authorities of the system.
		fmt.Fprintf(&b, "TLSVerifyServer off\nTLSCACertificateFile %s\n", a.CAFile)
		fmt.Fprintf(&b, "TLSRequired %s\nTLSECCertificateFile %s\nTLSECCertificateKeyFile %s\n", required, a.CertFile, a.KeyFile)
		if len(options) > 0 {
			fmt.Fprintf(&b, "TLSOptions %s\n", strings.Join(options, " "))
		}
	}
	// To say nothing is to allow others than the client to connect to the ports of PASV.
	foreign := "off"
	if how.FXP {
		foreign = "on"
	}
	fmt.Fprintf(&b, "AllowForeignAddress %s\n", foreign)
	if how.PerHost > 0 {
		fmt.Fprintf(&b, "MaxClientsPerHost %d\n", how.PerHost)
	}
	if how.ReadOnly {
		b.WriteString("<Limit WRITE>\nDenyAll\n</Limit>\n")
	}
	cmd := proftpd(t, dir, tg, b.String())
	if how.Anonymous {
		t.Helper()
		u, group := nobody(t)
		anon := fmt.Sprintf("<Anonymous %s>\nUser %s\nGroup %s\nUserAlias anonymous %s\nRequireValidShell off\n<Limit WRITE>\nDenyAll\n</Limit>\n</Anonymous>\n", tg.Root, u.Username, group, u.Username)
		conf := filepath.Join(dir, "proftpd.conf")
		text, err := os.ReadFile(conf)
		check(t, err)
		check(t, os.WriteFile(conf, append(text, anon...), 0o600))
		// As whom anonymous acts has to be known, though nobody logs in so.
		users, err := os.OpenFile(filepath.Join(dir, "passwd"), os.O_APPEND|os.O_WRONLY, 0)
		check(t, err)
		_, err = fmt.Fprintf(users, "%s:*:%s:%s::%s:/bin/sh\n", u.Username, u.Uid, u.Gid, tg.Root)
		check(t, err)
		check(t, users.Close())
		tg.User, tg.Password = "anonymous", "ferry@"
	}
	passwords(t, filepath.Join(dir, "passwd"), how, tg)
	return cmd
}

// passwords puts the hash of another password into a file that has that of the usual one.
func passwords(t testing.TB, file string, how Setup, tg *Target) {
	t.Helper()
	if how.Password == password {
		return
	}
	out, err := exec.Command(Require(t, "openssl", "openssl"), "passwd", "-6", how.Password).Output()
	check(t, err)
	text, err := os.ReadFile(file)
	check(t, err)
	check(t, os.WriteFile(file, []byte(strings.Replace(string(text), hash, strings.TrimSpace(string(out)), 1)), 0o600))
	tg.Password = how.Password
}

func pureftpdSetup(t testing.TB, dir string, tg *Target, how Setup) *exec.Cmd {
	cmd := pureftpd(t, dir, tg)
	if how.Password != password {
		users := filepath.Join(dir, "pureftpd.passwd")
		passwords(t, users, how, tg)
		if out, err := exec.Command(Require(t, "pure-pw", "pure-ftpd-common"), "mkdb", filepath.Join(dir, "pureftpd.pdb"), "-f", users).CombinedOutput(); err != nil {
			t.Fatalf("pure-pw: %v: %s", err, out)
		}
	}
	if how.Authority != nil {
		level := [...]string{Offered: "1", Login: "2", Private: "3"}[how.TLS]
		cmd.Args = append(cmd.Args, "--tls="+level, "--certfile="+how.Authority.BothFile)
	}
	if how.FXP {
		cmd.Args = append(cmd.Args, "--allowuserfxp")
	}
	if how.PerHost > 0 {
		cmd.Args = append(cmd.Args, "--maxclientsperip="+strconv.Itoa(how.PerHost))
	}
	return cmd
}

func pyftpdlibSetup(t testing.TB, dir string, tg *Target, how Setup) *exec.Cmd {
	if a := how.Authority; a != nil {
		start := Explicit
		if how.TLS == AtOnce {
			start = Implicit
		}
		tg.TLS = &Protection{TLSCell: TLSCell{Start: start}, Authority: a}
	}
	cmd := pyftpdlib(t, dir, tg)
	var words []string
	for word, on := range map[string]bool{
		"read-only": how.ReadOnly, "anonymous": how.Anonymous, "fxp": how.FXP,
		"offered": how.TLS == Offered || how.TLS == AtOnce, "login": how.TLS == Login,
	} {
		if on {
			words = append(words, word)
		}
	}
	if how.PerHost > 0 {
		words = append(words, "per-host="+strconv.Itoa(how.PerHost))
	}
	at := slices.Index(cmd.Args, pyftpdlibScript) + 1
	cmd.Args = slices.Insert(cmd.Args, at, words...)
	at += len(words)
	cmd.Args[at+3], tg.Password = how.Password, how.Password // host port user password
	if how.Anonymous {
		tg.User, tg.Password = "anonymous", "ferry@"
	}
	if how.TLS != AtOnce {
		tg.TLS = nil // it greets in the clear
	}
	return cmd
}
