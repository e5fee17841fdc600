package repotest

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the examples of the guide")

// example is a mark in docs/library.md, and the code below it.
var example = regexp.MustCompile("(?s)(<!-- ([a-z/_]+_test\\.go) (Example\\w*) -->\n```go\n)(.*?)(```\n)")

// TestGuide holds the code of the guide against the examples that it is of: those are run
// by the tests of their packages.
func TestGuide(t *testing.T) {
	const guide = "../../docs/library.md"
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	text := example.ReplaceAllStringFunc(string(raw), func(block string) string {
		m := example.FindStringSubmatch(block)
		shown[m[3]] = true
		want, ok := body(t, m[2], m[3])
		if !ok {
			t.Errorf("there is no %s in %s", m[3], m[2])
			return block
		}
		if m[4] != want && !*update {
			t.Errorf("the code of %s differs: go test ./internal/repotest -run Guide -update", m[3])
		}
		return m[1] + want + m[5]
	})
	if n := strings.Count(string(raw), "```go\n"); n != len(shown) {
		t.Errorf("%d pieces of code, of which %d are examples: the others can rot", n, len(shown))
	}
	if !shown["Example_download"] {
		t.Error("the guide has no download: the test looks in the wrong place")
	}
	if *update {
		if err := os.WriteFile(guide, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// body returns what an example does, as the guide shows it: its server is any.
func body(t *testing.T, file, name string) (string, bool) {
	t.Helper()
	for _, f := range files(t) {
		if f.name != file {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, f.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Name.Name != name {
				continue
			}
			text := string(f.source[set.Position(fn.Body.Lbrace).Offset+2 : set.Position(fn.Body.Rbrace).Offset])
			var b strings.Builder
			for line := range strings.Lines(text) {
				b.WriteString(strings.TrimPrefix(line, "\t"))
			}
			return strings.ReplaceAll(b.String(), "exampleServer()", `"ftp.example.com:21"`), true
		}
	}
	return "", false
}
