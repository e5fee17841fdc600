package selfcheck

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/seed-6092453b/ferry/internal/certs"
)

// lend makes what the Options leave out. It lasts until Close.
func (s *Servers) lend(ctx context.Context) error {
	if s.Dir == "" {
		dir, err := os.MkdirTemp("", "ferry-check-")
		if err != nil {
			return err
		}
		s.Dir, s.own = dir, true
	}
	if s.Certificate.Certificate != nil {
		return nil
	}
	made, err := certs.Open(ctx, certs.Options{SelfSigned: true, Names: []string{host, otherHost}, Dir: filepath.Join(s.Dir, "tls")})
	if err != nil {
		return err
	}
	defer made.Close()
	cert, err := made.Certificate(&tls.ClientHelloInfo{})
	if err != nil {
		return err
	}
	s.Certificate = *cert
	return nil
}

// extras makes what there is to see for the main account from the start. What the system
// cannot make is left to the checks themselves.
func (s *Servers) extras() error {
	if err := os.WriteFile(filepath.Join(s.Dir, "secret"), []byte("not for anybody"), 0o600); err != nil {
		return err
	}
	if err := os.Symlink("../secret", filepath.Join(s.Dir, user, outside)); err == nil {
		s.target.Outside = outside
	} else if runtime.GOOS != "windows" { // which wants a privilege for it
		return err
	}
	if runtime.GOOS == "windows" { // which would write 4 GiB of zeros
		return nil
	}
	s.target.LargeFile = large
	return largeFile(filepath.Join(s.Dir, user, large))
}

// largeFile makes a file of more than 4 GiB that takes next to no room.
func largeFile(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte("ferry"), 1<<32+1)
	return errors.Join(err, f.Close())
}

// giveBack removes what lend has made.
func (s *Servers) giveBack() error {
	if !s.own {
		return nil
	}
	if err := os.RemoveAll(s.Dir); err != nil {
		return fmt.Errorf("the folder of the servers could not be removed: %w", err)
	}
	return nil
}
