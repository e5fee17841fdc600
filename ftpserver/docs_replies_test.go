package ftpserver_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// clientTests are those of package ftpclient that show what the client does at a code,
// beside TestEveryCode, which shows what the first digit has it do.
var clientTests = map[ftp.Code]string{
	110: "TestMarksAcknowledged", 120: "TestLogin", 150: "TestStoreUnique",
	200: "TestTLSClearControlLate", 202: "TestLoginOptions", 211: "TestFeatures", 213: "TestClientHash", 215: "TestList", 220: "TestRelogin",
	225: "TestAbortDownload", 226: "TestOpen", 227: "TestForeignAddress", 228: "TestWays", 229: "TestForeignAddress",
	230: "TestAccountLater", 232: "TestLogin", 234: "TestTLSInjected", 250: "TestBlocks", 251: "TestClientHash", 257: "TestCarriageReturn",
	331: "TestLogin", 332: "TestAccountLater", 334: "TestTLSSecondMechanism", 336: "TestChallenge",
	421: "TestClosing", 425: "TestWays", 426: "TestCreate", 430: "TestCause", 431: "TestCodesOfSecurity",
	450: "TestCause", 452: "TestAllocate",
	500: "TestWays", 501: "TestTLSRefused", 502: "TestWays", 503: "TestLoginOptions", 504: "TestTLSSecondMechanism",
	520: "TestDisabled", 521: "TestCodesOfSecurity", 522: "TestOtherFamily", 530: "TestCause", 532: "TestAccountLater",
	533: "TestCodesOfSecurity", 534: "TestCodesOfSecurity", 535: "TestCodesOfSecurity", 536: "TestCodesOfSecurity", 537: "TestCodesOfSecurity",
	550: "TestCause", 552: "TestAllocate", 553: "TestCause", 554: "TestCause",
}

// repliesPage is docs/replies.md.
func (a *answers) repliesPage(t *testing.T, old string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# The replies of FTP

Every reply code: the 39 of RFC 959, 4.2.2, and all later ones. What ferry's server sends is shown by a script of a live session that gets it, and what ferry's client does at it by a test: %s for the first digit, and the one that is named for what goes beyond. `+"`ferry explain CODE`"+` says the same, in English and Chinese; [commands.md](commands.md) is about the commands.

This page is generated: %s

A code that is not here is understood by its digits (RFC 959, 4.2.1; RFC 1123, 4.1.2.11). The second one:

| digits | meaning |
|---|---|
`, clientTest(t, "TestEveryCode", 0), "`"+howToUpdate+"`")
	for digit := range ftp.Code(6) {
		fmt.Fprintf(&b, "| x%vz | %s |\n", digit, (500 + 10*digit).Subject())
	}
	class := ftp.Code(0)
	for _, r := range ftp.Replies() {
		if r.Code/100 != class {
			class = r.Code / 100
			fmt.Fprintf(&b, "\n## %vyz\n\n%s. ferry's client: %s.\n", class, r.Code.Outcome(), lower(r.Code.Handling()))
		}
		a.reply(t, &b, old, &r)
	}
	return b.String()
}

// reply writes the section of one code.
func (a *answers) reply(t *testing.T, b *strings.Builder, old string, r *ftp.ReplyRow) {
	heading := "### " + r.Code.String()
	fmt.Fprintf(b, "\n%s\n\n%s (%s).\n", heading, r.Meaning, r.Ref)
	for _, s := range r.Senses {
		var after []string
		for _, verb := range s.After {
			after = append(after, toCommand(verb))
		}
		fmt.Fprintf(b, "After %s: %s (%s).\n", strings.Join(after, ", "), lower(s.Meaning), s.Ref)
	}
	if r.Note != "" {
		fmt.Fprintf(b, "%s.\n", r.Note)
	}
	command, file := a.example(section(old, heading), r.Code)
	switch {
	case r.Never != "" && file != "":
		t.Errorf("the table says that the server never sends %v, and it does after %s in %s", r.Code, command, file)
	case r.Never != "":
		fmt.Fprintf(b, "\n* ferry's server never sends it: %s.\n", lower(r.Never))
	case file == "":
		t.Errorf("the table says that the server sends %v, and no script has it do so", r.Code)
	default:
		fmt.Fprintf(b, "\n* ferry's server sends it %s %s.\n", answering(command), proof(file))
	}
	test, special := clientTests[r.Code]
	if special != (r.Client != "") {
		t.Errorf("%v: a test of the client is named: %v, and something is said of the client: %v", r.Code, special, r.Client != "")
	}
	if special {
		fmt.Fprintf(b, "* ferry's client: %s (%s).\n", lower(r.Client), clientTest(t, test, r.Code))
	}
}

// typical are commands that are better examples of their replies than others are.
var typical = []string{"", "USER", "PASS", "AUTH", "PROT", "PASV", "EPSV", "EPRT", "RETR", "STOR", "RNFR", "PWD", "SIZE"}

// example returns a command that was answered with the code in a live session, and the
// script: those that the document has as long as they are true, else a command of which
// the code is peculiar, a typical one if there is one, else any. The command is "" for
// what answers none.
func (a *answers) example(old string, code ftp.Code) (command, file string) {
	best := 0
	for _, name := range sortedCommands(a.codes) {
		row := lookup(name)
		greets := name == "" && (code == ftp.CodeReady || code == ftp.CodeClosing)
		if row == nil && !greets || row != nil && !named(row, name) || len(a.codes[name][int(code)]) == 0 {
			continue // an empty line, or no command
		}
		peculiar := row == nil || slices.Contains(row.Replies, code)
		rank := 1
		switch {
		case strings.Contains(old, answering(name)):
			rank = 4
		case peculiar && slices.Contains(typical, name):
			rank = 3
		case peculiar:
			rank = 2
		}
		if rank > best {
			best, command, file = rank, name, a.script(old, name, code)
		}
	}
	return command, file
}

// answering says what a reply answers, for a script to follow.
func answering(command string) string {
	if command == "" {
		return "as a greeting, or unasked, in"
	}
	return "after " + toCommand(command) + " in"
}

// named reports whether the row is that of the command, and not that of SITE for one
// that SITE does not know.
func named(row *ftp.Command, command string) bool {
	return strings.TrimPrefix(command, "SITE ") == row.Name
}

// clientTest is a link to a test of package ftpclient, in the source of which the code
// must stand in a reply, if it is not 0.
func clientTest(t *testing.T, name string, code ftp.Code) string {
	t.Helper()
	files, err := filepath.Glob("../ftpclient/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != name {
				continue
			}
			body := source[fset.Position(fn.Pos()).Offset:fset.Position(fn.End()).Offset]
			if code != 0 && !regexp.MustCompile(`[^0-9]`+code.String()+`[ -]`).Match(body) {
				t.Errorf("%s of package ftpclient has no %v in it", name, code)
			}
			return fmt.Sprintf("[%s](../ftpclient/%s)", name, filepath.Base(file))
		}
	}
	t.Errorf("package ftpclient has no %s", name)
	return name
}

// lower begins a sentence within another.
func lower(text string) string {
	first, rest, _ := strings.Cut(text, " ")
	if first == strings.ToUpper(first) && len(first) > 1 || first == "TLS" {
		return text // a command, or a code
	}
	return strings.TrimSpace(strings.ToLower(first) + " " + rest)
}
