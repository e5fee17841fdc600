package cli

import (
	"fmt"
	"strings"
)

// fishCompletion writes the script for fish.
func fishCompletion(commands []completion) string {
	var b strings.Builder
	b.WriteString("# fish completion for ferry\ncomplete -c ferry -f\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "complete -c ferry -n __fish_use_subcommand -a %s -d %s\n", c.name, fishQuote(brief(c.help)))
	}
	for _, c := range commands {
		on := "complete -c ferry -n '__fish_seen_subcommand_from " + c.name + "'"
		for _, f := range c.flags {
			line := on + " -l " + f.name
			if f.short != "" {
				line += " -s " + f.short
			}
			switch {
			case f.files:
				line += " -r -F"
			case f.words != nil:
				line += " -x -a " + fishQuote(strings.Join(f.words, " "))
			case f.takesValue:
				line += " -x"
			}
			b.WriteString(line + " -d " + fishQuote(brief(f.help)) + "\n")
		}
		switch {
		case c.words != nil:
			b.WriteString(on + " -a " + fishQuote(strings.Join(c.words, " ")) + "\n")
		case c.files:
			b.WriteString(on + " -F\n")
		}
	}
	return b.String()
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
