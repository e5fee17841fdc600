package ftpserver_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// FEAT marks the language in use (LOG-43).
func TestFeatShowsLanguage(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		c := w.connect()
		for _, step := range []struct{ line, want string }{
			{"NOOP", " LANG EN*;ZH-CN"}, {"LANG zh", " LANG EN;ZH-CN*"}, {"LANG", " LANG EN*;ZH-CN"},
			{"LANG zh-CN", " LANG EN;ZH-CN*"}, {"REIN", " LANG EN*;ZH-CN"},
		} {
			c.do(step.line)
			if got := c.do("FEAT").Lines; !slices.Contains(got, step.want) {
				t.Errorf("after %s: %q", step.line, got)
			}
		}
	})
}

// Every text that the server can send stands in each catalogue, with the same
// verbs, and nothing else does.
func TestCatalogues(t *testing.T) {
	texts := collectTexts(t)
	if len(texts) < 100 {
		t.Fatalf("only %d texts found in the sources", len(texts))
	}
	for name, catalogue := range ftpserver.Catalogues() {
		var missing []string
		for _, text := range slices.Sorted(maps.Keys(texts)) {
			translated, ok := catalogue[text]
			switch {
			case !ok:
				missing = append(missing, "< "+text+"\n> \n")
			case verbs(t, translated) != verbs(t, text):
				t.Errorf("%s: %q has other verbs than %q", name, translated, text)
			case strings.TrimLeft(translated, " ") == "" || strings.ContainsAny(translated, "\r\n"):
				t.Errorf("%s: %q is translated %q", name, text, translated)
			}
		}
		if missing != nil {
			t.Errorf("%s lacks what follows; translate it and paste it there:\n%s", name, strings.Join(missing, "\n"))
		}
		for text := range catalogue {
			if !texts[text] {
				t.Errorf("%s has %q, which the server does not send", name, text)
			}
		}
	}
}

var verbPattern = regexp.MustCompile(`%(?:\[(\d+)\])?([-+# 0-9.]*)([a-zA-Z%])`)

// verbs returns the verbs of a format by the arguments they are for, so that a
// translation may have them in another order ("%[2]s").
func verbs(t *testing.T, format string) string {
	t.Helper()
	var all []string
	next := 1
	for _, m := range verbPattern.FindAllStringSubmatch(format, -1) {
		if m[3] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		all = append(all, fmt.Sprintf("%d%s%s", next, m[2], m[3]))
		next++
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// dynamic are the arguments of lookup that are no literals, and where the texts
// come from.
var dynamic = map[string]func(t *testing.T, add func(string)){
	"format": func(*testing.T, func(string)) {}, // tr itself
	"c.Help": func(*testing.T, func(string)) {}, // of the command table, which has a catalogue of its own
	"r.text": func(_ *testing.T, add func(string)) {
		for _, text := range ftpserver.StorageTexts() {
			add(text)
		}
	},
	"reason(o.err)":  reasonTexts,
	"reason(de.err)": reasonTexts,
	"reason(err)":    reasonTexts,
	"ce.Reason":      codecTexts,
}

// collectTexts returns all texts that the sources of the server give to say, tr
// and lookup.
func collectTexts(t *testing.T) map[string]bool {
	texts := make(map[string]bool)
	add := func(text string) { texts[text] = true }
	eachSource(t, ".", func(fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			arg, known := map[string]int{"say": 1, "tr": 0, "lookup": 0}[sel.Sel.Name]
			if x, ok := sel.X.(*ast.Ident); !known || !ok || x.Name != "s" || len(call.Args) <= arg {
				return true
			}
			if text, ok := literal(call.Args[arg]); ok {
				add(text)
				return true
			}
			from := dynamic[source(call.Args[arg])]
			if from == nil || sel.Sel.Name == "say" {
				t.Errorf("%s: the text is no literal, and the test does not know where it comes from", fset.Position(call.Pos()))
				return true
			}
			from(t, add)
			return true
		})
	})
	return texts
}

// reasonTexts adds what the function reason may return: its literals, and the
// texts of the errors that it passes on.
func reasonTexts(t *testing.T, add func(string)) {
	errs := make(map[string]string)
	eachSource(t, ".", func(_ *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == 1 && len(v.Values) == 1 {
				if call, ok := v.Values[0].(*ast.CallExpr); ok && source(call.Fun) == "errors.New" {
					errs[v.Names[0].Name], _ = literal(call.Args[0])
				}
			}
			return true
		})
	})
	eachSource(t, ".", func(_ *token.FileSet, f *ast.File) {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "reason" {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ReturnStmt:
					if text, ok := literal(n.Results[0]); ok {
						add(text)
					}
				case *ast.CaseClause:
					if ret, ok := n.Body[0].(*ast.ReturnStmt); ok && source(ret.Results[0]) == "err.Error()" {
						for _, e := range n.List {
							add(errs[source(e.(*ast.CallExpr).Args[1])])
						}
					}
				}
				return true
			})
		}
	})
}

// codecTexts adds the reasons that package ftp gives for a ftp.CodecError, in a
// literal or by a function that makes one of its argument.
func codecTexts(t *testing.T, add func(string)) {
	makers := make(map[string]bool)
	inspect := func(visit func(n ast.Node, fn string)) {
		eachSource(t, "../ftp", func(_ *token.FileSet, f *ast.File) {
			for _, d := range f.Decls {
				name := ""
				if fn, ok := d.(*ast.FuncDecl); ok {
					name = fn.Name.Name
				}
				ast.Inspect(d, func(n ast.Node) bool { visit(n, name); return true })
			}
		})
	}
	inspect(func(n ast.Node, fn string) {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || lit.Type == nil || source(lit.Type) != "CodecError" {
			return
		}
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok || source(kv.Key) != "Reason" {
				continue
			}
			if text, ok := literal(kv.Value); ok {
				add(text)
			} else {
				makers[fn] = true
			}
		}
	})
	inspect(func(n ast.Node, _ string) {
		if call, ok := n.(*ast.CallExpr); ok && makers[source(call.Fun)] {
			text, ok := literal(call.Args[0])
			if !ok {
				t.Errorf("%s is not given a literal", source(call.Fun))
			}
			add(text)
		}
	})
}

// eachSource visits the files of a package but for its tests.
func eachSource(t *testing.T, dir string, visit func(*token.FileSet, *ast.File)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files in %s, error %v", len(files), dir, err)
	}
	fset := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		visit(fset, f)
	}
}

// literal returns the value of a string literal.
func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// source is the source of an expression of names, selectors and calls.
func source(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return source(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		var args []string
		for _, a := range e.Args {
			args = append(args, source(a))
		}
		return source(e.Fun) + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}
