package ftp

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The 39 codes of RFC 959, 4.2.2.
var rfc959Codes = []Code{
	110, 120, 125, 150,
	200, 202, 211, 212, 213, 214, 215, 220, 221, 225, 226, 227, 230, 250, 257,
	331, 332, 350,
	421, 425, 426, 450, 451, 452,
	500, 501, 502, 503, 504, 530, 532, 550, 551, 552, 553,
}

func TestReplyTable(t *testing.T) {
	var codes, of959 []Code
	ref := regexp.MustCompile(`^(RFC \d+, |draft-|practice|Pure-FTPd|ProFTPD|WS_FTP)`)
	for i := range Replies() {
		r := &Replies()[i]
		codes = append(codes, r.Code)
		if strings.HasPrefix(r.Ref, "RFC 959, ") {
			of959 = append(of959, r.Code)
		}
		if LookupReply(r.Code) != r {
			t.Errorf("%v is not found", r.Code)
		}
		if r.Meaning == "" || !ref.MatchString(r.Ref) || r.Code.Outcome() == "" || r.Code.Subject() == "" || r.Code.Handling() == "" {
			t.Errorf("%v: the row is not complete: %+v", r.Code, r)
		}
		for _, s := range r.Senses {
			if s.Meaning == "" || !ref.MatchString(s.Ref) || len(s.After) == 0 {
				t.Errorf("%v: a sense is not complete: %+v", r.Code, s)
			}
			for _, verb := range s.After {
				c := Lookup(verb)
				if c == nil || !c.Permits(r.Code) && !(verb == "MKD" || verb == "XMKD") {
					t.Errorf("%v has a meaning after %s, which does not answer it", r.Code, verb)
				}
				if r.MeaningAfter(verb) != s.Meaning {
					t.Errorf("%v after %s: %q", r.Code, verb, r.MeaningAfter(verb))
				}
			}
		}
		if r.MeaningAfter("") != r.Meaning {
			t.Errorf("%v: %q", r.Code, r.MeaningAfter(""))
		}
	}
	if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Errorf("the codes are not in order: %v", codes)
	}
	if !slices.Equal(of959, rfc959Codes) {
		t.Errorf("the codes of RFC 959 are %v, not %v", of959, rfc959Codes)
	}
	if LookupReply(299) != nil || LookupReply(0) != nil || Code(999).Outcome() != "" || Code(278).Subject() != "" || Code(298).Outcome() == "" {
		t.Error("there is a row for a code that nobody knows")
	}
	for _, c := range slices.Concat(Commands(), SiteCommands()) {
		for _, code := range slices.Concat(c.Replies, common) {
			if LookupReply(code) == nil {
				t.Errorf("%s may answer %v, which is not in the table of replies", c.Name, code)
			}
		}
	}
}

// tableTexts returns all texts of the tables.
func tableTexts() map[string]bool {
	texts := make(map[string]bool)
	for _, c := range slices.Concat(Commands(), SiteCommands()) {
		texts[c.Help] = true
		texts[c.Phase.String()] = true
		for _, words := range c.Traits.Words() {
			texts[words] = true
		}
	}
	for _, f := range Features() {
		texts[f.Help] = true
		if LookupFeature(f.Name).Help != f.Help || Lookup(f.Name) != nil || f.Ref == "" {
			panic(f.Name)
		}
	}
	texts[(PhaseUser | PhaseAccount).String()] = true
	for _, r := range Replies() {
		for _, text := range []string{r.Meaning, r.Note, r.Never, r.Client, r.Code.Outcome(), r.Code.Handling(), r.Code.Subject()} {
			texts[text] = true
		}
		for _, s := range r.Senses {
			texts[s.Meaning] = true
		}
	}
	for code := Code(100); code.Valid(); code += 10 {
		texts[code.Subject()] = true
	}
	delete(texts, "")
	return texts
}

// Every text of the tables is in the form of a sentence without its full stop, and
// stands in the catalogue, which has nothing else.
func TestTableTexts(t *testing.T) {
	texts, catalogue := tableTexts(), TableTexts("zh-CN")
	var missing []string
	for text := range texts {
		if strings.HasSuffix(text, ".") || !regexp.MustCompile(`^[A-Z0-9h"]`).MatchString(text) || strings.ContainsAny(text, "\r\n%") {
			t.Errorf("%q is no sentence without its full stop", text)
		}
		translated, ok := catalogue[text]
		switch {
		case !ok:
			missing = append(missing, "< "+text+"\n> \n")
		case strings.TrimSpace(translated) == "" || strings.HasSuffix(translated, "。") || translated == text:
			t.Errorf("%q is translated %q", text, translated)
		}
	}
	if missing != nil {
		slices.Sort(missing)
		t.Errorf("lang/zh-CN.txt lacks what follows; translate it and paste it there:\n%s", strings.Join(missing, "\n"))
	}
	for text := range catalogue {
		if !texts[text] {
			t.Errorf("lang/zh-CN.txt has %q, which is in no table", text)
		}
	}
	if TableTexts("en") != nil || TableTexts("") != nil {
		t.Error("there is a catalogue for English")
	}
}

func TestLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "en-gb": "en", "zh": "zh-CN", "zh-cn": "zh-CN", "zh-hans-sg": "zh-CN", "zh-tw": "", "zh-hant": "", "zh-hant-cn": "", "de": "", "": "", "english": "",
	} {
		if got := Language(tag); got != want {
			t.Errorf("Language(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestCatalogue(t *testing.T) {
	c := ParseCatalogue("# a comment\n< one\n> 一\n\n<  two %d\r\n>  二 %d\r\n> \n<x\n")
	if len(c) != 2 || c.Text("one") != "一" || c.Text(" two %d") != "" || c.Text("three") != "three" || Catalogue(nil).Text("x") != "x" {
		t.Errorf("%q", c)
	}
}
