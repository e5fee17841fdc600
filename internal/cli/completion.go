package cli

import (
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/seed-6092453b/ferry/internal/explain"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" name:"shell" help:"One of bash, zsh, fish."`
}

func (completionCmd) Help() string {
	return `Put one of these where your shell starts:

    source <(ferry completion bash)      in ~/.bashrc
    source <(ferry completion zsh)       in ~/.zshrc, after compinit
    ferry completion fish | source       in ~/.config/fish/config.fish`
}

func (c *completionCmd) Run(s *stdio, model *kong.Application) error {
	commands := completions(model)
	write := map[string]func([]completion) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell]
	_, err := io.WriteString(s.out, write(commands))
	return err
}

// completion is what can follow a command.
type completion struct {
	name, help string
	flags      []completedFlag
	words      []string // what an argument can be; nil: see files
	several    bool     // it can be several of them
	files      bool     // an argument is a local file or folder
}

// completedFlag is a flag, and what its value can be.
type completedFlag struct {
	name, help string
	short      string   // "" if there is none
	takesValue bool     //
	words      []string // the values there are; nil: anything
	files      bool     // the value is a local file
}

// completions reads the grammar of the command line.
func completions(model *kong.Application) []completion {
	var all []completion
	for _, node := range model.Children {
		c := completion{name: node.Name, help: node.Help}
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				c.flags = append(c.flags, completeFlag(f))
			}
		}
		for _, arg := range node.Positional {
			c.files = c.files || arg.Tag.Get("complete") != ""
			c.words = append(c.words, enum(arg)...)
		}
		all = append(all, c)
	}
	for i := range all {
		switch all[i].name {
		case "help":
			for _, c := range all {
				all[i].words = append(all[i].words, c.name)
			}
			all[i].words = append(all[i].words, "exit-codes", "urls", "tls", "types", "clients", "json")
		case "explain":
			all[i].words, all[i].several = explain.Words(), true
		}
	}
	return all
}

func completeFlag(f *kong.Flag) completedFlag {
	c := completedFlag{
		name:       f.Name,
		help:       f.Help,
		takesValue: !f.IsBool() && !f.IsCounter(),
		files:      f.Tag.Get("complete") != "",
		words:      enum(f.Value),
	}
	if f.Short != 0 {
		c.short = string(f.Short)
	}
	return c
}

func enum(v *kong.Value) []string {
	if v.Enum == "" {
		return nil
	}
	return strings.Split(v.Enum, ",")
}

// brief is the first sentence of a help text.
func brief(help string) string {
	for i := 0; i+1 < len(help); i++ {
		if strings.IndexByte(".;:(", help[i]) >= 0 && (help[i+1] == ' ' || help[i] == '(') {
			return strings.TrimSpace(help[:i])
		}
	}
	return strings.TrimSuffix(help, ".")
}
