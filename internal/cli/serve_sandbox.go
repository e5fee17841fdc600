package cli

import (
	"errors"
	"log/slog"
	"runtime"

	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/internal/sandbox"
)

// confine has the kernel keep the process from whatever a does not need, as
// --sandbox asks for it. The log says what came of it.
func (f *serveFlags) confine(a *app.App, log *slog.Logger) error {
	if f.Sandbox == "off" {
		return nil
	}
	read, write := a.Paths()
	done, err := sandbox.Enter(sandbox.Allowed{Read: read, Write: write})
	switch {
	case err == nil:
		log.Info("confined by the kernel (Landlock)", "abi", done.ABI, "reads", done.Read, "writes", done.Write)
		return nil
	case f.Sandbox == "require":
		return hint(err, "leave out --sandbox require to serve without")
	case !errors.Is(err, sandbox.ErrUnsupported):
		log.Warn("not confined by the kernel", "error", err)
	case runtime.GOOS == "linux":
		log.Info("not confined by the kernel", "error", err)
	default:
		log.Debug("not confined by the kernel", "error", err)
	}
	return nil
}
