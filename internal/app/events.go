package app

import (
	"context"
	"log/slog"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// observe returns the function that logs every event at the level it deserves:
// what changes files and who comes and goes at Info, what was refused at Warn,
// the dialogue at Debug. It calls active, unless that is nil.
func observe(log *slog.Logger, active func()) func(context.Context, ftpserver.Event) {
	return func(ctx context.Context, e ftpserver.Event) {
		if active != nil {
			active()
		}
		if l := level(e); log.Enabled(ctx, l) {
			log.LogAttrs(ctx, l, e.Name(), slog.Attr{Value: e.LogValue()})
		}
	}
}

// observed tells which commands are logged.
func observed(log *slog.Logger) func(string, ftp.Code) bool {
	return func(verb string, code ftp.Code) bool {
		return log.Enabled(context.Background(), levelOf(verb, code))
	}
}

func level(e ftpserver.Event) slog.Level {
	switch e := e.(type) {
	case ftpserver.LoginFailed, ftpserver.Throttled, ftpserver.Refused:
		return slog.LevelWarn
	case ftpserver.LoggedIn:
		return slog.LevelInfo
	case ftpserver.TransferEnded:
		switch {
		case e.Err != nil:
			return slog.LevelWarn
		case isListing(e.Verb):
			return slog.LevelDebug
		}
		return slog.LevelInfo
	case ftpserver.Commanded:
		return levelOf(e.Verb, e.Code)
	}
	return slog.LevelDebug
}

// levelOf is that of a command.
func levelOf(verb string, code ftp.Code) slog.Level {
	if code < 400 && changesTree(verb) {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

func isListing(verb string) bool {
	switch verb {
	case "LIST", "NLST", "MLSD":
		return true
	}
	return false
}

// changesTree reports whether a command changes the tree without a transfer.
func changesTree(verb string) bool {
	switch verb {
	case "DELE", "RMD", "XRMD", "MKD", "XMKD", "RNTO":
		return true
	}
	return false
}
