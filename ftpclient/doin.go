package ftpclient

import (
	"context"
	"strings"

	"github.com/seed-6092453b/ferry/ftp"
)

// DoIn sends one command over one of the connections, as Do does, with dir for its
// working directory, which a name in the argument may count from. An empty dir is the
// directory after login. It returns all replies, as Conn.DoAll does.
func (cl *Client) DoIn(ctx context.Context, dir, verb string, args ...string) ([]ftp.Reply, error) {
	var path string
	if dir != "" {
		var err error
		if path, err = cl.path(dir); err != nil {
			return nil, pathError("chdir", dir, err)
		}
	}
	var all []ftp.Reply
	err := cl.do(ctx, false, func(c *Conn) error {
		all = nil
		leave, err := c.enter(ctx, path)
		if err != nil {
			return pathError("chdir", dir, err)
		}
		defer leave()
		all, err = c.DoAll(ctx, verb, args...)
		if stateful[strings.ToUpper(verb)] {
			c.shut()
		}
		return err
	})
	return all, err
}
