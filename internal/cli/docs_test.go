package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/conformance"
)

var update = flag.Bool("update", false, "write the generated parts of the pages in docs")

// TestDocs compares the generated parts of the documentation with the help.
func TestDocs(t *testing.T) {
	generated(t, "../../docs/cli.md", map[string]string{
		"exit codes": exitTable(),
		"commands":   commandTables(model(t)),
		"urls":       "```\n" + urlText + "```\n",
		"tls":        "```\n" + tlsText + "```\n",
		"types":      "```\n" + typeText + "```\n",
		"json":       "```\n" + jsonText + "```\n",
	})
	generated(t, "../../docs/check.md", map[string]string{"states": stateTable()})
	generated(t, "../../docs/shell.md", map[string]string{"shell commands": shellTables(), "shell settings": settingsTable()})
}

// shellTables has a table of the commands of each group.
func shellTables() string {
	var b strings.Builder
	for _, g := range shellGroups() {
		fmt.Fprintf(&b, "### %s\n\n| command | |\n|---|---|\n", g.title)
		for _, c := range g.commands {
			text := c.help
			if c.more != "" {
				text += " " + c.more
			}
			if names := strings.Fields(c.names); len(names) > 1 {
				text += " Also called `" + strings.Join(names[1:], "`, `") + "`."
			}
			fmt.Fprintf(&b, "| `%s` | %s |\n", cell(c.usage()), cell(text))
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| setting | |\n|---|---|\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s[0], cell(s[1]))
	}
	return b.String()
}

// generated compares the parts of a page, each between two marks, with what they are
// generated from.
func generated(t *testing.T, docs string, parts map[string]string) {
	t.Helper()
	raw, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for name, want := range parts {
		begin, end := "<!-- "+name+": go test ./internal/cli -update -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(text, begin)
		got, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s has no part for %s", docs, name)
		}
		if got != want && !*update {
			t.Errorf("%s differs from the help on %s: go test ./internal/cli -update", docs, name)
		}
		text = before + begin + want + end + after
	}
	if *update {
		if err := os.WriteFile(docs, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func stateTable() string {
	var b strings.Builder
	b.WriteString("| state | a server that | items |\n|---|---|---|\n")
	for _, st := range conformance.States() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", st.State, cell(st.About), st.Items)
	}
	return b.String()
}

func exitTable() string {
	var b strings.Builder
	b.WriteString("| code | meaning |\n|--:|---|\n")
	for _, r := range exitCodes() {
		fmt.Fprintf(&b, "| %s | %s |\n", r.key, r.text)
	}
	return b.String()
}

// commandTables has a table of flags for each command.
func commandTables(app *kong.Application) string {
	var b strings.Builder
	for _, node := range app.Children {
		fmt.Fprintf(&b, "### ferry %s\n\n%s\n\n", node.Summary(), node.Help)
		var rows []string
		for _, arg := range node.Positional {
			rows = append(rows, fmt.Sprintf("| `%s` | %s |", arg.Summary(), cell(arg.Help)))
		}
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				if f.Name == "help" {
					continue
				}
				name := "`--" + f.Name
				if !f.IsBool() && !f.IsCounter() {
					name += " " + f.FormatPlaceHolder()
				}
				name += "`"
				if f.Short != 0 {
					name = "`-" + string(f.Short) + "`, " + name
				}
				rows = append(rows, fmt.Sprintf("| %s | %s |", name, cell(f.Help)))
			}
		}
		if len(rows) > 0 {
			b.WriteString("| | |\n|---|---|\n" + strings.Join(rows, "\n") + "\n\n")
		}
	}
	return b.String()
}

func cell(text string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text) }
