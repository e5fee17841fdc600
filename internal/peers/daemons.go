package peers

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The account of the servers that can have one of their own. The hash is the
// password's, as crypt(3) makes it with SHA-512.
const (
	account  = "ferry"
	password = "ferry-secret"
	hash     = "$6$ferrytests$pysMURWWM9GnO6f87yNXWmjvmxG8fsRU7uYjoO0dDec24k5bU5AWt7u5uLlE896gRRo9H5c7ca4V0mpgLq/My/"
)

// VSFTPD returns vsftpd. Its named accounts are those of the system, so the one
// here is the anonymous. It may do everything but write in the root itself: an
// anonymous session refuses to start in a root that it could write. It also
// passes through the home directory of ftp_username, which therefore has to be a
// user whose home exists.
func VSFTPD() Server {
	return Server{Name: "vsftpd", Package: "vsftpd", privileged: true, command: vsftpd}
}

func vsftpd(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := Require(t, "vsftpd", "vsftpd")
	tg.User, tg.Password = "anonymous", password
	check(t, os.Chmod(tg.Root, 0o755))
	listen := "listen=YES\nlisten_address=" + tg.Host
	if tg.Host == IPv6.Host() {
		listen = "listen=NO\nlisten_ipv6=YES\nlisten_address6=" + tg.Host
	}
	conf := configure(t, dir, "vsftpd.conf", fmt.Sprintf(`%s
listen_port=%d
background=NO
anonymous_enable=YES
local_enable=NO
ftp_username=daemon
nopriv_user=nobody
anon_root=%s
anon_world_readable_only=NO
anon_umask=022
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
ascii_upload_enable=YES
ascii_download_enable=YES
seccomp_sandbox=NO
secure_chroot_dir=%s
connect_from_port_20=NO
xferlog_enable=YES
xferlog_std_format=NO
log_ftp_protocol=YES
vsftpd_log_file=%s
%s%s`, listen, tg.Port, tg.Root, empty(t, dir), filepath.Join(dir, "vsftpd.log"), vsftpdTLS(tg.TLS), vsftpdPlace(tg.Place)))
	return exec.Command(path, conf)
}

func vsftpdPlace(p Place) (lines string) {
	if p.Public != "" {
		lines += "pasv_address=" + p.Public + "\n"
	}
	if p.Ports[0] > 0 {
		lines += fmt.Sprintf("pasv_min_port=%d\npasv_max_port=%d\n", p.Ports[0], p.Ports[1])
	}
	return lines
}

// empty returns a directory for vsftpd's unprivileged half.
func empty(t testing.TB, dir string) string {
	name := filepath.Join(dir, "empty")
	check(t, os.MkdirAll(name, 0o755))
	return name
}

// ProFTPD returns ProFTPD, with the modules that copy files, hash them, and do what
// SITE is for elsewhere.
func ProFTPD() Server {
	return Server{Name: "ProFTPD", Package: "proftpd-core", privileged: true, command: func(t testing.TB, dir string, tg *Target) *exec.Cmd {
		return proftpd(t, dir, tg, "DelayEngine off\n"+proftpdTLS(tg.TLS, dir))
	}}
}

// ProFTPDForFXP is ProFTPD as its manual has it set up for transfers between servers:
// data connections may be another's than the client's, and TLS demands of them no
// session of the control connection, which another server cannot have. CCC is allowed
// besides, which TLSRequired on forbids.
func ProFTPDForFXP() Server {
	return Server{Name: "ProFTPD", Package: "proftpd-core", privileged: true, command: func(t testing.TB, dir string, tg *Target) *exec.Cmd {
		lines := strings.Replace(proftpdTLS(tg.TLS, dir), "TLSRequired on", "TLSRequired auth+data\nTLSOptions NoSessionReuseRequired", 1)
		return proftpd(t, dir, tg, "DelayEngine off\n"+lines+"AllowForeignAddress on\n")
	}}
}

