package stage

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/seed-6092453b/ferry"

// Build builds a package below a folder of the repository, which may be that of another
// module.
func Build(ctx context.Context, to, folder, pkg string) error {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return fmt.Errorf("the repository is not found: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, pkg)
	cmd.Dir = filepath.Join(strings.TrimSpace(string(root)), filepath.FromSlash(folder))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s cannot be built: %w: %s", pkg, err, strings.TrimSpace(string(out)))
	}
	return nil
}
