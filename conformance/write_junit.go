package conformance

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/internal/plain"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitOutcome `xml:"failure"`
	Skipped *junitOutcome `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as the JUnit XML that CI systems read: a suite for each
// group, a case for each item. Those that were not offered or not run are skipped,
// with the reason; and so are those that have failed, but demand less than least, for
// a CI system takes every failure for one of the build. Their dialogue is there all
// the same.
func (r *Report) WriteJUnit(w io.Writer, least Level) error {
	out := junitSuites{Name: "FTP conformance of " + mostShown.cut(r.Subject), Time: junitTime(r.Took)}
	for _, c := range r.chapters() {
		s := r.junitSuite(c, least)
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Skipped += s.Skipped
		out.Suites = append(out.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junitSuite(c chapter, least Level) junitSuite {
	s := junitSuite{
		Name:      plain.Text(strings.TrimSpace(c.ID + " " + c.Title)),
		Tests:     len(c.Results),
		Time:      junitTime(c.took()),
		Timestamp: r.Began.UTC().Format("2006-01-02T15:04:05"), // the schema knows no zone
		Hostname:  mostShown.cut(r.Subject),
	}
	for _, p := range []junitProperty{{"greeting", r.Banner}, {"system", r.System}} {
		if p.Value != "" {
			s.Properties = append(s.Properties, junitProperty{p.Name, mostShown.cut(p.Value)})
		}
	}
	for i, n := range r.Notes {
		s.Properties = append(s.Properties, junitProperty{fmt.Sprintf("note %d", i+1), mostShown.cut(n.Text)})
	}
	for _, res := range c.Results {
		one := newJUnitCase(c, res, least)
		if one.Failure != nil {
			s.Failures++
		}
		if one.Skipped != nil {
			s.Skipped++
		}
		s.Cases = append(s.Cases, one)
	}
	return s
}

func newJUnitCase(c chapter, res *Result, least Level) junitCase {
	one := junitCase{
		Class: "conformance." + plain.Text(c.ID),
		Name:  mostShown.cut(res.ID + " " + res.Do),
		Time:  junitTime(res.Took),
	}
	reason := mostShown.cut(res.Reason)
	switch {
	case res.Verdict == Passed:
	case res.Verdict != Failed:
		one.Skipped = &junitOutcome{Message: joined(string(res.Verdict), reason)}
	case res.Level.rank() >= least.rank():
		one.Failure = &junitOutcome{Message: reason, Type: string(res.Level), Text: junitText(res)}
	default:
		one.Skipped = &junitOutcome{Message: joined("failed, which counts for nothing here, since it is a "+string(res.Level), reason)}
		one.Output = junitText(res)
	}
	return one
}

func joined(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

// junitText is all that is known of a failure.
func junitText(res *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\ndone:     %s\ndemanded: %s\n", mostShown.cut(res.Do), mostShown.cut(res.Expect))
	if res.Reason != "" {
		fmt.Fprintf(&b, "wrong:    %s\n", mostShown.cut(res.Reason))
	}
	for _, s := range res.sources() {
		fmt.Fprintf(&b, "where:    %s\n", strings.TrimSpace(plain.Text(s.Name)+" "+s.URL))
	}
	t := newPlainText(&b)
	t.dialogue(res.Dialogue)
	t.w.Flush()
	return b.String()
}

// junitTime is in seconds.
func junitTime(d time.Duration) string { return strconv.FormatFloat(seconds(d), 'f', 3, 64) }
