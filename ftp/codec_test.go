package ftp

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"io"
	"testing"
)

func encode(t testing.TB, c Codec, file []byte, r func(io.Reader) io.Reader) []byte {
	t.Helper()
	wire, err := send(c, file, r)
	if err != nil {
		t.Fatalf("%v: %v", c.Params, err)
	}
	return wire
}

// send returns what a file is on the wire, when it is written in the pieces that
// r reads it in.
func send(c Codec, file []byte, r func(io.Reader) io.Reader) ([]byte, error) {
	var wire bytes.Buffer
	w := c.NewWriter(&wire)
	if _, err := io.Copy(struct{ io.Writer }{w}, r(bytes.NewReader(file))); err != nil {
		return nil, err
	}
	err := w.Close()
	return wire.Bytes(), err
}

func decode(t testing.TB, c Codec, wire []byte, r func(io.Reader) io.Reader) []byte {
	t.Helper()
	file, err := readAll(c, wire, r)
	if err != nil {
		t.Fatalf("%v: %v", c.Params, err)
	}
	return file
}

// readAll returns what the wire is as a file, when it comes and is read in the
// pieces that r reads in.
func readAll(c Codec, wire []byte, r func(io.Reader) io.Reader) ([]byte, error) {
	return io.ReadAll(r(c.NewReader(bufio.NewReader(r(bytes.NewReader(wire))))))
}

func whole(r io.Reader) io.Reader { return r }

// stream returns c in stream mode.
func stream(c Codec) Codec {
	c.Mode = 'S'
	return c
}

func inflate(t testing.TB, wire []byte) []byte {
	t.Helper()
	z, err := zlib.NewReader(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
