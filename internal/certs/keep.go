package certs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keep writes a file that only its owner may read, whole or not at all. If it
// exists already, it is replaced, or the error is fs.ErrExist.
func keep(path string, text []byte, replace bool) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already if it was renamed
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := publish(f.Name(), path, replace); err != nil {
		return err
	}
	syncDir(dir)
	return nil
}

// publish gives a finished file its name.
func publish(temp, path string, replace bool) error {
	if replace {
		return os.Rename(temp, path)
	}
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Not every file system has hard links. Between these two steps another server
	// may come, which then has to be started once more to agree with this one.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(temp, path)
}

// syncDir makes a new name last. Not every system can; there it lasts a little
// later.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// unkept is the error for a directory in which certificates cannot be kept.
func unkept(path string, err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = fmt.Errorf("%s: %w", pe.Op, pe.Err)
	}
	return &Error{filepath.Dir(path), fmt.Errorf("certificates cannot be kept there: %w", err),
		"choose another directory by --state DIR, or bring a certificate by --cert and --key"}
}

// tryDir makes a directory, and finds out by trying whether files can be made in
// it.
func tryDir(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".try-*"); err == nil {
			f.Close()
			err = os.Remove(f.Name())
		}
	}
	if err != nil {
		return unkept(dir, err)
	}
	return nil
}
