package ftpserver_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

var update = flag.Bool("update", false, "write docs/commands.md and docs/replies.md")

// howToUpdate stands in the documents that are generated.
const howToUpdate = "go test ./ftpserver -run 'TestTranscripts$' -update"

// document compares docs/commands.md and docs/replies.md with the tables of package
// ftp and with what the scripts have got from live sessions.
func (a *answers) document(t *testing.T) {
	t.Helper()
	compare(t, "commands.md", a.commandsPage)
	compare(t, "replies.md", a.repliesPage)
}

// compare fails the test if the document is another than what page makes of it. What
// page is given is the document as it is.
func compare(t *testing.T, name string, page func(t *testing.T, old string) string) {
	t.Helper()
	path := filepath.Join("..", "docs", name)
	old, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	text := page(t, string(old))
	if text == string(old) {
		return
	}
	if !*update {
		t.Errorf("docs/%s is not what the tables and the scripts say: %s", name, howToUpdate)
	} else if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// script returns one of those in which a command was answered with a code, "" if there
// is none. A document goes on to name the one that it names, as long as that is true;
// else it is one that is named for the command, or the first.
func (a *answers) script(old, command string, code ftp.Code) string {
	all := slices.Sorted(maps.Keys(a.codes[command][int(code)]))
	for _, file := range all {
		if strings.Contains(old, proof(file)) {
			return file
		}
	}
	verb := strings.ToLower(command[strings.LastIndexByte(command, ' ')+1:])
	if i := slices.IndexFunc(all, func(file string) bool { return verb != "" && strings.HasPrefix(file, verb) }); i >= 0 {
		return all[i]
	}
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// proof is how the documents name a script.
func proof(file string) string {
	return fmt.Sprintf("[%s](../ftpserver/testdata/%s)", file, file)
}

// section returns what stands in a document from a heading to the next one, "" if it
// has no such heading.
func section(doc, heading string) string {
	_, rest, ok := strings.Cut(doc, "\n"+heading+"\n")
	if !ok {
		return ""
	}
	before, _, _ := strings.Cut(rest, "\n##")
	return before
}

// commandsPage is docs/commands.md.
func (a *answers) commandsPage(t *testing.T, old string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# The commands of FTP

Every command that ferry knows: what it takes, where it is legal, what it may be answered. The table is the one that the server checks each command and each reply against; a reply that is not here fails its tests. Beside a reply stands a script in which a live session gets it: a text that can be read as the example of it. Where there is none, the standards permit the reply, and ferry may send it, but hardly will. `+"`ferry explain COMMAND`"+` says the same, in English and Chinese; [replies.md](replies.md) is about the replies.

This page is generated: %s

Any command may also be answered:

| reply | meaning |
|--:|---|
`, "`"+howToUpdate+"`")
	for _, code := range slices.Sorted(slices.Values(ftp.Common())) {
		fmt.Fprintf(&b, "| %s | %s |\n", toReply(code), cell(ftp.LookupReply(code).Meaning))
	}
	handled, _ := ftpserver.Handled()
	b.WriteString("\n## Commands\n")
	for _, c := range ftp.Commands() {
		if !c.Traits.Has(ftp.Obsolete) {
			a.command(t, &b, old, "", c)
		}
		if c.Traits.Has(ftp.Obsolete) == slices.Contains(handled, c.Name) {
			t.Errorf("whether %s is obsolete, the table and the server do not agree on", c.Name)
		}
	}
	b.WriteString("\n## Subcommands of SITE\n\nWhat SITE may do is each server's own (RFC 959, 4.1.3). These are ferry's.\n")
	for _, c := range ftp.SiteCommands() {
		a.command(t, &b, old, "SITE ", c)
	}
	b.WriteString("\n## Features without a command\n\nFEAT lists them, too.\n\n| feature | meaning | defined in |\n|---|---|---|\n")
	for _, f := range ftp.Features() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, cell(f.Help), f.Ref)
	}
	b.WriteString("\n## Obsolete commands\n\nThey were defined once, or belong to one server's inner workings. ferry's server knows them, so that it answers 502 and not 500, and its client never sends them.\n\n| command | what it was for | why ferry does not have it | defined in |\n|---|---|---|---|\n")
	for _, c := range ftp.Commands() {
		if c.Traits.Has(ftp.Obsolete) {
			why := strings.TrimPrefix(unhandled[c.Name], "never: ")
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", cell(c.Usage()), cell(c.Help), why, cell(c.Ref))
		}
	}
	return b.String()
}

// command writes the section of one command.
func (a *answers) command(t *testing.T, b *strings.Builder, old, prefix string, c *ftp.Command) {
	name := prefix + c.Name
	heading := "### " + name
	fmt.Fprintf(b, "\n%s\n\n`%s`: %s.\n\n", heading, prefix+c.Usage(), c.Help)
	about := append([]string{c.Phase.String()}, c.Traits.Words()...)
	fmt.Fprintf(b, "%s. ", strings.Join(about, ". "))
	if c.Feat != "" {
		fmt.Fprintf(b, "FEAT lists it as `%s`. ", c.Feat)
	}
	if why := unseen[name]; why != "" {
		fmt.Fprintf(b, "In ferry's server it %s. ", why)
	}
	fmt.Fprintf(b, "Defined in %s.\n\n| reply | meaning | seen in |\n|--:|---|---|\n", c.Ref)
	before := section(old, heading)
	for _, code := range slices.Sorted(slices.Values(c.Replies)) {
		seen, row := "permitted", ftp.LookupReply(code)
		if row.Never != "" {
			seen = "ferry's server never sends it"
		}
		if file := a.script(line(before, "| "+toReply(code)), name, code); file != "" {
			seen = proof(file)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", toReply(code), cell(row.MeaningAfter(c.Name)), seen)
	}
}

// line returns the line of a text that begins so, "" if there is none.
func line(text, prefix string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}

// toReply is a link to a code in docs/replies.md.
func toReply(code ftp.Code) string { return fmt.Sprintf("[%v](replies.md#%v)", code, code) }

// toCommand is a link to a command in docs/commands.md.
func toCommand(name string) string {
	return fmt.Sprintf("[%s](commands.md#%s)", name, regexp.MustCompile(`[^a-z0-9-]`).ReplaceAllString(strings.ReplaceAll(strings.ToLower(name), " ", "-"), ""))
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
