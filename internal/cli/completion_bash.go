package cli

import (
	"fmt"
	"strings"
)

// bashCompletion writes the script for bash.
func bashCompletion(commands []completion) string {
	var names, values, flags, args strings.Builder
	for _, c := range commands {
		names.WriteString(" " + c.name)
		fmt.Fprintf(&flags, "        %s) words='%s' ;;\n", c.name, bashFlags(c))
		switch {
		case c.words != nil:
			fmt.Fprintf(&args, "        %s) words='%s' ;;\n", c.name, strings.Join(c.words, " "))
		case c.files:
			fmt.Fprintf(&args, "        %s) compopt -o default; return ;;\n", c.name)
		}
		for _, f := range c.flags {
			if !f.takesValue {
				continue
			}
			pattern := c.name + ":--" + f.name
			if f.short != "" {
				pattern += "|" + c.name + ":-" + f.short
			}
			do := "return"
			if f.files {
				do = "compopt -o default; return"
			} else if f.words != nil {
				do = fmt.Sprintf("COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return", strings.Join(f.words, " "))
			}
			fmt.Fprintf(&values, "    %s) %s ;;\n", pattern, do)
		}
	}
	return fmt.Sprintf(bashScript, strings.ReplaceAll(names.String()[1:], " ", "|"), values.String(), flags.String(), names.String()[1:], args.String())
}

func bashFlags(c completion) string {
	var words []string
	for _, f := range c.flags {
		words = append(words, "--"+f.name)
		if f.short != "" {
			words = append(words, "-"+f.short)
		}
	}
	return strings.Join(words, " ")
}

// bash takes "=" for a word of its own.
const bashScript = `# bash completion for ferry
_ferry() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= i
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        %s) command=${COMP_WORDS[i]}; break ;;
        esac
    done
    case $command:$prev in
%s    esac
    if [[ $cur == -* ]]; then
        case $command in
        '') words='--help -h' ;;
%s        esac
    else
        case $command in
        '') words='%s' ;;
%s        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _ferry ferry
`
