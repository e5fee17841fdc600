package cli

import (
	"context"
	"io"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// renderFlags are of commands that read files for people.
type renderFlags struct {
	Render bool `group:"format" help:"Carry out the control characters in the first column of each line (ASA) that text for a printer has; asks for type \"A C\" unless --type says something else."`
	formatFlags
}

func (f *renderFlags) tune(o *ftpclient.Options, u remoteURL) error {
	if f.Render && f.Type.Type == 0 {
		f.Type.Params = ftp.Params{Type: 'A', Form: 'C'}
	}
	return f.formatFlags.tune(o, u)
}

// rendering is a file system whose files are read as they would be printed. It hides
// whatever else the one below offers.
type rendering struct{ storage.FS }

func (r rendering) Open(ctx context.Context, name string, rng storage.Range) (storage.Reader, error) {
	f, err := r.FS.Open(ctx, name, rng)
	if err != nil {
		return nil, err
	}
	return &renderedFile{f, ftp.NewASAReader(f)}, nil
}

// renderedFile is a file as it would be printed.
type renderedFile struct {
	storage.Reader
	text io.Reader
}

func (f *renderedFile) Read(p []byte) (int, error) { return f.text.Read(p) }

// render has a copy write what would be printed. It has another length than the
// file, and no place in it where one could go on. A file that is here and as long as the
// other is no less another.
func (f *renderFlags) render(job *transfer.Copier) {
	if f.Render {
		job.Remote = rendering{job.Remote}
		job.Conversion += ", rendered"
		job.Marks = nil
		job.Differs = true
	}
}
