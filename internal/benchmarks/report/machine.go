// Package report writes what measurements have in common: figures, tables, and what was
// measured on.
package report

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// Machine says what was measured on.
func Machine() string {
	parts := []string{fmt.Sprintf("%d cores", runtime.NumCPU())}
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		parts = append(parts, model)
	}
	if b, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		parts = append(parts, "Linux "+strings.TrimSpace(string(b)))
	} else {
		parts = append(parts, runtime.GOOS+"/"+runtime.GOARCH)
	}
	if b, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control"); err == nil {
		parts = append(parts, "congestion control "+strings.TrimSpace(string(b)))
	}
	return strings.Join(parts, ", ")
}

// Busy returns how many processes were at work in the last minute, in the mean, if that is
// known and enough to spoil a measurement.
func Busy() (load string, ok bool) {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "", false
	}
	load, _, _ = strings.Cut(string(b), " ")
	n, err := strconv.ParseFloat(load, 64)
	return load, err == nil && n > float64(runtime.NumCPU())/2
}

// field returns what stands behind a name and a colon in a file, where it first does.
func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Versions returns those of all programs, by name, as far as they are known. ferry is the
// path of ours.
func Versions(ctx context.Context, ferry string) map[string]string {
	all := map[string]string{"ferry": ask(ctx, ferry, "version")}
	for name, pkg := range map[string]string{
		"lftp": "lftp", "rclone": "rclone", "curl": "curl", "wget": "wget", "NcFTP": "ncftp",
		"pyftpdlib": "python3-pyftpdlib", "vsftpd": "vsftpd", "ProFTPD": "proftpd-core", "Pure-FTPd": "pure-ftpd",
	} {
		// Servers are unpacked, not installed: then the archive says which.
		v := ask(ctx, "dpkg-query", "-W", "-f", "${Version}", pkg)
		if v == "" {
			_, v, _ = strings.Cut(ask(ctx, "apt-cache", "policy", pkg), "Candidate: ")
			v, _, _ = strings.Cut(v, "\n")
		}
		if v != "" {
			all[name] = v
		}
	}
	return all
}

func ask(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// Module returns the version of a module in a program that Go has built, "" if it is not in
// it.
func Module(ctx context.Context, program, module string) string {
	for line := range strings.Lines(ask(ctx, "go", "version", "-m", program)) {
		if f := strings.Fields(line); len(f) > 2 && f[0] == "dep" && f[1] == module {
			return f[2]
		}
	}
	return ""
}

// Commit returns that of the repository in which the command is run, and says so if files
// were changed since.
func Commit(ctx context.Context) string {
	if c := ask(ctx, "git", "describe", "--always", "--dirty", "--exclude=*"); c != "" {
		return c
	}
	return "unknown"
}