func proftpd(t testing.TB, dir string, tg *Target, more string) *exec.Cmd {
	path := Require(t, "proftpd", "proftpd-core")
	tg.User, tg.Password = account, password
	u, group := nobody(t)
	users := configure(t, dir, "passwd", fmt.Sprintf("%s:%s:%s:%s::%s:/bin/sh\n", account, hash, u.Uid, u.Gid, tg.Root))
	at := func(name string) string { return filepath.Join(dir, name) }
	modules := filepath.Join(filepath.Dir(filepath.Dir(path)), "lib", "proftpd")
	conf := configure(t, dir, "proftpd.conf", fmt.Sprintf(`ModulePath %s
LoadModule mod_copy.c
LoadModule mod_digest.c
LoadModule mod_site_misc.c
ServerType standalone
ServerName ferry
DefaultServer on
DefaultAddress %s
Port %d
SocketBindTight on
UseIPv6 on
UseReverseDNS off
User %s
Group %s
AuthOrder mod_auth_file.c
AuthUserFile %s
RequireValidShell off
DefaultRoot ~
AllowOverwrite on
AllowRetrieveRestart on
AllowStoreRestart on
ControlsEngine off
WtmpLog off
PidFile %s
ScoreboardFile %s
SystemLog %s
TransferLog none
ExtendedLog %s ALL
%s`, modules, tg.Host, tg.Port, u.Username, group, users, at("pid"), at("scoreboard"), at("system.log"), at("commands.log"), more+proftpdPlace(tg.Place)))
	return exec.Command(path, "--nodaemon", "--quiet", "--config", conf)
}

func proftpdPlace(p Place) (lines string) {
	if p.Public != "" {
		lines += "MasqueradeAddress " + p.Public + "\n"
	}
	if p.Ports[0] > 0 {
		lines += fmt.Sprintf("PassivePorts %d %d\n", p.Ports[0], p.Ports[1])
	}
	return lines
}

// PureFTPD returns Pure-FTPd.
func PureFTPD() Server {
	return Server{Name: "Pure-FTPd", Package: "pure-ftpd", privileged: true, command: pureftpd, cannot: pureftpdCannot}
}

func pureftpd(t testing.TB, dir string, tg *Target) *exec.Cmd {
	path := Require(t, "pure-ftpd", "pure-ftpd")
	tg.User, tg.Password = account, password
	u, _ := nobody(t)
	users := configure(t, dir, "pureftpd.passwd", fmt.Sprintf("%s:%s:%s:%s::%s/./::::::::::::\n", account, hash, u.Uid, u.Gid, tg.Root))
	db := filepath.Join(dir, "pureftpd.pdb")
	mkdb := exec.Command(Require(t, "pure-pw", "pure-ftpd-common"), "mkdb", db, "-f", users)
	if out, err := mkdb.CombinedOutput(); err != nil {
		t.Fatalf("pure-pw: %v: %s", err, out)
	}
	args := []string{
		"--bind", tg.Host + "," + strconv.Itoa(tg.Port),
		"--login", "puredb:" + db,
		"--noanonymous", "--chrooteveryone", "--dontresolve",
		"--pidfile", filepath.Join(dir, "pid"),
		"--altlog", "clf:" + filepath.Join(dir, "transfers.log"),
	}
	args = append(args, pureftpdPlace(tg.Place)...)
	return exec.Command(path, append(args, pureftpdTLS(tg.TLS)...)...)
}

func pureftpdPlace(p Place) (args []string) {
	if p.Public != "" {
		args = append(args, "--forcepassiveip="+p.Public)
	}
	if p.Ports[0] > 0 {
		args = append(args, fmt.Sprintf("--passiveportrange=%d:%d", p.Ports[0], p.Ports[1]))
	}
	return args
}

// nobody returns the user as whom the servers act, and the name of its group.
func nobody(t testing.TB) (u *user.User, group string) {
	t.Helper()
	u, err := user.Lookup("nobody")
	check(t, err)
	g, err := user.LookupGroupId(u.Gid)
	check(t, err)
	return u, g.Name
}

// configure writes a configuration file and returns its path.
func configure(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	check(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
