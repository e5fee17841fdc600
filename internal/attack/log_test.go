package attack_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
)

// bugLog is the log of a server in which only its bugs are of interest: what it says
// of a panic, and incidents, which are errors that it has no reply for.
type bugLog struct {
	mu   sync.Mutex
	bugs []string
}

func (b *bugLog) logger() *slog.Logger { return slog.New(bugHandler{b}) }

func (b *bugLog) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bugs
}

type bugHandler struct{ log *bugLog }

func (h bugHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (h bugHandler) WithAttrs([]slog.Attr) slog.Handler           { return h }
func (h bugHandler) WithGroup(string) slog.Handler                { return h }

func (h bugHandler) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	bug := false
	r.Attrs(func(a slog.Attr) bool {
		bug = bug || a.Key == "panic" || a.Key == "incident"
		text += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	if bug {
		h.log.mu.Lock()
		defer h.log.mu.Unlock()
		h.log.bugs = append(h.log.bugs, strings.TrimSpace(text))
	}
	return nil
}
