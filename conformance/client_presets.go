package conformance

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed clients/*.txt
var presetFiles embed.FS

// Presets returns the names of the clients for which it is known how they are run.
func Presets() []string {
	entries, err := presetFiles.ReadDir("clients")
	if err != nil {
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".txt"))
	}
	slices.Sort(names)
	return names
}

// PresetText returns what Preset gives to ParseProgram, as an example for others, and
// whether there is such a preset.
func PresetText(name string) (string, bool) {
	b, err := presetFiles.ReadFile("clients/" + name + ".txt")
	return string(b), err == nil
}

// Preset returns one of Presets. program is the path of the program; "" looks for it
// under its name.
func Preset(name, program string) (Client, error) {
	text, ok := PresetText(name)
	if !ok {
		return nil, fmt.Errorf("%q is none of the clients that are known: %s", name, strings.Join(Presets(), ", "))
	}
	return parseProgram(name, cmp.Or(program, name), text)
}
