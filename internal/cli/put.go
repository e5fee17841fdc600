package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/internal/trees"
	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

type putCmd struct {
	Local          string   `arg:"" name:"local" help:"What to upload." complete:"file"`
	URL            string   `arg:"" name:"url" help:"Where to: a file, or the folder to put it into, as in ftp://host/path/. With -r: the folder that is to hold what the local one holds."`
	Recursive      bool     `short:"r" xor:"how" help:"Upload a folder with all that is in it."`
	Append         bool     `xor:"how" help:"Append to the remote file instead of replacing it. A cut copy is not continued."`
	Unique         bool     `xor:"how" help:"Let the server choose the name within the folder that the URL is, and write its URL to standard output. A cut copy is not continued."`
	TempName       bool     `help:"Upload each file as NAME.ferry-part, and rename it when it is whole and its size is right, so that nobody meets a part of it under its own name, and the old file stays until then."`
	Segments       segments `default:"1" placeholder:"N" help:"Upload a large file over N connections at once, in parts that the server combines (COMB), if it can; auto begins with one and adds others as long as they make it faster (default ${default}). More than one has the effect of --temp-name, too."`
	MarkerInterval int64    `default:"1048576" placeholder:"OCTETS" group:"format" help:"Send a restart marker after so many octets in modes B and C; 0 for none (default ${default})."`
	formatFlags
	transferFlags
}

func (putCmd) Help() string {
	return `Examples:

    ferry put report.pdf ftp://bob@host/             into a folder
    ferry put report.pdf ftp://bob@host/final.pdf    under another name
    ferry put -r photos ftp://bob@host/photos        a folder
    ferry put --append today.log ftp://bob@host/all.log
    ferry put --unique report.pdf ftp://bob@host/inbox/

After a cut the same command goes on where it was, as far as the server has kept what arrived; if the local file has changed meanwhile, it begins anew and says so. What is needed for that is remembered in ${XDG_STATE_HOME:-~/.local/state}/ferry. A file that is there already, with the same size and time, is skipped.

What is converted on its way, as text is (--type A), and what goes over in blocks, goes on from the last restart marker that the server has acknowledged; without one it begins anew.`
}

func (c *putCmd) Run(s *stdio) error {
	ctx, stop := interruptible()
	defer stop()
	info, err := os.Stat(c.Local)
	if err != nil {
		return err
	}
	if info.IsDir() && !c.Recursive {
		return usagef("%s is a folder: add -r to upload all that is in it", printable(c.Local))
	}
	if c.TempName && (c.Append || c.Unique) {
		return usagef("--temp-name cannot be used together with --append or --unique")
	}
	r, err := c.openTuned(ctx, s, c.URL, max(c.Parallel, c.Segments.conns()), c.tune)
	if err != nil {
		return err
	}
	defer r.Close()
	switch {
	case c.Append:
		return c.append(ctx, r)
	case c.Unique:
		return c.unique(ctx, s, r)
	}
	return c.outcome(ctx, s, r, nil, "put", func(job *trees.Copier) error {
		defer remember(ctx, s, job)()
		job.TempNames = c.TempName
		job.Segments = int(c.Segments)
		return c.put(ctx, r, job, info.IsDir())
	})
}

func (c *putCmd) tune(o *ftpclient.Options, u remoteURL) error {
	if c.MarkerInterval < 0 {
		return usagef("--marker-interval is not negative")
	}
	o.MarkerEvery = limit(c.MarkerInterval)
	return c.formatFlags.tune(o, u)
}

func (c *putCmd) put(ctx context.Context, r *remote, job *trees.Copier, isDir bool) error {
	dir, base := filepath.Split(filepath.Clean(c.Local))
	name := "."
	if isDir {
		dir = c.Local
	} else {
		name = base
	}
	local, err := openLocal(filepath.Clean(dir), disk.SyncAlways)
	if err != nil {
		return err
	}
	defer local.Close()
	job.Local, job.Path = local, pathIn(dir)
	if isDir {
		return told(job.PutTree(ctx, ".", r.url.Path))
	}
	target := r.url.Path
	if r.url.Folder {
		target = storage.Join(target, base)
	} else if info, err := r.Stat(ctx, target); err == nil && info.IsDir() {
		target = storage.Join(target, base)
	}
	return told(job.Put(ctx, name, target))
}

// remember has job note the uploads that it begins, if there is a place for that. The
// function returned ends it.
func remember(ctx context.Context, s *stdio, job *trees.Copier) func() {
	journal, err := openJournal(ctx)
	if err != nil {
		s.say("ferry: a cut upload could not be continued: %s", message(err))
		return func() {}
	}
	job.Journal = journal
	return func() { journal.Close() }
}

// openJournal opens the folder in which uploads are remembered.
func openJournal(ctx context.Context) (*disk.FS, error) {
	dir, err := stateDir()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "uploads")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	journal, err := disk.Open(dir, disk.Options{Sync: disk.SyncNever})
	if err != nil {
		return nil, err
	}
	if err := transfer.Prune(ctx, journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
		journal.Close()
		return nil, err
	}
	return journal, nil
}

// stateDir is where ferry remembers what should outlast a command but is no
// setting (XDG Base Directory Specification).
func stateDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ferry"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir() // %LocalAppData%
		return filepath.Join(dir, "ferry"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "ferry"), err
}
