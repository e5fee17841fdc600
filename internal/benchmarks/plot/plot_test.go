package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   string
	}{
		{[]float64{3, 4}, "2 5"},
		{[]float64{1, 10}, "1 2 5 10"},
		{[]float64{1}, "1 2"},
		{[]float64{0.03, 0.5}, "0.02 0.05 0.1 0.2 0.5"},
		{[]float64{700, 12, 90_000}, "10 100 1k 10k 100k"},
		{[]float64{1e-3, 1e6}, "0.001 0.01 0.1 1 10 100 1k 10k 100k 1M"},
	} {
		var got []string
		ticks := Ticks(tt.values)
		for _, v := range ticks {
			got = append(got, Name(v))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%v has ticks %s, want %s", tt.values, s, tt.want)
		}
		if ticks[0] > slices.Min(tt.values) || ticks[len(ticks)-1] < slices.Max(tt.values) {
			t.Errorf("%v is not within %v", tt.values, ticks)
		}
	}
}

// TestSVG sees that a drawing is XML, and that more is above less.
func TestSVG(t *testing.T) {
	s := SVG("sessions", []Panel{
		{Title: "time < 1 & more", X: []float64{1, 10, 100}, Y: []float64{5, 50, 400}, Names: []string{"1", "10", "100"}},
		{Title: "one", X: []float64{1}, Y: []float64{5}, Names: []string{"1"}},
		{Title: "none"},
	})
	var heights []float64
	for d := xml.NewDecoder(strings.NewReader(s)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, s)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			for _, a := range e.Attr {
				if a.Name.Local == "cy" {
					var y float64
					if _, err := fmt.Sscan(a.Value, &y); err != nil || y < top || y > height-bottom {
						t.Errorf("a point at %q: %v", a.Value, err)
					}
					heights = append(heights, y)
				}
			}
		}
	}
	if len(heights) != 4 || heights[0] <= heights[1] || heights[1] <= heights[2] {
		t.Errorf("points at %v:\n%s", heights, s)
	}
}
