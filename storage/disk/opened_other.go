//go:build !linux

package disk

import "io/fs"

// Every file is an os.File here from the start.

func (o *opened) read(p []byte) (int, error)  { return o.file.Read(p) }
func (o *opened) write(p []byte) (int, error) { return o.file.Write(p) }
func (o *opened) stat() (meta, error)         { return statFile(o.file) }

func (o *opened) chmod(mode fs.FileMode) error { return o.file.Chmod(mode) }

// closeBare is never called.
func closeBare(int) error { return nil }
