package conformance

import (
	"encoding/json"
	"io"
	"time"
)

// jsonFormat names the schema that WriteJSON follows. Another number is one in which
// something means another thing, or is gone; what is merely added leaves it.
const jsonFormat = "ferry-conformance-1"

type jsonReport struct {
	Format  string       `json:"format"`
	Subject string       `json:"subject"`
	Banner  string       `json:"banner,omitempty"`
	System  string       `json:"system,omitempty"`
	Began   string       `json:"began"`
	Took    float64      `json:"took"`
	Summary jsonSummary  `json:"summary"`
	Notes   []jsonNote   `json:"notes"`
	Results []jsonResult `json:"results"`
}

type jsonSummary struct {
	tally
	Levels map[Level]tally `json:"levels"`
}

type jsonNote struct {
	Text    string   `json:"text"`
	Lack    Lack     `json:"lack,omitempty"`
	LeftOut []string `json:"left_out,omitempty"`
}

type jsonResult struct {
	ID       string         `json:"id"`
	Group    string         `json:"group"`
	Level    Level          `json:"level"`
	Do       string         `json:"do"`
	Expect   string         `json:"expect"`
	Sources  []source       `json:"sources"`
	Verdict  Verdict        `json:"verdict"`
	Reason   string         `json:"reason,omitempty"`
	Took     float64        `json:"took"`
	Dialogue []jsonExchange `json:"dialogue,omitempty"`
}

type jsonExchange struct {
	At   float64 `json:"at"`
	Conn string  `json:"conn,omitempty"`
	Way  Way     `json:"way"`
	Text string  `json:"text"`
}

// WriteJSON writes the report as one JSON object:
//
//	format    "ferry-conformance-1"
//	subject   what was checked
//	banner    the greeting of the server
//	system    its answer to SYST
//	began     in UTC, as 2026-01-02T15:04:05Z
//	took      in seconds, as all times
//	summary   passed, failed, not_offered, not_run: how many items; and the same
//	          in levels, by MUST, SHOULD, SHOULD NOT and MAY
//	notes     of each: text; lack, what is missing: "server", "tls", "login" or
//	          "write"; left_out, the IDs of the items that were not run for it
//	results   of each item, in the order of the catalogue:
//	  id, group, level, do, expect    as the catalogue has them; group is its title
//	  sources   of each: name, url
//	  verdict   "passed", "failed", "not offered" or "not run"
//	  reason    what was wrong, or why there is nothing to be said
//	  took
//	  dialogue  of each line: at (since the item began), conn, way ("sent",
//	            "received" or "happened") and text
//
// What is empty may be left out. Of a dialogue at most 400 lines are written, of each
// at most 500 octets; a line that "happened" says how much is missing.
func (r *Report) WriteJSON(w io.Writer) error {
	out := jsonReport{
		Format:  jsonFormat,
		Subject: mostShown.cut(r.Subject),
		Banner:  mostShown.cut(r.Banner),
		System:  mostShown.cut(r.System),
		Began:   r.Began.UTC().Format(time.RFC3339),
		Took:    seconds(r.Took),
		Summary: jsonSummary{Levels: r.byLevel()},
		Notes:   []jsonNote{},
		Results: []jsonResult{},
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, jsonNote{mostShown.cut(n.Text), n.Lack, n.LeftOut})
	}
	for _, c := range r.chapters() {
		for _, res := range c.Results {
			out.Summary.add(res.Verdict)
			out.Results = append(out.Results, newJSONResult(c.Title, res))
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(out)
}

func newJSONResult(group string, res *Result) jsonResult {
	out := jsonResult{
		ID: res.ID, Group: group, Level: res.Level, Do: res.Do, Expect: res.Expect,
		Sources: res.sources(), Verdict: res.Verdict, Reason: mostShown.cut(res.Reason), Took: seconds(res.Took),
	}
	for _, e := range longDialogue.of(res.Dialogue) {
		out.Dialogue = append(out.Dialogue, jsonExchange{seconds(e.At), e.Conn, e.Way, e.Text})
	}
	return out
}
