package serving

import (
	"fmt"
	"io"
	"strings"

	"github.com/seed-6092453b/ferry/internal/benchmarks/report"
)

// tell prints a row in short, while others are still measured.
func (o outcome) tell(w io.Writer) {
	var all []string
	for _, p := range o.parts {
		if !p.done() {
			continue
		}
		var figures []string
		for _, f := range o.figures {
			mid, _, _ := p.median(f)
			figures = append(figures, report.Figure(mid)+" "+f.name)
		}
		all = append(all, p.name+" "+strings.Join(figures, ", "))
	}
	if len(all) > 0 {
		fmt.Fprintln(w, "        "+strings.Join(all, "\n        "))
	}
}
