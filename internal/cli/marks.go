package cli

import (
	"context"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/internal/transfer"
	"github.com/seed-6092453b/ferry/storage"
)

// marks has copies use the restart markers of a client.
type marks struct{ *ftpclient.Client }

// Marks has copies use restart markers; nil where the mode has none.
func (r *remote) Marks() transfer.Marks {
	if m := r.Mode(); m == "B" || m == "C" {
		return marks{r.Client}
	}
	return nil
}

func (m marks) Open(ctx context.Context, name string, from *transfer.Mark, on func(transfer.Mark) error) (storage.Reader, error) {
	r, err := m.restart(from, on)
	if err != nil {
		return nil, storage.PathError("open", name, err)
	}
	return m.OpenAt(ctx, name, r)
}

func (m marks) Create(ctx context.Context, name string, o storage.CreateOptions, from *transfer.Mark, on func(transfer.Mark) error) (storage.Writer, error) {
	r, err := m.restart(from, on)
	if err != nil {
		return nil, storage.PathError("create", name, err)
	}
	return m.CreateAt(ctx, name, o, r)
}

func (m marks) restart(from *transfer.Mark, on func(transfer.Mark) error) (r ftpclient.Restart, err error) {
	if from != nil {
		r.From.Peer = from.Peer
		if r.From.Here, err = ftp.ParseMarker(from.Here); err != nil || r.From.Here.Off != from.Off || !ftp.ValidMarker(from.Peer) {
			return r, storage.ErrOffset // the record was made up
		}
	}
	r.OnMark = func(k ftpclient.Mark) error {
		return on(transfer.Mark{Peer: k.Peer, Here: k.Here.String(), Off: k.Here.Off, Mode: m.Mode()})
	}
	return r, nil
}
