package peers

import (
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"testing"
)

// Ferry returns ferry's own server, of the program at path, as one of others is
// started: as a process, with an account that may do everything. It keeps uploads as
// they do, without waiting for the disk.
func Ferry(path string) Server {
	return Server{Name: "ferry", command: func(_ testing.TB, _ string, tg *Target) *exec.Cmd {
		tg.User, tg.Password = account, password
		addr := net.JoinHostPort(tg.Host, strconv.Itoa(tg.Port))
		args := []string{"serve", tg.Root, "--user", account + ":" + password, "--sync", "never", "--log", "json"}
		if p := tg.TLS; p == nil {
			args = append(args, "--listen", addr)
		} else {
			listen, reuse := "--listen", "bind"
			if p.Start == Implicit {
				listen = "--listen-tls"
			}
			if p.Unbound {
				reuse = "off"
			}
			args = append(args, listen, addr, "--tls", "require", "--tls-reuse", reuse, "--cert", p.CertFile, "--key", p.KeyFile)
		}
		if tg.Public != "" {
			args = append(args, "--public-host", tg.Public)
		}
		if tg.Ports[0] > 0 {
			args = append(args, "--passive-ports", fmt.Sprintf("%d-%d", tg.Ports[0], tg.Ports[1]))
		}
		return exec.Command(path, args...)
	}}
}
