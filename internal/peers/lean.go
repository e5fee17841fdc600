package peers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// quickHash is the password's, as crypt(3) made it in 1979: it costs next to nothing. Where
// logins are measured, it is the server that is to be measured, and no hash.
const quickHash = "feZUGKUOzgIxM"

// leanPassword is as much of the password as such a hash looks at.
const leanPassword = "ferry-se"

// Lean returns the foreign servers as they are at their fastest, to be measured: they log
// nothing, look up nothing, have no limits that are in the way, and check passwords by a
// comparison or a hash that costs nothing. The certificate of TLS is the same for all.
func Lean() []Server {
	return []Server{
		{Name: "vsftpd", Package: "vsftpd", privileged: true, command: vsftpdLean},
		{Name: "ProFTPD", Package: "proftpd-core", privileged: true, command: proftpdLean},
		{Name: "Pure-FTPd", Package: "pure-ftpd", privileged: true, command: pureftpdLean},
		{Name: "pyftpdlib", Package: "python3-pyftpdlib", command: func(t testing.TB, dir string, tg *Target) *exec.Cmd {
			cmd := pyftpdlib(t, dir, tg)
			cmd.Args = append(cmd.Args[:4:4], append([]string{"lean"}, cmd.Args[4:]...)...)
			return cmd
		}},
	}
}

// LeanFerry is ferry's server, of the program at path, as the others of Lean are. Sync is
// when uploads are on the disk for sure: "always" or "never".
func LeanFerry(name, path, sync string) Server {
	return Server{Name: name, command: func(_ testing.TB, _ string, tg *Target) *exec.Cmd {
		tg.User, tg.Password = account, leanPassword
		args := []string{
			"serve", tg.Root, "--listen", net.JoinHostPort(tg.Host, strconv.Itoa(tg.Port)), "--user", tg.User + ":" + tg.Password,
			"--sync", sync, "--max-sessions", "0", "--max-sessions-per-ip", "0", "--idle", "1h", "--quiet",
		}
		if p := tg.TLS; p != nil {
			args = append(args, "--tls", "require", "--cert", p.CertFile, "--key", p.KeyFile)
		}
		return exec.Command(path, args...)
	}}
}

// GoServer is a program of internal/benchmarks/rival, at path.
func GoServer(name, path string) Server {
	return Server{Name: name, command: func(_ testing.TB, _ string, tg *Target) *exec.Cmd {
		tg.User, tg.Password = account, leanPassword
		args := []string{tg.Addr(), tg.User, tg.Password, tg.Root}
		if p := tg.TLS; p != nil {
			args = append(args, p.CertFile, p.KeyFile)
		}
		return exec.Command(path, args...)
	}}
}

// vsftpdLean has one process for each session, which nothing keeps apart from the system.
func vsftpdLean(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := Require(t, "vsftpd", "vsftpd")
	tg.User, tg.Password = "anonymous", leanPassword
	check(t, os.Chmod(tg.Root, 0o755))
	tls := ""
	if p := tg.TLS; p != nil {
		tls = fmt.Sprintf(`ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
require_ssl_reuse=NO
ssl_ciphers=HIGH
rsa_cert_file=%s
rsa_private_key_file=%s
`, p.CertFile, p.KeyFile)
	}
	return exec.Command(path, configure(t, dir, "vsftpd.conf", fmt.Sprintf(`listen=YES
listen_address=%s
listen_port=%d
background=NO
one_process_model=YES
isolate=NO
isolate_network=NO
seccomp_sandbox=NO
tcp_wrappers=NO
setproctitle_enable=NO
use_sendfile=YES
max_clients=0
max_per_ip=0
idle_session_timeout=3600
anonymous_enable=YES
local_enable=NO
ftp_username=daemon
nopriv_user=nobody
anon_root=%s
anon_world_readable_only=NO
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
secure_chroot_dir=%s
connect_from_port_20=NO
xferlog_enable=NO
%s`, tg.Host, tg.Port, tg.Root, empty(t, dir), tls)))
}

func proftpdLean(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := Require(t, "proftpd", "proftpd-core")
	tg.User, tg.Password = account, leanPassword
	u, group := nobody(t)
	users := configure(t, dir, "passwd", fmt.Sprintf("%s:%s:%s:%s::%s:/bin/sh\n", account, quickHash, u.Uid, u.Gid, tg.Root))
	tls := ""
	if p := tg.TLS; p != nil {
		tls = fmt.Sprintf(`LoadModule mod_tls.c
TLSEngine on
TLSRequired on
TLSProtocol TLSv1.2 TLSv1.3
TLSECCertificateFile %s
TLSECCertificateKeyFile %s
TLSOptions NoSessionReuseRequired
`, p.CertFile, p.KeyFile)
	}
	return exec.Command(path, "--nodaemon", "--quiet", "--config", configure(t, dir, "proftpd.conf", fmt.Sprintf(`ModulePath %s
ServerType standalone
ServerName ferry
DefaultServer on
DefaultAddress %s
Port %d
SocketBindTight on
UseIPv6 off
UseReverseDNS off
User %s
Group %s
AuthOrder mod_auth_file.c
AuthUserFile %s
RequireValidShell off
DefaultRoot ~
AllowOverwrite on
UseSendfile on
DelayEngine off
ControlsEngine off
MaxInstances none
MaxClients none
TimeoutIdle 3600
TimeoutNoTransfer 0
WtmpLog off
PidFile %s
ScoreboardFile none
SystemLog none
TransferLog none
%s`, filepath.Join(filepath.Dir(filepath.Dir(path)), "lib", "proftpd"), tg.Host, tg.Port, u.Username, group, users, filepath.Join(dir, "pid"), tls)))
}

func pureftpdLean(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := Require(t, "pure-ftpd", "pure-ftpd")
	tg.User, tg.Password = account, leanPassword
	u, _ := nobody(t)
	users := configure(t, dir, "pureftpd.passwd", fmt.Sprintf("%s:%s:%s:%s::%s/./::::::::::::\n", account, quickHash, u.Uid, u.Gid, tg.Root))
	db := filepath.Join(dir, "pureftpd.pdb")
	if out, err := exec.Command(Require(t, "pure-pw", "pure-ftpd-common"), "mkdb", db, "-f", users).CombinedOutput(); err != nil {
		t.Fatalf("pure-pw: %v: %s", err, out)
	}
	return exec.Command(path, append([]string{
		"--bind", tg.Host + "," + strconv.Itoa(tg.Port),
		"--login", "puredb:" + db,
		"--noanonymous", "--chrooteveryone", "--dontresolve",
		"--maxclientsnumber", "20000", "--maxclientsperip", "20000", "--maxidletime", "60",
		"--limitrecursion", "2000000:5",
		"--syslogfacility", "none",
		"--pidfile", filepath.Join(dir, "pid"),
	}, pureftpdTLS(tg.TLS)...)...)
}
