//go:build !linux

package disk

import "os"

// statFile describes the object that f is open on.
func statFile(f *os.File) (meta, error) {
	fi, err := f.Stat()
	if err != nil {
		return meta{}, err
	}
	return metaOf(fi), nil
}
