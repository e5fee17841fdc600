package serving

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// programs says which were run, and how.
func (p *page) programs() string {
	var b strings.Builder
	b.WriteString("## The programs\n\n| | version |\n|---|---|\n")
	var names []string
	for name := range p.settings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if v := p.versions[name]; v != "" {
			report.Line(&b, []string{name, v})
		}
	}
	b.WriteString("\nEach has the settings with which it is fastest, as far as they are known: those with TLS have a certificate besides.\n")
	for _, name := range names {
		s := p.settings[name]
		fmt.Fprintf(&b, "\n%s:\n\n    %s\n", name, s.command)
		if s.config != "" {
			b.WriteString("\n")
			for line := range strings.Lines(s.config) {
				b.WriteString("    " + strings.TrimRight(line, "\n") + "\n")
			}
		}
	}
	return b.String()
}

// tell remembers how a server was started, where nothing was said of TLS.
func (b *bench) tell(name string, tg peers.Target, r row) {
	if old, ok := b.settings[name]; ok && (r.job.TLS || old.command != "") {
		return
	}
	plain := strings.NewReplacer(tg.Root, "FOLDER", tg.Dir, "DIR", b.dir, "DIR", b.disk, "DIR", fmt.Sprint(tg.Port), "PORT", tg.Password, "PASSWORD")
	var words []string
	for i, a := range tg.Args {
		if i == 0 {
			a = filepath.Base(a)
		}
		if strings.Contains(a, "\n") {
			a = "SCRIPT"
		}
		words = append(words, a)
	}
	s := setting{command: plain.Replace(strings.Join(words, " "))}
	if files, _ := filepath.Glob(filepath.Join(tg.Dir, "*.conf")); len(files) > 0 {
		text, _ := os.ReadFile(files[0])
		s.config = plain.Replace(string(text))
	}
	b.settings[name] = s
}
