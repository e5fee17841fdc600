package explain

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

var update = flag.Bool("update", false, "write the pages of testdata")

func written(t *testing.T, p Page, columns int, bold bool) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b, columns, bold); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The pages of testdata, in both languages, as they go into a file.
func TestPages(t *testing.T) {
	for name, words := range map[string][]string{
		"overview": nil,
		"passive":  {"227 Entering Passive Mode (192,168,1,2,195,80)", "228 (4,4,192,168,1,2,2,195,80)", "229 Entering Extended Passive Mode (|||50000|)", "PASV"},
		"active":   {"PORT 192,168,1,7,200,1", "EPRT", "|2|2001:db8::7|51201|", "LPRT", "4,4,192,168,1,7,2,200,1"},
		"transfer": {"RETR", "150", "226", "TYPE", "A", "N", "MODE", "B"},
		"others":   {"site", "chmod", "SITE", "MAIL", "tvfs", "PASS ***", "220", "530", "631", "299", "5yz", "55z", "120", "213 20260102030405"},
		"broken":   {"227 Entering Passive Mode (1,2,3)", "229 Sure.", "PORT 1,2", "TYPE Q"},
	} {
		for _, language := range []string{"en", "zh-CN"} {
			t.Run(name+"."+language, func(t *testing.T) {
				e := New(language)
				page := e.Overview()
				if words != nil {
					subjects, err := Parse(words)
					if err != nil {
						t.Fatal(err)
					}
					var pages []Page
					for _, s := range subjects {
						pages = append(pages, e.Page(s))
					}
					page = Join(pages...)
				}
				got := written(t, page, 80, false)
				file := filepath.Join("testdata", name+"."+language+".txt")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s is not what is said (go test ./internal/explain -update):\n%s", file, got)
				}
			})
		}
	}
}

// Every command and every code has a page, and its lines are not longer than asked
// for, but where a word is.
func TestEveryPage(t *testing.T) {
	for _, language := range []string{"en", "zh-CN"} {
		e := New(language)
		pages := map[string]Page{"all": e.All()}
		for _, c := range ftp.Commands() {
			pages[c.Name] = e.Page(Subject{Command: c})
		}
		for _, c := range ftp.SiteCommands() {
			pages["SITE "+c.Name] = e.Page(Subject{Command: c, Site: true})
		}
		for _, f := range ftp.Features() {
			pages[f.Name] = e.Page(Subject{Feature: &f})
		}
		for code := ftp.Code(100); code.Valid(); code++ {
			pages[code.String()] = e.Page(Subject{Code: code})
		}
		all := written(t, pages["all"], 80, false)
		for name, page := range pages {
			text := written(t, page, 80, false)
			if language != "en" && !strings.ContainsFunc(text, isWide) {
				t.Errorf("%s: %s says nothing:\n%s", language, name, text)
			}
			if wide := written(t, page, 80, true); strings.Count(wide, "\x1b[1m") != strings.Count(wide, "\x1b[0m") || strings.Contains(text, "\x1b") {
				t.Errorf("%s: %s is not bold where it should be", language, name)
			}
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); Columns(line) > 80 || strings.HasSuffix(line, " ") {
					t.Errorf("%s: %s has the line %q", language, name, line)
				}
			}
			if ftp.LookupReply(codeOf(name)) != nil || ftp.Lookup(name) != nil || ftp.LookupFeature(name) != nil {
				if !strings.Contains(all, "\n  "+name+" ") {
					t.Errorf("%s: %s is not listed", language, name)
				}
			}
		}
	}
}

func codeOf(name string) (code ftp.Code) {
	fmt.Sscanf(name, "%d", &code)
	return code
}

