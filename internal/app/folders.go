package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
	"github.com/seed-6092453b/ferry/storage/quota"
)

// Folder is a folder beside Options.Dir, and the name by which clients get to it.
type Folder struct{ Name, Dir string }

// open opens a folder, which Close closes. Whoever it is served to shares its
// quota.
func (a *App) open(ctx context.Context, o Options, dir string) (storage.FS, error) {
	if err := checkFolder(dir); err != nil {
		return nil, err
	}
	folder, err := disk.Open(dir, disk.Options{Sync: o.Sync, Log: a.log})
	if err != nil {
		return nil, err
	}
	a.folders = append(a.folders, folder)
	a.served = append(a.served, dir)
	a.uses(dir, o.writes())
	if o.Quota == (quota.Options{}) {
		return folder, nil
	}
	limited := quota.New(folder, o.Quota)
	go func() { // so that the first who writes need not wait for it
		// ctx is for the start alone, which does not wait for this.
		err := limited.Count(context.WithoutCancel(ctx))
		if err != nil && !errors.Is(err, storage.ErrBusy) && !errors.Is(err, fs.ErrClosed) {
			a.log.Warn("the files cannot be counted for the quota", "dir", dir, "error", err)
		}
	}()
	return limited, nil
}

// openMounts opens the trees for SMNT.
func (a *App) openMounts(ctx context.Context, o Options) (map[string]storage.FS, error) {
	trees := make(map[string]storage.FS)
	for _, m := range o.Mounts {
		switch {
		case m.Name == "" || !storage.ValidName(m.Name) || m.Name == "." || strings.Contains(m.Name, "/"):
			return nil, fmt.Errorf("%q cannot be the name of a tree: it needs one, without slashes", m.Name)
		case trees[m.Name] != nil:
			return nil, fmt.Errorf("tree %q is given twice", m.Name)
		}
		fsys, err := a.open(ctx, o, m.Dir)
		if err != nil {
			return nil, err
		}
		trees[m.Name] = fsys
	}
	return trees, nil
}

// openHosts opens the folders of virtual hosts. Those that have none of their own
// are in known alone.
func (a *App) openHosts(ctx context.Context, o Options) (known map[string]ftpserver.Host, own map[string]storage.FS, err error) {
	if len(o.Hosts) == 0 {
		return nil, nil, nil
	}
	known, own = make(map[string]ftpserver.Host), make(map[string]storage.FS)
	for _, h := range o.Hosts {
		name, _, err := ftp.ParseHost(h.Name)
		if err != nil || name == "" {
			return nil, nil, fmt.Errorf("%q is not a host name", h.Name)
		}
		if _, twice := known[name]; twice {
			return nil, nil, fmt.Errorf("host %q is given twice", name)
		}
		known[name] = ftpserver.Host{}
		if h.Dir == "" {
			continue
		}
		if own[name], err = a.open(ctx, o, h.Dir); err != nil {
			return nil, nil, err
		}
	}
	return known, own, nil
}
