package cli

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

func (versionCmd) Run(s *stdio) error {
	_, err := fmt.Fprintln(s.out, version())
	return err
}

// version is what the build knows of itself: the module's version or else the
// commit, and Go's.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "ferry, unknown version"
	}
	settings := make(map[string]string)
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	v := build.Main.Version
	if v == "" || v == "(devel)" {
		v = cmp.Or(settings["vcs.revision"], "development")
		if settings["vcs.modified"] == "true" {
			v += "+changes"
		}
	}
	return fmt.Sprintf("ferry %s (%s, %s/%s)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