func TestParse(t *testing.T) {
	chmod, retr, port := ftp.LookupSite("CHMOD"), ftp.Lookup("RETR"), ftp.Lookup("PORT")
	for _, tt := range []struct {
		words []string
		want  []Subject
	}{
		{[]string{"retr"}, []Subject{{Command: retr}}},
		{[]string{"RETR a b.txt"}, []Subject{{Command: retr, Arg: "a b.txt"}}},
		{[]string{"> RETR a"}, []Subject{{Command: retr, Arg: "a"}}},
		{[]string{"12 < 226 Done."}, []Subject{{Code: 226, Text: "Done."}}},
		{[]string{"SITE", "CHMOD"}, []Subject{{Command: chmod, Site: true}}},
		{[]string{"site chmod 644 a"}, []Subject{{Command: chmod, Site: true, Arg: "644 a"}}},
		{[]string{"SITE", "HELP", "RETR"}, []Subject{{Command: ftp.LookupSite("HELP"), Site: true}, {Command: retr}}},
		{[]string{"150", "226"}, []Subject{{Code: 150}, {Code: 226}}},
		{[]string{"530", "RETR"}, []Subject{{Code: 530}, {Command: retr}}},
		{[]string{"227", "Entering", "Passive", "Mode", "(1,2,3,4,5,6)"}, []Subject{{Code: 227, Text: "Entering Passive Mode (1,2,3,4,5,6)"}}},
		{[]string{"227 x (1,2,3,4,5,6)", "226"}, []Subject{{Code: 227, Text: "x (1,2,3,4,5,6)"}, {Code: 226}}},
		{[]string{"220-Welcome"}, []Subject{{Code: 220}}},
		{[]string{"220-Welcome to all"}, []Subject{{Code: 220, Text: "Welcome to all"}}},
		{[]string{"PORT", "1,2,3,4,5,6", "RETR"}, []Subject{{Command: port, Arg: "1,2,3,4,5,6"}, {Command: retr}}},
		{[]string{"5yz", "4xx", "22x"}, []Subject{{Code: 500, Any: 2}, {Code: 400, Any: 2}, {Code: 220, Any: 1}}},
	} {
		if got, err := Parse(tt.words); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %+v, %v, want %+v", tt.words, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"RTER"}, `"RTER" is neither a command nor a reply code; did you mean RETR?`},
		{[]string{"RETR", "STRO"}, `"STRO" is neither a command nor a reply code; did you mean STOR, STRU?`},
		{[]string{"get"}, `"get" is neither a command nor a reply code; did you mean RETR?`},
		{[]string{"chmdo"}, `"chmdo" is neither a command nor a reply code; did you mean SITE CHMOD?`},
		{[]string{"qqqqqq"}, `"qqqqqq" is neither a command nor a reply code`},
		{[]string{"xyzzy world"}, `"xyzzy" is neither a command nor a reply code`},
		{[]string{""}, `"" is neither a command nor a reply code`},
		{[]string{"10054"}, `"10054" is no reply code: these have three digits, the first from 1 to 6`},
		{[]string{"700"}, `"700" is no reply code: these have three digits, the first from 1 to 6`},
		{[]string{strings.Repeat("R", 1000)}, `"` + strings.Repeat("R", 1000) + `" is neither a command nor a reply code`},
	} {
		var unknown *UnknownError
		if got, err := Parse(tt.words); !errors.As(err, &unknown) || err.Error() != tt.want {
			t.Errorf("%q: %v, %v, want %s", tt.words, got, err, tt.want)
		}
	}
	for _, word := range Words() {
		if _, ok := lookup(word); !ok && ftp.LookupSite(word) == nil {
			t.Errorf("%s is offered, and not known", word)
		}
	}
	for word, meant := range otherNames {
		for _, name := range meant {
			if _, err := Parse([]string{name}); err != nil || ftp.Lookup(word) != nil {
				t.Errorf("%s, which may mean %s: %v", word, name, err)
			}
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, tt := range []struct{ all, messages, lang, want string }{
		{"", "", "", "en"},
		{"", "", "zh_CN.UTF-8", "zh-CN"},
		{"", "zh_CN", "en_GB.UTF-8", "zh-CN"},
		{"C", "zh_CN", "zh_CN", "en"},
		{"C.UTF-8", "", "zh_CN", "en"},
		{"zh_SG.GB2312@pinyin", "", "", "zh-CN"},
		{"zh_TW.UTF-8", "", "", "en"},
		{"POSIX", "", "", "en"},
		{"de_DE.UTF-8", "", "zh_CN", "en"},
	} {
		env := map[string]string{"LC_ALL": tt.all, "LC_MESSAGES": tt.messages, "LANG": tt.lang}
		if got := LanguageOf(func(name string) string { return env[name] }); got != tt.want {
			t.Errorf("%q: %s, want %s", env, got, tt.want)
		}
	}
}

// Of several commands that wait, a reply answers the first that may get it.
func TestDialogue(t *testing.T) {
	var d Dialogue
	for i, step := range []struct {
		sent string
		code ftp.Code
		want string
	}{
		{code: 120}, {code: 220},
		{sent: "user anna"}, {code: 331, want: "USER"},
		{sent: "TYPE I"}, {sent: "MLST a"}, {sent: "EPSV"}, {code: 200, want: "TYPE"}, {code: 250, want: "MLST"}, {code: 229, want: "EPSV"},
		{sent: "RETR a"}, {sent: "NOOP"}, {code: 150, want: "RETR"}, {code: 200, want: "NOOP"}, {code: 226, want: "RETR"},
		{sent: "RETR a"}, {sent: "ABOR"}, {code: 150, want: "RETR"}, {code: 426, want: "RETR"}, {code: 226, want: "ABOR"},
		{sent: "XYZZY"}, {code: 500, want: "XYZZY"},
		{sent: "STOR a"}, {code: 599, want: "STOR"},
		{code: 421},
		{code: 226},
	} {
		if step.sent != "" {
			d.Send(step.sent)
		} else if got := d.Receive(step.code); got != step.want {
			t.Errorf("step %d: %v answers %q, want %q", i, step.code, got, step.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three four five six", []string{"one two three four", "five six"}},
		{"a word-of-more-than-twenty-columns b", []string{"a", "word-of-more-than-twenty-columns", "b"}},
		{"服务器在此地址和端口等待，直到客户端连接。", []string{"服务器在此地址和端口", "等待，直到客户端连", "接。"}},
		{"一二三四五六七八九十，PASV 命令", []string{"一二三四五六七八九", "十，PASV 命令"}},
	} {
		if got := wrap(tt.text, 20); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	if got := wrap("one two three four five six", -5); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

// What is to be explained comes from a user, or from a server.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"RETR", "227 x (1,2,3,4,5,6)", "SITE CHMOD 644 x", "PORT 1,2,3,4,5,6", "1 < 229 (|||1|)", "5yz", "EPRT |1|1.2.3.4|5|", "LPRT 4,4,1,2,3,4,2,0,1", "213 20260101000000", "228 (6,16,0)", "\xff\x00 \n"} {
		f.Add(seed)
	}
	explainers := []*Explainer{New("en"), New("zh-CN")}
	f.Fuzz(func(t *testing.T, line string) {
		subjects, err := Parse([]string{line})
		for _, e := range explainers {
			if err != nil {
				if unknown := (*UnknownError)(nil); !errors.As(err, &unknown) || unknown.In(e) == "" {
					t.Fatal(err)
				}
				continue
			}
			if text := written(t, e.Page(subjects[0]), 80, false); text == "" {
				t.Errorf("nothing is said of %q", line)
			}
			for _, code := range []ftp.Code{213, 227, 228, 229} {
				if text, _ := e.Received("", ftp.NewReply(code, line)); text == "" || strings.ContainsAny(text, "\r\n\x1b") {
					t.Errorf("%v %q: %q", code, line, text)
				}
			}
			if text, _ := e.Sent(line); strings.ContainsAny(text, "\r\n\x1b") {
				t.Errorf("%q: %q", line, text)
			}
		}
	})
}
