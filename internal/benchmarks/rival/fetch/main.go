// Command fetch downloads a folder by jlaffaye/ftp, a library of others, to be measured
// beside ferry: as a program would that somebody has written around it, with nothing
// besides.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/jlaffaye/ftp"
)

// Arguments: address, user, password, remote folder, local folder, connections.
func main() {
	if err := fetch(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

// job is what there is to be fetched.
type job struct{ remote, local string }

func fetch(args []string) error {
	if len(args) != 6 {
		return errors.New("wants: address user password remote local connections")
	}
	conns, err := strconv.Atoi(args[5])
	if err != nil {
		return err
	}
	files := make(chan job, 1000)
	failed := make(chan error, conns+1)
	var all sync.WaitGroup
	all.Go(func() {
		defer close(files)
		failed <- with(args, func(c *ftp.ServerConn) error { return list(c, job{args[3], args[4]}, files) })
	})
	for range conns {
		all.Go(func() {
			err := with(args, func(c *ftp.ServerConn) error {
				for f := range files {
					if err := get(c, f); err != nil {
						return fmt.Errorf("%s: %w", f.remote, err)
					}
				}
				return nil
			})
			for range files { // lest the others wait
			}
			failed <- err
		})
	}
	all.Wait()
	close(failed)
	var list []error
	for err := range failed {
		list = append(list, err)
	}
	return errors.Join(list...)
}

func with(args []string, do func(*ftp.ServerConn) error) error {
	c, err := ftp.Dial(args[0])
	if err != nil {
		return err
	}
	defer c.Quit()
	if err := c.Login(args[1], args[2]); err != nil {
		return err
	}
	return do(c)
}

func list(c *ftp.ServerConn, folder job, files chan<- job) error {
	if err := os.MkdirAll(folder.local, 0o777); err != nil {
		return err
	}
	entries, err := c.List(folder.remote)
	if err != nil {
		return err
	}
	for _, e := range entries {
		at := job{folder.remote + "/" + e.Name, filepath.Join(folder.local, e.Name)}
		switch e.Type {
		case ftp.EntryTypeFolder:
			if e.Name == "." || e.Name == ".." {
				continue
			}
			if err := list(c, at, files); err != nil {
				return err
			}
		case ftp.EntryTypeFile:
			files <- at
		}
	}
	return nil
}

func get(c *ftp.ServerConn, f job) error {
	src, err := c.Retr(f.remote)
	if err != nil {
		return err
	}
	dst, err := os.Create(f.local)
	if err == nil {
		_, err = io.Copy(dst, src)
		err = errors.Join(err, dst.Close())
	}
	return errors.Join(err, src.Close())
}
