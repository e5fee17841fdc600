package storage

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"hash"
	"hash/crc32"
	"io"
)

// Hasher is implemented by an FS that can hash a file without its contents
// having to be read through Open: a remote one, say.
type Hasher interface {
	// Hash returns the hash of what r says of the file name, by an algorithm
	// of HashNames. errors.ErrUnsupported if the FS has not got that algorithm,
	// or cannot hash this range by it. Otherwise as Open: ErrIsDir, ErrOffset,
	// ErrChanged.
	Hash(ctx context.Context, name, alg string, r Range) (sum []byte, err error)
}

// hashes are the algorithms by the names that IANA (FTP HASH, SHA and MD5) and
// those who use CRC32 have given them.
var hashes = []struct {
	name string
	new  func() hash.Hash
}{
	{"SHA-256", sha256.New},
	{"SHA-512", sha512.New},
	{"SHA-1", sha1.New},
	{"MD5", md5.New},
	{"CRC32", func() hash.Hash { return crc32.NewIEEE() }},
}

// HashNames returns the names of all algorithms, the one to be preferred first.
func HashNames() []string {
	names := make([]string, len(hashes))
	for i, h := range hashes {
		names[i] = h.name
	}
	return names
}

// NewHash begins a hash by an algorithm of HashNames; false if alg is none. A
// CRC32 is that of ISO 3309 (zip, Ethernet), its highest octet first.
func NewHash(alg string) (hash.Hash, bool) {
	for _, h := range hashes {
		if h.name == alg {
			return h.new(), true
		}
	}
	return nil, false
}

// Hash returns the hash of what r says of a file: what fsys says itself, if it
// is a Hasher that has the algorithm, else by reading. alg is one of HashNames,
// anything else is errors.ErrUnsupported.
func Hash(ctx context.Context, fsys FS, name, alg string, r Range) ([]byte, error) {
	h, ok := NewHash(alg)
	if !ok {
		return nil, PathError("hash", name, errors.ErrUnsupported)
	}
	if hasher, ok := As[Hasher](fsys); ok {
		sum, err := hasher.Hash(ctx, name, alg, r)
		if !errors.Is(err, errors.ErrUnsupported) {
			return sum, err
		}
	}
	f, err := fsys.Open(ctx, name, r)
	if err != nil {
		return nil, PathError("hash", name, err)
	}
	defer f.Close()
	if err := pump(ctx, h, f); err != nil {
		return nil, PathError("hash", name, err)
	}
	return h.Sum(nil), nil
}

// pumpSize is how much pump moves at a time.
const pumpSize = 256 << 10

// pump copies all of src to dst, as long as ctx lasts.
func pump(ctx context.Context, dst io.Writer, src io.Reader) error {
	buf := make([]byte, pumpSize)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := src.Read(buf)
		if n > 0 {
			if _, err := dst.Write(buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
