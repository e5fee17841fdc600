package cli

import (
	"bytes"
	"io"
	"os"
	"sync"
)

// gate lets lines through to a terminal, but keeps them back while the user edits
// another.
type gate struct {
	mu   sync.Mutex
	held bool
	kept []keptText
	size int // octets in kept
	lost bool
}

type keptText struct {
	to   *os.File
	text []byte
}

// maxKept is how much is kept back. Beyond it the oldest goes.
const maxKept = 256 << 10

// to returns a writer to f that the gate guards.
func (g *gate) to(f *os.File) io.Writer { return &gated{g, f} }

// hold keeps back what is written from now on.
func (g *gate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = true
}

// release lets out what was kept back.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held = false; g.lost {
		io.WriteString(os.Stderr, "...\n")
	}
	for _, k := range g.kept {
		k.to.Write(k.text)
	}
	g.kept, g.size, g.lost = nil, 0, false
}

// gated is a file behind a gate.
type gated struct {
	gate *gate
	f    *os.File
}

func (w *gated) Fd() uintptr    { return w.f.Fd() }
func (w *gated) file() *os.File { return w.f }

func (w *gated) Write(p []byte) (int, error) {
	g := w.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.held {
		return w.f.Write(p)
	}
	g.kept = append(g.kept, keptText{w.f, bytes.Clone(p)})
	for g.size += len(p); g.size > maxKept && len(g.kept) > 1; g.lost = true {
		g.size -= len(g.kept[0].text)
		g.kept = g.kept[1:]
	}
	return len(p), nil
}

// behind returns the file that w writes to, where something has to know it as such.
func behind(w io.Writer) io.Writer {
	if g, ok := w.(*gated); ok {
		return g.file()
	}
	return w
}
