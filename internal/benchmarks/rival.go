package main

import (
	"fmt"
	"net"
	"path"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/seed-6092453b/ferry/internal/peers"
)

// A rival is a client that is measured. ferry is one of them.
type rival struct {
	name string
	pkg  string // Debian's; "": it is this repository's
	// cannot says why the rival has no part in a row, or "".
	cannot func(r row) string
	// command returns what it does in its best way. Files that it needs go into j.Dir.
	command func(t testing.TB, j job) program
	notes   string // about the command, for the page
}

// A job is what a rival has to do in a row.
type job struct {
	row
	what     shape
	Host     string
	Port     int
	User     string
	Password string
	CA       string // the file with the server's authority, where there is TLS

	// Remote and Local are the folders that hold what is copied, below which it has the
	// same names; the last elements of both are the same. Remote is relative to where the
	// login leads. The destination's folder is there and empty if it is remote, and
	// missing if it is local, but for what it lies in.
	Remote, Local string
	Dir           string
}

// rivals returns all, ferry last. Those that are built are at the paths; "" leaves fetch
// out.
func rivals(fetch, ferry string) []rival {
	all := []rival{lftp(), rclone(), curl(), wget(), ncftp()}
	if fetch != "" {
		all = append(all, fetcher(fetch))
	}
	return append(all, ferryItself(ferry))
}

// addr is the server's host and port.
func (j job) addr() string { return net.JoinHostPort(j.Host, strconv.Itoa(j.Port)) }

// url returns the URL of something below Remote; "" is the folder itself.
func (j job) url(scheme, name string) string {
	return scheme + "://" + j.addr() + "/" + j.Remote + "/" + name
}

// file returns the local name of a file.
func (j job) file(name string) string { return filepath.Join(j.Local, filepath.FromSlash(name)) }

// big returns the name of the only file, where that is all there is.
func (j job) big() (name string, ok bool) {
	if j.what.Files != 1 || j.what.Folders != 0 {
		return "", false
	}
	return j.what.names()[0], true
}

func oneConnection(r row) string {
	if r.Conns > 1 {
		return "has one connection"
	}
	return ""
}

func ferryItself(binary string) rival {
	return rival{
		name: "ferry", command: func(_ testing.TB, j job) program {
			remote, local := j.url("ftp", ""), j.Local
			args := []string{"mirror", "--quiet"}
			if name, big := j.big(); big {
				remote, local = j.url("ftp", name), j.file(name)
				args[0] = "get"
				if j.Up {
					args[0] = "put"
				}
				args = append(args, "--segments", strconv.Itoa(j.Conns))
			}
			switch {
			case !j.Up:
				args = append(args, "--sync", "never")
			case args[0] == "mirror":
				args = append(args, "--in-place")
			}
			args = append(args, "--parallel", strconv.Itoa(j.Conns), "--user", j.User)
			if j.TLS {
				args = append(args, "--tls", "require", "--cacert", j.CA)
			} else {
				args = append(args, "--tls", "off")
			}
			if j.Up {
				local, remote = remote, local
			}
			return program{path: binary, args: append(args, remote, local), env: []string{"FERRY_PASSWORD=" + j.Password}}
		},
		cannot: func(row) string { return "" },
		notes: "As all others have it: with `--sync never` it is left to the system when files are on the disk, and with `--in-place` " +
			"uploads have their own names at once. A large file goes over as many connections as the row has, as with lftp's `pget -n`.",
	}
}

func lftp() rival {
	return rival{
		name: "lftp", pkg: "lftp",
		cannot: func(row) string { return "" },
		command: func(t testing.TB, j job) program {
			script := "set cmd:fail-exit yes\nset net:max-retries 2\nset net:timeout 60\nset ftp:sync-mode off\nset xfer:clobber yes\n" +
				fmt.Sprintf("set net:connection-limit %d\n", j.Conns)
			if j.TLS {
				script += fmt.Sprintf("set ftp:ssl-force yes\nset ftp:ssl-protect-data yes\nset ftp:ssl-protect-list yes\nset ssl:ca-file %q\n", j.CA)
			} else {
				script += "set ftp:ssl-allow no\n"
			}
			script += "open -u " + j.User + "," + j.Password + " ftp://" + j.addr() + "\n"
			name, big := j.big()
			switch {
			case big && j.Up:
				script += fmt.Sprintf("put -O %s %s\n", j.Remote, j.file(name))
			case big && j.Conns > 1:
				script += fmt.Sprintf("pget -n %d %s/%s -o %s\n", j.Conns, j.Remote, name, j.file(name))
			case big:
				script += fmt.Sprintf("get %s/%s -o %s\n", j.Remote, name, j.file(name))
			case j.Up:
				script += fmt.Sprintf("mirror -R --no-perms --no-umask --parallel=%d %s %s\n", j.Conns, j.Local, j.Remote)
			default:
				script += fmt.Sprintf("mirror --no-perms --no-umask --parallel=%d %s %s\n", j.Conns, j.Remote, j.Local)
			}
			return program{path: peers.Require(t, "lftp", "lftp"), args: []string{"--norc", "-f", "/dev/stdin"}, stdin: script}
		},
	}
}

func ncftp() rival {
	return rival{
		name: "NcFTP", pkg: "ncftp",
		cannot: func(r row) string {
			if r.TLS {
				return "has no TLS"
			}
			return oneConnection(r)
		},
		command: func(t testing.TB, j job) program {
			name, args := "ncftpget", []string{"-T", "-Z"}
			if j.Up {
				name, args = "ncftpput", []string{"-Z"}
			}
			args = append(args, "-V", "-F", "-r", "1", "-t", "60", "-u", j.User, "-p", j.Password, "-P", strconv.Itoa(j.Port))
			file, big := j.big()
			switch {
			case big && j.Up:
				args = append(args, j.Host, j.Remote, j.file(file))
			case big:
				args = append(args, j.Host, j.Local, j.Remote+"/"+file)
			case j.Up:
				args = append(args, "-R", j.Host, path.Dir(j.Remote), j.Local)
			default:
				args = append(args, "-R", j.Host, filepath.Dir(j.Local), j.Remote)
			}
			return program{path: peers.Require(t, name, "ncftp"), args: args}
		},
	}
}

func wget() rival {
	return rival{
		name: "wget", pkg: "wget",
		cannot: func(r row) string {
			if r.Up {
				return "does not upload"
			}
			return oneConnection(r)
		},
		command: func(t testing.TB, j job) program {
			scheme := "ftp"
			args := []string{"--no-config", "--quiet", "--no-proxy", "--tries=2", "--user=" + j.User, "--password=" + j.Password}
			if j.TLS {
				scheme = "ftps"
				args = append(args, "--ca-certificate="+j.CA)
			}
			if name, ok := j.big(); ok {
				args = append(args, "-O", j.file(name), j.url(scheme, name))
			} else {
				args = append(args, "-r", "-l", "inf", "-np", "-nH", "--cut-dirs=1", "-P", j.Local, j.url(scheme, ""))
			}
			return program{path: peers.Require(t, "wget", "wget"), args: args}
		},
	}
}
