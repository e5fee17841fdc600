package ftpclient

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Space asks AVBL (draft-peterson-streamlined-ftp-command-extensions, 4).
// errors.ErrUnsupported where FEAT does not list it.
func (cl *Client) Space(ctx context.Context, dir string) (int64, error) {
	if v := cl.view(ctx); v != nil {
		if s, ok := storage.As[storage.Spacer](v); ok {
			return s.Space(ctx, dir)
		}
		return 0, pathError("space", dir, errors.ErrUnsupported)
	}
	path, err := cl.path(dir)
	if err == nil {
		err = ctx.Err()
	}
	var n int64
	if err == nil {
		err = cl.do(ctx, true, func(c *Conn) error {
			if !c.srv.offersFeature("AVBL") {
				return errors.ErrUnsupported
			}
			q := newRequest("AVBL", argument(path)...)
			if err := c.exchange(ctx, q); err != nil {
				return err
			}
			n, err = sizeOf(q)
			return err
		})
	}
	if err != nil {
		if refusedVerb(err) {
			err = errors.ErrUnsupported
		}
		return 0, pathError("space", dir, cl.diagnose(ctx, dir, err, anyDir))
	}
	return n, nil
}

// Quota asks XQUOTA (WS_FTP). errors.ErrUnsupported where FEAT does not list it,
// or where it is not known or refused, which means that there is none.
func (cl *Client) Quota(ctx context.Context) (storage.Usage, error) {
	var u storage.Usage
	err := cl.do(ctx, true, func(c *Conn) error {
		if !c.srv.offersFeature("XQUOTA") {
			return errors.ErrUnsupported
		}
		r, err := c.ask(ctx, "XQUOTA")
		switch {
		case err != nil:
			return err
		case r.Code == ftp.CodeUnavailable || refusedVerb(newReplyError("XQUOTA", r)):
			return errors.ErrUnsupported
		case !r.Code.OK():
			return newReplyError("XQUOTA", r)
		}
		var ok bool
		if u, ok = usageIn(r); !ok {
			return &ReplyError{Command: "XQUOTA", Reply: r}
		}
		return nil
	})
	if err != nil {
		return storage.Usage{}, pathError("quota", ".", err)
	}
	return u, nil
}

// usageIn reads the reply to XQUOTA: lines such as "File count: 3" and "Disk limit:
// unlimited". What is used must be there; a limit that is missing is none.
func usageIn(r ftp.Reply) (u storage.Usage, ok bool) {
	u = storage.Usage{Files: -1, MaxFiles: -1, Octets: -1, MaxOctets: -1}
	fields := map[string]*int64{
		"file count": &u.Files, "file limit": &u.MaxFiles,
		"disk usage": &u.Octets, "disk limit": &u.MaxOctets,
	}
	for _, line := range r.Lines {
		key, value, _ := strings.Cut(strings.TrimPrefix(line, "213-"), ":")
		field := fields[strings.ToLower(strings.TrimSpace(key))]
		value = strings.TrimSpace(value)
		if field == nil || strings.EqualFold(value, "unlimited") {
			continue
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < 0 {
			return u, false
		}
		*field = n
	}
	return u, u.Files >= 0 && u.Octets >= 0
}
