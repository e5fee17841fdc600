package sandbox_test

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// A probe does one thing that a confined process may do, or may not. What it needs
// is made by scene; n tells the threads apart that do it.
type probe struct {
	name   string
	denied int // by Landlock of this ABI and later ones; 0 is never
	do     func(s scene, n string) error
}

// scene is the folder that the probes are about. Below it are:
//
//	served, state  may be written
//	shown, moved   may be read; moved is called gone by the time of the probes,
//	               and another folder is in its place
//	certs          holds cert.pem, which may be read, and is replaced meanwhile
//	outside        may not be touched
type scene string

func (s scene) at(elem ...string) string {
	return filepath.Join(append([]string{string(s)}, elem...)...)
}

// threads is how many threads do all of the probes.
const threads = 6

// make makes the folders and files.
func (s scene) make() error {
	for _, dir := range []string{"served/a", "served/b", "state", "shown", "moved", "certs", "outside"} {
		if err := os.MkdirAll(s.at(dir), 0o755); err != nil {
			return err
		}
		files := []string{"secret"}
		for n := range threads {
			n := strconv.Itoa(n)
			files = append(files, "file"+n, "victim"+n, "cut"+n)
			if err := os.Mkdir(s.at(dir, "empty"+n), 0o755); err != nil {
				return err
			}
		}
		for _, f := range files {
			if err := os.WriteFile(s.at(dir, f), []byte("contents"), 0o644); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(s.at("served/program"), []byte("#!/bin/true\n"), 0o755); err != nil {
		return err
	}
	return os.WriteFile(s.at("certs/cert.pem"), []byte("old"), 0o600)
}

// change is what becomes of the scene after the process has been confined.
func (s scene) change() error {
	return errors.Join(
		os.WriteFile(s.at("certs/new.pem"), []byte("new"), 0o600),
		os.Rename(s.at("certs/new.pem"), s.at("certs/cert.pem")),
		os.Rename(s.at("moved"), s.at("gone")),
		os.Mkdir(s.at("moved"), 0o755),
		os.WriteFile(s.at("moved/secret"), []byte("contents"), 0o644),
	)
}

func read(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.ReadAll(f)
	return err
}

func list(path string) error {
	_, err := os.ReadDir(path)
	return err
}

func write(path string) error { return os.WriteFile(path, []byte("new"), 0o644) }

var probes = []probe{
	{"upload and rename to another folder", 0, func(s scene, n string) error {
		if err := write(s.at("served/a/up" + n)); err != nil {
			return err
		}
		return os.Rename(s.at("served/a/up"+n), s.at("served/b/up"+n))
	}},
	{"rename a folder to another", 0, func(s scene, n string) error {
		return os.Rename(s.at("served/a/empty"+n), s.at("served/b/from-a"+n))
	}},
	{"link in another folder", 0, func(s scene, n string) error {
		return os.Link(s.at("served/a/file"+n), s.at("served/b/link"+n))
	}},
	{"link symbolically", 0, func(s scene, n string) error { return os.Symlink("x", s.at("served/soft"+n)) }},
	{"cut a file", 0, func(s scene, n string) error { return os.Truncate(s.at("served/b/cut"+n), 1) }},
	{"make a folder", 0, func(s scene, n string) error { return os.Mkdir(s.at("served/dir"+n), 0o755) }},
	{"remove a file", 0, func(s scene, n string) error { return os.Remove(s.at("served/a/victim" + n)) }},
	{"remove a folder", 0, func(s scene, n string) error { return os.Remove(s.at("served/b/empty" + n)) }},
	{"rename a pipe", 0, func(s scene, n string) error {
		if err := unix.Mkfifo(s.at("served/a/pipe"+n), 0o644); err != nil {
			return err
		}
		return os.Rename(s.at("served/a/pipe"+n), s.at("served/b/pipe"+n))
	}},
	{"write the state", 0, func(s scene, n string) error { return write(s.at("state/x" + n)) }},
	{"read what is shown", 0, func(s scene, n string) error { return read(s.at("shown/file" + n)) }},
	{"list what is shown", 0, func(s scene, _ string) error { return list(s.at("shown")) }},
	{"read the certificate", 0, func(s scene, _ string) error {
		text, err := os.ReadFile(s.at("certs/cert.pem"))
		if err == nil && string(text) != "new" {
			err = errors.New("it is the old one")
		}
		return err
	}},
	{"read a folder that was moved", 0, func(s scene, _ string) error { return read(s.at("gone/secret")) }},
	{"resolve localhost", 0, func(scene, string) error {
		_, err := net.LookupHost("localhost")
		return err
	}},
	{"know a user", 0, func(scene, string) error {
		_, err := user.LookupId("0")
		return err
	}},
	{"read the resolver's file", 0, func(scene, string) error { return read("/etc/resolv.conf") }},
	{"listen", 0, func(scene, string) error {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		return ln.Close()
	}},
	{"signal itself", 0, func(scene, string) error { return unix.Kill(os.Getpid(), unix.SIGURG) }},

	{"read outside", 2, func(s scene, _ string) error { return read(s.at("outside/secret")) }},
	{"list outside", 2, func(s scene, _ string) error { return list(s.at("outside")) }},
	{"list above", 2, func(s scene, _ string) error { return list(s.at(".")) }},
	{"read what took the place of a folder", 2, func(s scene, _ string) error { return read(s.at("moved/secret")) }},
	{"make a file outside", 2, func(s scene, n string) error { return write(s.at("outside/new" + n)) }},
	{"overwrite outside", 2, func(s scene, n string) error { return write(s.at("outside/file" + n)) }},
	{"cut outside", 3, func(s scene, n string) error { return os.Truncate(s.at("outside/cut"+n), 1) }},
	{"remove outside", 2, func(s scene, n string) error { return os.Remove(s.at("outside/victim" + n)) }},
	{"remove a folder outside", 2, func(s scene, n string) error { return os.Remove(s.at("outside/empty" + n)) }},
	{"make a folder outside", 2, func(s scene, n string) error { return os.Mkdir(s.at("outside/dir"+n), 0o755) }},
	{"take in", 2, func(s scene, n string) error {
		return os.Rename(s.at("outside/file"+n), s.at("served/taken"+n))
	}},
	{"take in by a link", 2, func(s scene, n string) error {
		return os.Link(s.at("outside/secret"), s.at("served/taken-link"+n))
	}},
	{"carry out", 2, func(s scene, n string) error {
		return os.Rename(s.at("served/b/file"+n), s.at("outside/carried"+n))
	}},
	{"read by a link out of the served folder", 2, func(s scene, n string) error {
		if err := os.Symlink("../outside/secret", s.at("served/leads-out"+n)); err != nil {
			return nil // which is what a denied probe must not say
		}
		return read(s.at("served/leads-out" + n))
	}},
	{"write what is shown", 2, func(s scene, n string) error { return write(s.at("shown/new" + n)) }},
	{"cut what is shown", 3, func(s scene, n string) error { return os.Truncate(s.at("shown/cut"+n), 1) }},
	{"remove what is shown", 2, func(s scene, n string) error { return os.Remove(s.at("shown/victim" + n)) }},
	{"write beside the certificate", 2, func(s scene, n string) error { return write(s.at("certs/new" + n)) }},
	{"signal another process", 6, func(scene, string) error { return unix.Kill(os.Getppid(), 0) }},
	{"read its own environment", 2, func(scene, string) error { return read("/proc/self/environ") }},
	{"read the host's name", 2, func(scene, string) error { return read("/proc/sys/kernel/hostname") }},
	{"list the root", 2, func(scene, string) error { return list("/") }},
	{"run a program", 2, func(scene, string) error { return exec.Command("/bin/true").Run() }},
	{"run a program that was uploaded", 2, func(s scene, _ string) error { return exec.Command(s.at("served/program")).Run() }},
}

// isDenied reports whether err is that of a wall, not of a missing file.
func isDenied(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EXDEV)
}
