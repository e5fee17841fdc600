package rig

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// Dialogue takes down what goes over control connections. It is safe for concurrent use.
type Dialogue struct {
	mu   sync.Mutex
	sent []string
	text strings.Builder
}

// Trace is for ftpclient.Options.
func (d *Dialogue) Trace(e ftpclient.TraceEvent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !e.Sent {
		fmt.Fprintf(&d.text, "%d< %s%v\n", e.Conn, e.Line, e.Reply)
		return
	}
	fmt.Fprintf(&d.text, "%d> %s\n", e.Conn, e.Line)
	d.sent = append(d.sent, e.Line)
}

// Sent returns the commands that the client has sent.
func (d *Dialogue) Sent() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sent)
}

// String returns both sides.
func (d *Dialogue) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}
