package cli

import (
	"fmt"
	"strings"
)

// zshCompletion writes the script for zsh. It can be sourced, or stand in
// $fpath as _ferry.
func zshCompletion(commands []completion) string {
	var names, cases strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&names, "        %s\n", zshQuote(c.name+":"+brief(c.help)))
		fmt.Fprintf(&cases, "    %s)\n        _arguments -S", c.name)
		for _, f := range c.flags {
			cases.WriteString(" \\\n            " + zshFlag(f))
		}
		cases.WriteString(" \\\n            " + zshArgs(c) + "\n        ;;\n")
	}
	return fmt.Sprintf(zshScript, names.String(), cases.String())
}

func zshFlag(f completedFlag) string {
	help := "[" + strings.NewReplacer("[", "\\[", "]", "\\]", ":", "\\:").Replace(brief(f.help)) + "]"
	value := ""
	switch {
	case f.files:
		value = ":file:_files"
	case f.words != nil:
		value = ":value:(" + strings.Join(f.words, " ") + ")"
	case f.takesValue:
		value = ":value: "
	}
	long := "--" + f.name
	if f.takesValue {
		long += "="
	}
	if f.short == "" {
		return zshQuote("*" + long + help + value)
	}
	return zshQuote("*"+long+help+value) + " " + zshQuote("*-"+f.short+help+value)
}

func zshArgs(c completion) string {
	switch {
	case c.several:
		return zshQuote("*:what:(" + strings.Join(c.words, " ") + ")")
	case c.words != nil:
		return zshQuote("1:what:(" + strings.Join(c.words, " ") + ")")
	case c.files:
		return zshQuote("*:file:_files")
	}
	return zshQuote("*:url: ")
}

func zshQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

const zshScript = `#compdef ferry
_ferry() {
    local -a commands=(
%s    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
%s    esac
}
if [[ ${funcstack[1]} == _ferry ]]; then _ferry "$@"; else compdef _ferry ferry; fi
`
