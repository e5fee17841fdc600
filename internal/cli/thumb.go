package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

type thumbCmd struct {
	URL  string `arg:"" name:"url" help:"The picture."`
	File string `arg:"" name:"file" complete:"file" help:"The file to write: .jpg, .png or .gif; or - for standard output."`
	Size string `short:"s" default:"160x160" placeholder:"WxH" help:"How many pixels it may have each way (default ${default})."`
	remoteFlags
}

func (thumbCmd) Help() string {
	return `Example:

    ferry thumb -s 200x200 ftp://host/photos/cat.jpg cat-small.png

Only a server with THMB makes such pictures.`
}

func (c *thumbCmd) Run(s *stdio) error {
	width, height, err := parseSize(c.Size)
	if err != nil {
		return err
	}
	format := map[string]string{".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", "": "JPEG"}[strings.ToLower(filepath.Ext(c.File))]
	if format == "" {
		return usagef("%s: a picture is called .jpg, .png or .gif", printable(c.File))
	}
	ctx, stop := interruptible()
	defer stop()
	r, err := c.open(ctx, s, c.URL, 1)
	if err != nil {
		return err
	}
	defer r.Close()
	picture, err := r.Thumbnail(ctx, r.url.Path, format, width, height)
	if errors.Is(err, errors.ErrUnsupported) {
		return hint(err, "the server makes no small pictures (THMB), or not of this one")
	}
	if err != nil {
		return err
	}
	defer picture.Close()
	in := bufio.NewReader(picture)
	head, err := in.Peek(len(magic[format]))
	if err != nil && err != io.EOF {
		return err
	}
	if string(head) != magic[format] {
		return fmt.Errorf("what the server has sent is no picture of the format %s", format)
	}
	if c.File == "-" {
		_, err := io.Copy(s.out, in)
		return err
	}
	local, err := openTarget(ctx, filepath.Dir(c.File), disk.SyncAlways)
	if err != nil {
		return err
	}
	defer local.Close()
	w, err := local.Create(ctx, filepath.Base(c.File), storage.CreateOptions{})
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, in); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// magic is what files of a format begin with.
var magic = map[string]string{"JPEG": "\xff\xd8\xff", "PNG": "\x89PNG\r\n\x1a\n", "GIF": "GIF8"}

// parseSize reads "200x100".
func parseSize(text string) (width, height int, err error) {
	w, h, _ := strings.Cut(strings.ToLower(text), "x")
	width, err = strconv.Atoi(w)
	if err == nil {
		height, err = strconv.Atoi(h)
	}
	if err != nil || width <= 0 || height <= 0 {
		return 0, 0, usagef("%q is no size: it is width and height in pixels, as in 200x200", text)
	}
	return width, height, nil
}
