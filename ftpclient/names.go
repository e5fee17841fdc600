package ftpclient

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

// path returns the path on the server that a name means; "" is the directory
// after login itself. Names with LF are refused, as no line can carry them; CR goes over
// as CR NUL (RFC 2640, 3.1).
func (cl *Client) path(name string) (string, error) {
	if cl.naming != nil {
		return cl.translatedPath(name)
	}
	if !storage.ValidName(name) || strings.IndexByte(name, '\n') >= 0 {
		return "", storage.ErrName
	}
	root := cl.o.Root
	switch {
	case name == ".":
		return root, nil
	case root == "":
		// A leading blank is lost on some servers, "-" begins an option, "~" is
		// somebody's home.
		if strings.IndexByte(" -~", name[0]) >= 0 {
			return "./" + name, nil
		}
		return name, nil
	case strings.HasSuffix(root, "/"):
		return root + name, nil
	}
	return root + "/" + name, nil
}

// newPath is path for what is to be made. A name with CR is refused: listings are lines,
// and most servers and clients would not bring it back whole. What is there already
// under such a name can be read, renamed and removed.
func (cl *Client) newPath(name string) (string, error) {
	if strings.IndexByte(name, '\r') >= 0 {
		return "", storage.ErrName
	}
	return cl.path(name)
}

// CheckName implements storage.Namer.
func (cl *Client) CheckName(ctx context.Context, name string) error {
	if v := cl.view(ctx); v != nil {
		n, ok := storage.As[storage.Namer](v)
		if !ok {
			return pathError("check", name, errors.ErrUnsupported)
		}
		return n.CheckName(ctx, name)
	}
	_, err := cl.newPath(name)
	if err == nil {
		err = ctx.Err()
	}
	return pathError("check", name, err)
}

// base is the last element of a name.
func base(name string) string {
	_, b := storage.Split(name)
	return b
}

// argument returns a path as an argument: none for "".
func argument(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path}
}
