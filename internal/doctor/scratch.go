package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

// scratch writes a file, looks what the server makes of it, and removes it.
func (e *examination) scratch(ctx context.Context) error {
	if !e.o.Write {
		e.note("upload", "Nothing was written, so that uploads, the clock and the times of files were not tried.", "With --write a scratch file is written and removed.")
		return nil
	}
	e.quit(ctx)
	o := e.o.Client
	o.MaxConns = 1
	cl := ftpclient.New(e.o.Addr, &o)
	defer cl.Close()
	dir := e.o.Dir
	if dir == "" {
		dir = "."
	}
	plain := storage.Join(dir, "ferry-doctor-"+rand.Text()[:10]+".tmp")
	begun := time.Now()
	if err := store(ctx, cl, plain, storage.CreateOptions{}, "0123456789"); err != nil {
		e.fail("upload", "A file cannot be uploaded: "+sentence(err), "Perhaps this user may not write there: --write needs a folder that may be written to.")
		e.remove(ctx, cl, plain, err)
		return ctx.Err()
	}
	ended := time.Now()
	defer e.remove(ctx, cl, plain, nil)
	info, err := cl.Stat(ctx, plain)
	switch {
	case err != nil:
		e.fail("upload", "A file was uploaded, and is not to be found then: "+sentence(err), "")
		return ctx.Err()
	case info.Size >= 0 && info.Size != 10:
		e.fail("upload", fmt.Sprintf("A file of 10 octets was uploaded, and has %d at the server.", info.Size), "Something on the way, or the server, changes files.")
		return ctx.Err()
	}
	e.ok("upload", "Files can be uploaded.")
	if !info.ModTime.IsZero() {
		e.clock(info.ModTime, begun, ended, info.Coarse)
	}
	e.resume(ctx, cl, plain)
	e.times(ctx, cl, plain)
	e.charset(ctx, cl, dir)
	return ctx.Err()
}

// store writes a text.
func store(ctx context.Context, fsys storage.FS, name string, o storage.CreateOptions, text string) error {
	w, err := fsys.Create(ctx, name, o)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	_, err = w.Commit(ctx)
	return err
}

// remove removes the scratch file, whatever has become of the context. after is the error
// of an upload of which something may be there.
func (e *examination) remove(ctx context.Context, cl *ftpclient.Client, name string, after error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.o.Client.Timeout)
	defer cancel()
	err := cl.Remove(ctx, name, storage.KindFile)
	if err != nil && after == nil {
		e.warn("upload.remove", fmt.Sprintf("The scratch file %s cannot be removed: %s", name, sentence(err)), "Remove it by hand. Some servers let users upload, and not delete.")
	}
}

// clock compares the clocks by a file that was written between begun and ended.
func (e *examination) clock(at, begun, ended time.Time, coarse time.Duration) {
	const check = "clock"
	off := time.Duration(0)
	switch {
	case at.Add(coarse).Before(begun.Add(-2 * time.Second)):
		off = at.Sub(begun)
	case at.After(ended.Add(2 * time.Second)):
		off = at.Sub(ended)
	}
	rounded := off.Round(15 * time.Minute)
	switch {
	case off == 0:
		e.ok(check, "The clocks of both machines agree.")
	case rounded != 0 && (off-rounded).Abs() < 2*time.Minute:
		e.warn(check, fmt.Sprintf("The server says of a new file that it is %s: its times are not in UTC, as MDTM and MLSD have to be (RFC 3659), or its clock is in another zone.", aged(rounded)),
			"Programs that compare times copy too much, or too little. With vsftpd, take use_localtime away.")
	case off.Abs() > time.Minute:
		e.warn(check, fmt.Sprintf("The server says of a new file that it is %s.", aged(off.Round(time.Second))), "Set the clock of the machine that is wrong, by NTP.")
	default:
		e.note(check, fmt.Sprintf("The server says of a new file that it is %s, which is little.", aged(off.Round(time.Second))), "")
	}
}

func aged(off time.Duration) string {
	if off < 0 {
		return fmt.Sprintf("%v old already", -off)
	}
	return fmt.Sprintf("of a time %v in the future", off)
}

// resume goes on with the file, as with an upload that was cut.
func (e *examination) resume(ctx context.Context, cl *ftpclient.Client, name string) {
	const check = "upload.resume"
	err := store(ctx, cl, name, storage.CreateOptions{Mode: storage.Resume, Offset: 5}, "abcde")
	if err == nil {
		var text []byte
		var r storage.Reader
		if r, err = cl.Open(ctx, name, storage.Range{}); err == nil {
			text, err = io.ReadAll(r)
			err = errors.Join(err, r.Close())
		}
		if err == nil && string(text) != "01234abcde" {
			e.fail(check, fmt.Sprintf("An upload that was taken up at octet 5 has made %q of the file, instead of %q.", text, "01234abcde"), "Upload whole files to this server: --restart.")
			return
		}
	}
	if err != nil {
		e.warn(check, "Uploads that were cut have to begin anew: "+sentence(err), "Allow REST before STOR at the server.")
		return
	}
	e.ok(check, "Uploads that were cut can be taken up again.")
}

// times sets the time of the file.
func (e *examination) times(ctx context.Context, cl *ftpclient.Client, name string) {
	const check = "times"
	want := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	err := cl.SetAttr(ctx, name, storage.Attr{ModTime: want})
	if err != nil {
		e.warn(check, "The times of files cannot be set, so that those of uploads are lost: "+sentence(err), "Programs that compare times have to compare sizes or hashes. MFMT of newer servers does it.")
		return
	}
	info, err := cl.Stat(ctx, name)
	if err != nil || info.ModTime.IsZero() || info.ModTime.Truncate(time.Second).Equal(want) {
		e.ok(check, "The times of files can be set.")
		return
	}
	e.warn(check, fmt.Sprintf("The time of a file was set to %s, and is %s then.", want.Format(time.DateTime), info.ModTime.UTC().Format(time.DateTime)), "The server takes one zone and tells another.")
}

// charset writes a file with a name beyond ASCII, and looks how it is listed.
func (e *examination) charset(ctx context.Context, cl *ftpclient.Client, dir string) {
	const check = "charset.names"
	base := "ferry-doctor-" + rand.Text()[:6] + "-ä€日.tmp"
	name := storage.Join(dir, base)
	err := store(ctx, cl, name, storage.CreateOptions{}, "x")
	if err == nil {
		defer e.remove(ctx, cl, name, nil)
		for info, lerr := range cl.List(ctx, dir) {
			if lerr != nil {
				err = lerr
			}
			if info.Name == base {
				e.ok(check, "Names beyond ASCII come back as they were sent.")
				return
			}
		}
	}
	if err != nil {
		e.warn(check, "A file with a name beyond ASCII cannot be written: "+sentence(err), "--charset says what the server's names are in.")
		return
	}
	e.warn(check, "A file with a name beyond ASCII was written, and is listed under another.", "--charset says what the server's names are in.")
}
