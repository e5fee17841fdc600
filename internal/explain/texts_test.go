package explain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// texts returns what the sources of this package give to tr.
func texts(t *testing.T) map[string]bool {
	all := make(map[string]bool)
	for verb, note := range notes {
		if ftp.Lookup(verb) == nil {
			t.Errorf("there is a note on %s, which is no command", verb)
		}
		all[note] = true
	}
	for verb, list := range parameters {
		if verb != "FORM" && !spelled(verb) {
			t.Errorf("the values of %s are never spelled out", verb)
		}
		for _, v := range list {
			all[v.text] = true
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			name := ""
			switch fn := call.Fun.(type) {
			case *ast.SelectorExpr:
				name = fn.Sel.Name
			case *ast.Ident:
				name = fn.Name
			}
			lit, ok := call.Args[0].(*ast.BasicLit)
			switch {
			case name == "tr" && !ok:
				if _, constant := call.Args[0].(*ast.Ident); !constant && !regexp.MustCompile(`^(v|parameters)`).MatchString(root(call.Args[0])) && root(call.Args[0]) != "notes" {
					t.Errorf("%s: the text is no literal, and the test does not know where it comes from", fset.Position(call.Pos()))
				}
			case name == "tr" || name == "list" && len(call.Args) == 4: // the titles of All
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				all[text] = true
			}
			return true
		})
	}
	return all
}

// root is the variable that an expression begins with.
func root(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return root(e.X)
	case *ast.IndexExpr:
		return root(e.X)
	}
	return ""
}

// Every text stands in the catalogue, with the same verbs, and nothing else does.
func TestCatalogue(t *testing.T) {
	all, catalogue := texts(t), chinese()
	if len(all) < 80 {
		t.Fatalf("only %d texts found", len(all))
	}
	verb := regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	verbs := func(s string) string {
		list := verb.FindAllString(s, -1)
		return strings.Join(list, " ")
	}
	var missing []string
	for text := range all {
		translated, ok := catalogue[text]
		switch {
		case !ok:
			missing = append(missing, "< "+text+"\n> \n")
		case verbs(text) != verbs(translated) || strings.HasSuffix(text, ".") || strings.HasSuffix(translated, "。"):
			t.Errorf("%q is translated %q", text, translated)
		}
	}
	if missing != nil {
		slices.Sort(missing)
		t.Errorf("lang/zh-CN.txt lacks what follows; translate it and paste it there:\n%s", strings.Join(missing, "\n"))
	}
	for text := range catalogue {
		if !all[text] {
			t.Errorf("lang/zh-CN.txt has %q, which is never said", text)
		}
	}
}
