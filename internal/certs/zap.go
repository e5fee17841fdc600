package certs

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// zapLogger returns a logger for certmagic that writes into log. What it tells of
// its steps is for debugging; what an operator should know of them comes by
// its events. Once over is closed that is no news either: what fails then has been
// given up.
func zapLogger(log *slog.Logger, over <-chan struct{}) *zap.Logger {
	return zap.New(zapCore{log, over})
}

// zapCore is a zapcore.Core that writes into an slog.Logger.
type zapCore struct {
	log  *slog.Logger
	over <-chan struct{}
}

func (c zapCore) level(l zapcore.Level) slog.Level {
	select {
	case <-c.over:
		return slog.LevelDebug
	default:
	}
	switch {
	case l >= zapcore.ErrorLevel:
		return slog.LevelError
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func (c zapCore) Enabled(l zapcore.Level) bool {
	return c.log.Enabled(context.Background(), c.level(l))
}

func (c zapCore) With(fields []zapcore.Field) zapcore.Core {
	return zapCore{slog.New(c.log.Handler().WithAttrs(attrs(fields))), c.over}
}

func (c zapCore) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return checked.AddCore(e, c)
	}
	return checked
}

func (c zapCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	c.log.LogAttrs(context.Background(), c.level(e.Level), "acme: "+e.Message, attrs(fields)...)
	return nil
}

func (zapCore) Sync() error { return nil }

func attrs(fields []zapcore.Field) []slog.Attr {
	all := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(all)
	}
	list := make([]slog.Attr, 0, len(all.Fields))
	for _, key := range slices.Sorted(maps.Keys(all.Fields)) {
		list = append(list, slog.Any(key, all.Fields[key]))
	}
	return list
}
