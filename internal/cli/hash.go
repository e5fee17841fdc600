package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/seed-6092453b/ferry/storage"
)

type hashCmd struct {
	URL       []string `arg:"" name:"url" sep:"none" help:"Files."`
	Algorithm hashName `short:"a" default:"SHA-256" placeholder:"NAME" help:"One of SHA-256, SHA-512, SHA-1, MD5 and CRC32 (default ${default})."`
	Offset    int64    `placeholder:"N" help:"Begin after the first N octets."`
	Length    int64    `placeholder:"N" help:"End after N octets."`
	JSON      bool     `name:"json" help:"One JSON object per file (see: ferry help json)."`
	remoteFlags
}

// hashName is the name of an algorithm; people write it as they like.
type hashName string

func (h *hashName) UnmarshalText(text []byte) error {
	plain := func(name string) string { return strings.ReplaceAll(strings.ToUpper(name), "-", "") }
	for _, name := range storage.HashNames() {
		if plain(name) == plain(string(text)) {
			*h = hashName(name)
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", text, strings.Join(storage.HashNames(), ", "))
}

func (hashCmd) Help() string {
	return `Examples:

    ferry hash ftp://host/pub/big.iso
    ferry hash ftp://host/pub/big.iso | sha256sum -c    against the file of that name here

The server computes the hash if it can; else the file is read for it.`
}

// jsonHash is what --json shows of a hash.
type jsonHash struct {
	URL       string `json:"url"`
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Hash      string `json:"hash"`
}

func (c *hashCmd) Run(s *stdio) error {
	if c.Offset < 0 || c.Length < 0 {
		return usagef("--offset and --length are not negative")
	}
	return c.each(s, c.URL, func(ctx context.Context, r *remote, u remoteURL) error {
		sum, err := storage.Hash(ctx, r, u.Path, string(c.Algorithm), storage.Range{Off: c.Offset, Len: c.Length})
		if err != nil {
			return err
		}
		if c.JSON {
			return s.json(jsonHash{u.Of(u.Path), u.base(), string(c.Algorithm), hex.EncodeToString(sum)})
		}
		_, err = fmt.Fprintln(s.out, sumLine(hex.EncodeToString(sum), u.base()))
		return err
	})
}

// sumLine is a line as sha256sum(1) writes and reads it: with a backslash before it
// if the name has to be escaped.
func sumLine(sum, name string) string {
	if escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`).Replace(name); escaped != name {
		return `\` + sum + "  " + escaped
	}
	return sum + "  " + name
}
