package ftpclient

import "context"

// CopyFrom has the server of src send a file straight to this one, as FXP does: from
// the offset off on, behind what this one has of it already. The time of the file is
// not set. A refusal of the one to deal with the other is errors.ErrUnsupported.
//
// The error says which of the two servers it is about, and names the file of this one.
func (cl *Client) CopyFrom(ctx context.Context, name string, src *Client, from string, off int64) error {
	path, err := cl.newPath(name)
	if err != nil {
		return pathError("copy", name, err)
	}
	fromPath, err := src.path(from)
	if err != nil {
		return pathError("copy", from, err)
	}
	return pathError("copy", name, cl.copyFrom(ctx, path, src, fromPath, off))
}

// copyFrom takes a connection to src first, as whoever reads there and writes here
// does: so that no two wait for each other.
func (cl *Client) copyFrom(ctx context.Context, path string, src *Client, from string, off int64) error {
	for {
		l, err := src.pool.get(ctx)
		if err != nil {
			return err
		}
		to, err := cl.pool.get(ctx)
		if err != nil {
			l.release()
			return err
		}
		err = FXP(ctx, to.conn, path, l.conn, from, off)
		to.release()
		l.release()
		if !again(ctx, to, false, err) && !again(ctx, l, false, err) {
			return err
		}
	}
}
