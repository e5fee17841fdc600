// Package plot draws how figures grow, as SVG that can be read on light and on dark pages.
package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Panel is one figure against what it depends on. Both axes are logarithmic.
type Panel struct {
	Title string    // with the unit
	X, Y  []float64 // as many of both, all above 0; the first grow
	Names []string  // of X, to be written at the axis
}

// The places within a panel, in pixels.
const (
	width, height            = 300, 230
	left, right, top, bottom = 52, 14, 30, 40
)

const style = `<style>
text { font: 11px sans-serif; fill: #24292f; }
.title { font-weight: bold; }
.grid { stroke: #8c959f; stroke-opacity: .35; }
.line { fill: none; stroke: #0969da; stroke-width: 2; }
.point { fill: #0969da; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.line { stroke: #58a6ff; }
.point { fill: #58a6ff; }
}
</style>
`

// SVG draws panels side by side, above what their axes have in common.
func SVG(x string, panels []Panel) string {
	var b strings.Builder
	all := len(panels) * width
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">`+"\n", all, height, all, height)
	b.WriteString(style)
	for i, p := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%d 0)">`+"\n", i*width)
		p.draw(&b, x)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (p Panel) draw(b *strings.Builder, x string) {
	text(b, left, 16, "start", "title", p.Title)
	text(b, (left+width-right)/2, height-6, "middle", "", x)
	if len(p.X) == 0 {
		return
	}
	ticks := Ticks(p.Y)
	across := scale(p.X[0], p.X[len(p.X)-1], left, width-right-8)
	up := scale(ticks[0], ticks[len(ticks)-1], height-bottom, top)
	for _, t := range ticks {
		y := up(t)
		fmt.Fprintf(b, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`+"\n", left, y, width-right, y)
		text(b, left-6, y+4, "end", "", Name(t))
	}
	var points []string
	room := math.Inf(-1) // up to where there are names
	for i := range p.X {
		at, y := across(p.X[i]), up(p.Y[i])
		points = append(points, fmt.Sprintf("%.1f,%.1f", at, y))
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", at, top, at, height-bottom)
		fmt.Fprintf(b, `<circle class="point" cx="%.1f" cy="%.1f" r="3"/>`+"\n", at, y)
		if half := 3.2 * float64(len(p.Names[i])); at-half > room {
			text(b, at, height-bottom+15, "middle", "", p.Names[i])
			room = at + half
		}
	}
	fmt.Fprintf(b, `<polyline class="line" points="%s"/>`+"\n", strings.Join(points, " "))
}

// scale returns where a value between from and to is between a and b, by its logarithm.
func scale(from, to, a, b float64) func(v float64) float64 {
	span := math.Log(to / from)
	if span == 0 {
		return func(float64) float64 { return (a + b) / 2 }
	}
	return func(v float64) float64 { return a + (b-a)*math.Log(v/from)/span }
}

// Ticks returns 1, 2 and 5 and their multiples by ten, of which the first is at most the
// smallest value and the last at least the largest, at least two. Where these are many,
// there are powers of ten alone.
func Ticks(values []float64) []float64 {
	least, most := math.Inf(1), 0.0
	for _, v := range values {
		least, most = min(least, v), max(most, v)
	}
	if all := steps(least, most, 1, 2, 5); len(all) <= 8 {
		return all
	}
	return steps(least, most, 1)
}

// steps returns multiples of these, from the last that is at most the smallest value.
func steps(least, most float64, of ...float64) []float64 {
	var ticks []float64
	for e := math.Floor(math.Log10(least)); ; e++ {
		for _, s := range of {
			t := s * math.Pow(10, e)
			if t <= least {
				ticks = ticks[:0]
			}
			ticks = append(ticks, t)
			if t >= most && len(ticks) > 1 {
				return ticks
			}
		}
	}
}

// Name writes a tick.
func Name(t float64) string {
	for _, unit := range []struct {
		of   float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if t >= unit.of*0.999 {
			return number(t/unit.of) + unit.name
		}
	}
	return number(t)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) }

func text(b *strings.Builder, x, y float64, anchor, class, s string) {
	if class != "" {
		class = ` class="` + class + `"`
	}
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
	fmt.Fprintf(b, `<text%s x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", class, x, y, anchor, s)
}
