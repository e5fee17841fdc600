package compare_test

import (
	_ "embed"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/conformance"
)

// column is one server's in the table.
type column struct {
	name   string
	report *conformance.Report
}

// intro is the beginning of the document: how it is made, and how to do it again.
//
//go:embed testdata/intro.md
var intro string

// confirmed is what people have found who looked at the failures of the peers without
// the checker. For each server there is a chapter, "## name", and in it for each item
// a section, "### ID", which says why the fault is the server's.
//
//go:embed testdata/confirmed.md
var confirmed string

// mark is a verdict as the table has it.
func mark(r conformance.Result) string {
	switch r.Verdict {
	case conformance.Passed:
		return "✓"
	case conformance.Failed:
		return "✗"
	case conformance.NotOffered:
		return "–"
	}
	return "·"
}

// page is the document.
func page(t *testing.T, columns []column) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(intro)
	b.WriteString("\n## The servers\n\n| | greets | answers SYST | version |\n|---|---|---|---|\n")
	for _, c := range columns {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.name, cell(firstLine(c.report.Banner)), cell(c.report.System), version(c.name))
	}
	summary(&b, columns)
	table(&b, columns)
	for _, c := range columns {
		failures(t, &b, c)
	}
	return b.String()
}

// summary is how many items each server passes.
func summary(b *strings.Builder, columns []column) {
	b.WriteString("\n## How many\n\nOf the 380 items for servers, by level: passed + failed + not offered + not run.\n\n| level |")
	for _, c := range columns {
		fmt.Fprintf(b, " %s |", c.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, level := range []conformance.Level{conformance.Must, conformance.Should, conformance.May, conformance.ShouldNot, ""} {
		name := string(level)
		if name == "" {
			name = "all"
		}
		fmt.Fprintf(b, "| %s |", name)
		for _, c := range columns {
			count := func(v conformance.Verdict) int { return c.report.Count(v, level) }
			fmt.Fprintf(b, " %d + %d + %d + %d |", count(conformance.Passed), count(conformance.Failed), count(conformance.NotOffered), count(conformance.NotRun))
		}
		b.WriteString("\n")
	}
}

// table is every item.
func table(b *strings.Builder, columns []column) {
	b.WriteString("\n## Item by item\n\n✓ passed, ✗ failed, – not offered, · not run.\n")
	i := 0
	for _, g := range conformance.Catalogue() {
		if g.ID == conformance.ClientGroup {
			continue
		}
		fmt.Fprintf(b, "\n### %s %s\n\n| id | level | do | expect |", g.ID, g.Title)
		for _, c := range columns {
			fmt.Fprintf(b, " %s |", c.name)
		}
		b.WriteString("\n|---|---|---|---|" + strings.Repeat(":-:|", len(columns)) + "\n")
		for _, it := range g.Items {
			fmt.Fprintf(b, "| %s | %s | %s | %s |", it.ID, it.Level, cell(it.Do), cell(it.Expect))
			for _, c := range columns {
				fmt.Fprintf(b, " %s |", mark(c.report.Results[i]))
			}
			b.WriteString("\n")
			i++
		}
	}
}

// failures is what a server has failed, and was not run with.
func failures(t *testing.T, b *strings.Builder, c column) {
	t.Helper()
	preface, looked := chapter(confirmed, c.name)
	fmt.Fprintf(b, "\n## What %s fails\n\n", c.name)
	if preface != "" {
		b.WriteString(preface + "\n\n")
	}
	n := 0
	for _, r := range c.report.Results {
		if r.Verdict == conformance.NotRun {
			delete(looked, r.ID) // nobody knows: it may take a slow run
		}
		if r.Verdict != conformance.Failed {
			continue
		}
		n++
		fmt.Fprintf(b, "- **%s** (%s, %s): %s.", r.ID, r.Level, r.Ref, oneLine(r.Reason))
		why := looked[r.ID]
		if why == "" {
			t.Errorf("nobody has confirmed that %s fails %s by its own fault: %s", c.name, r.ID, r.Reason)
		}
		fmt.Fprintf(b, " %s\n", strings.ReplaceAll(strings.ReplaceAll(why, "\n", "\n  "), "\n  \n", "\n\n"))
		delete(looked, r.ID)
	}
	for id := range looked {
		t.Errorf("testdata/confirmed.md says why %s fails %s, but it does not", c.name, id)
	}
	if n == 0 {
		b.WriteString("Nothing.\n")
	}
	reasons := make(map[string][]string)
	var order []string
	for _, r := range c.report.Results {
		if r.Verdict == conformance.NotRun {
			reason := oneLine(r.Reason)
			if reasons[reason] == nil {
				order = append(order, reason)
			}
			reasons[reason] = append(reasons[reason], r.ID)
		}
	}
	if len(order) > 0 {
		b.WriteString("\nNot run:\n\n")
	}
	for _, reason := range order {
		fmt.Fprintf(b, "- %s: %s.\n", strings.Join(reasons[reason], ", "), reason)
	}
}

// chapter is that of a server in confirmed: what stands before the first item, and the
// sections by item.
func chapter(text, server string) (preface string, sections map[string]string) {
	sections = make(map[string]string)
	for part := range strings.SplitSeq("\n"+text, "\n## ") {
		name, rest, _ := strings.Cut(part, "\n")
		if strings.TrimSpace(name) != server {
			continue
		}
		before, items, _ := strings.Cut("\n"+rest, "\n### ")
		preface = strings.TrimSpace(before)
		for section := range strings.SplitSeq(items, "\n### ") {
			if id, why, ok := strings.Cut(section, "\n"); ok {
				sections[strings.TrimSpace(id)] = strings.TrimSpace(why)
			}
		}
	}
	return preface, sections
}

// verdicts reads the marks of a server out of the document, by item.
func verdicts(text, server string) map[string]string {
	found := make(map[string]string)
	at := -1
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if strings.HasPrefix(line, "| id | level |") {
			at = slices.IndexFunc(cells, func(c string) bool { return strings.TrimSpace(c) == server })
			continue
		}
		id := strings.TrimSpace(cells[0])
		if _, ok := conformance.Lookup(id); ok && at > 0 && at < len(cells) {
			found[id] = strings.TrimSpace(cells[at])
		}
	}
	return found
}

// version is that of the Debian package, or of ferry.
func version(name string) string {
	packages := map[string]string{"vsftpd": "vsftpd", "ProFTPD": "proftpd-core", "Pure-FTPd": "pure-ftpd", "pyftpdlib": "python3-pyftpdlib"}
	pkg, ok := packages[name]
	if !ok {
		return "this one"
	}
	out, err := exec.Command("apt-cache", "policy", pkg).Output()
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(out)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "Candidate: "); ok {
			return pkg + " " + v
		}
	}
	return "unknown"
}

// cell is a text that stands in a table.
func cell(s string) string { return strings.ReplaceAll(oneLine(s), "|", `\|`) }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
