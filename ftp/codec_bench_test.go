package ftp

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
)

// benchmarkFile is what is transferred: text in lines of some 40 octets, or a
// mixture of runs and noise.
func benchmarkFile(c Codec) []byte {
	r := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, 0, 8<<20)
	for len(b) < cap(b)-100 {
		n := 20 + r.IntN(40)
		switch {
		case !c.text() && r.IntN(4) == 0:
			b = append(b, make([]byte, n)...)
		case !c.text():
			for range n {
				b = append(b, byte(r.Uint32()))
			}
		default:
			for range n {
				b = append(b, " etaoin shrdlu"[r.IntN(14)])
			}
			b = append(b, '\n')
		}
	}
	return b[:len(b)/8*8]
}

var benchmarks = []struct {
	name, params string
	mode         byte
}{
	{"ASCII", "A F", 'S'},
	{"EBCDIC", "E F", 'S'},
	{"Local36", "L 36 F", 'S'},
	{"Records", "A R", 'S'},
	{"Pages", "L 32 P", 'S'},
	{"Block", "I F", 'B'},
	{"BlockASCII", "A F", 'B'},
	{"BlockRecords", "A R", 'B'},
	{"Compressed", "I F", 'C'},
	{"CompressedASCII", "A F", 'C'},
	{"Deflate", "I F", 'Z'},
	{"DeflateASCII", "A F", 'Z'},
}

func benchmarkCodecs(b *testing.B, f func(b *testing.B, c Codec, file []byte)) {
	for _, bb := range benchmarks {
		b.Run(bb.name, func(b *testing.B) {
			c := codecOf(b, bb.params)
			c.Mode = bb.mode
			file := benchmarkFile(c)
			if c.packed() {
				for i := range file {
					if i%c.unit() < 4 {
						file[i] &= 1<<(i%c.unit()/3*4) - 1
					}
				}
			}
			b.SetBytes(int64(len(file)))
			f(b, c, file)
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	benchmarkCodecs(b, func(b *testing.B, c Codec, file []byte) {
		b.ReportAllocs()
		for b.Loop() {
			w := c.NewWriter(io.Discard)
			for p := file; len(p) > 0; p = p[min(len(p), 256<<10):] {
				if _, err := w.Write(p[:min(len(p), 256<<10)]); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	benchmarkCodecs(b, func(b *testing.B, c Codec, file []byte) {
		wire := encode(b, c, file, whole)
		buf := make([]byte, 256<<10)
		in := bufio.NewReaderSize(nil, 64<<10)
		b.ReportAllocs()
		for b.Loop() {
			in.Reset(bytes.NewReader(wire))
			n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, c.NewReader(in), buf)
			if err != nil || n != int64(len(file)) {
				b.Fatal(n, err)
			}
		}
	})
}

// Many small files over one connection: what each costs beside its octets.
func BenchmarkSmallFiles(b *testing.B) {
	for _, mode := range "BCZ" {
		b.Run(string(mode), func(b *testing.B) {
			c := codecOf(b, "I F")
			c.Mode = byte(mode)
			file := bytes.Repeat([]byte("small"), 800)
			var wire bytes.Buffer
			in := bufio.NewReader(nil)
			buf := make([]byte, 8<<10)
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				wire.Reset()
				w := c.NewWriter(&wire)
				w.Write(file)
				w.Close()
				in.Reset(&wire)
				if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, c.NewReader(in), buf); err != nil || n != int64(len(file)) {
					b.Fatal(n, err)
				}
			}
		})
	}
}
