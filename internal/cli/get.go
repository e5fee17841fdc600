package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage/disk"
)

type getCmd struct {
	URL       string   `arg:"" name:"url" help:"What to download, as in ftp://host/path/file."`
	Local     string   `arg:"" optional:"" name:"local" help:"The file to write, or the folder to write it into. With -r: the folder that is to hold what the remote folder holds." complete:"file"`
	Recursive bool     `short:"r" help:"Download a folder with all that is in it."`
	Segments  segments `default:"auto" placeholder:"N" help:"Download a large file over N connections at once, each of them a part of it; auto begins with one and adds others as long as they make it faster (default ${default})."`
	Sync      string   `enum:"end,always,never" default:"end" placeholder:"WHEN" help:"When files are put on disk for sure: ${enum} (default ${default}). End is when the command ends, for all of a folder at once; always is each file before it counts as fetched; never leaves it to the system: should this computer crash, the files of the last minute may be damaged."`
	renderFlags
	transferFlags
}

// transferFlags are common to get, put and cp.
type transferFlags struct {
	Restart   bool     `help:"Begin anew, whatever is there already."`
	Parallel  int      `default:"4" placeholder:"N" help:"Copy up to N files of a folder at once, each over a connection of its own (default ${default})."`
	LimitRate capacity `placeholder:"SIZE" help:"Copy no more than SIZE a second, all files together, as in 500K or 2M."`
	progressFlags
	remoteFlags
}

func (getCmd) Help() string {
	return `Examples:

    ferry get ftp://host/pub/big.iso            into the current folder
    ferry get ftp://host/pub/big.iso ~/Desktop  into a folder
    ferry get ftp://bob@host/a.txt b.txt        under another name
    ferry get -r ftp://host/pub/photos          a folder, as ./photos

What has come is kept in NAME.ferry-part until the file is whole, so that after a cut the same command goes on where it was; if the remote file has changed meanwhile, it begins anew and says so. A file that is there already, with the size and time of the remote one, is skipped.

What is converted on its way, as text is (--type A), and what goes over in blocks, goes on from the last restart marker that came; without one it begins anew.`
}

func (c *getCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	r, err := c.openTuned(ctx, s, c.URL, max(c.Parallel, c.Segments.conns()), c.tune)
	if err != nil {
		return err
	}
	defer r.Close()
	return c.outcome(ctx, s, r, nil, "got", func(job *trees.Copier) error {
		c.render(&job.Copier)
		job.Segments = int(c.Segments)
		return c.get(ctx, r, job)
	})
}

func (c *getCmd) get(ctx context.Context, r *remote, job *trees.Copier) error {
	if c.Recursive {
		info, err := r.Stat(ctx, r.url.Path)
		if err != nil {
			return err
		}
		if info.IsDir() {
			return c.getTree(ctx, r, job)
		}
	}
	target := c.target(r.url.base())
	local, err := openTarget(ctx, filepath.Dir(target), c.sync(disk.SyncAlways))
	if err != nil {
		return err
	}
	defer local.Close()
	job.Local, job.Path = local, pathIn(filepath.Dir(target))
	return told(job.Get(ctx, r.url.Path, filepath.Base(target)))
}

// target is where a file called base goes.
func (c *getCmd) target(base string) string {
	if c.Local == "" {
		return filepath.Join(".", base)
	}
	if info, err := os.Stat(c.Local); os.IsPathSeparator(c.Local[len(c.Local)-1]) || err == nil && info.IsDir() {
		return filepath.Join(c.Local, base)
	}
	return c.Local
}

func (c *getCmd) getTree(ctx context.Context, r *remote, job *trees.Copier) error {
	dir := c.Local
	if dir == "" {
		if dir = r.url.base(); dir == "." {
			dir = r.url.Host
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	local, err := openLocal(dir, c.sync(disk.SyncAtClose))
	if err != nil {
		return err
	}
	job.Local, job.Path = local, pathIn(dir)
	err = told(job.GetTree(ctx, r.url.Path, "."))
	return errors.Join(err, local.Close())
}

// sync is when files are written to the disk for sure; end is what the end of the
// command comes to.
func (c *getCmd) sync(end disk.SyncMode) disk.SyncMode {
	switch c.Sync {
	case "never":
		return disk.SyncNever
	case "always":
		return disk.SyncAlways
	}
	return end
}

// openLocal opens a local folder. All that is written goes through it, so that
// no name that a server makes up leads out of it.
func openLocal(dir string, sync disk.SyncMode) (*disk.FS, error) {
	local, err := disk.Open(dir, disk.Options{Sync: sync})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, hint(err, "make the folder first")
	}
	return local, err
}

// openTarget is openLocal for a folder that files are written to. Whoever was killed as he
// did that before may have left something there, which nobody else would remove.
func openTarget(ctx context.Context, dir string, sync disk.SyncMode) (*disk.FS, error) {
	local, err := openLocal(dir, sync)
	if err == nil {
		_ = local.Sweep(ctx, ".") // one that cannot be listed can be written to
	}
	return local, err
}

// pathIn returns the function that gives names in dir their whole path.
func pathIn(dir string) func(string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
}
