package ftpserver_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpserver"
)

// answers holds what the scripts got from live sessions: the codes each command was
// answered with, and the names of the scripts.
type answers struct {
	mu    sync.Mutex
	codes map[string]map[int]map[string]bool
}

// of returns the function that takes what a script gets.
func (a *answers) of(file string) func(command string, code int) {
	return func(command string, code int) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.codes == nil {
			a.codes = make(map[string]map[int]map[string]bool)
		}
		if a.codes[command] == nil {
			a.codes[command] = make(map[int]map[string]bool)
		}
		if a.codes[command][code] == nil {
			a.codes[command][code] = make(map[string]bool)
		}
		a.codes[command][code][file] = true
	}
}

// sortedCommands returns the commands that were answered, those of SITE last.
func sortedCommands(codes map[string]map[int]map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(codes), func(a, b string) int {
		site := func(name string) int { return strings.Count(name, "SITE ") }
		return cmp.Or(site(a)-site(b), strings.Compare(a, b))
	})
}

// any reports whether the command was answered with a code from lo to hi.
func (a *answers) any(command string, lo, hi int) bool {
	for code := range a.codes[command] {
		if lo <= code && code <= hi {
			return true
		}
	}
	return false
}

// check fails the test for each row of the command table, and for each reply
// code in the sources of the server, that no script produces.
func (a *answers) check(t *testing.T) {
	commands, site := ftpserver.Handled()
	for _, name := range commands {
		if name != "SITE" && unseen[name] != refused && !a.any(name, 200, 399) {
			t.Errorf("no script has %s succeed", name)
		}
	}
	for _, name := range site {
		if !a.any("SITE "+name, 200, 399) {
			t.Errorf("no script has SITE %s succeed", name)
		}
	}
	produced := make(map[ftp.Code]bool)
	for _, codes := range a.codes {
		for code := range codes {
			produced[ftp.Code(code)] = true
		}
	}
	names := codeNames(t)
	for _, used := range codesUsed(t, names) {
		if !produced[used] {
			t.Errorf("the server can answer %v, and no script has it do so", used)
		}
	}
}

// codeNames returns the constants of ftp's reply codes.
func codeNames(t *testing.T) map[string]ftp.Code {
	names := make(map[string]ftp.Code)
	for _, spec := range constants(t, "../ftp/code.go") {
		for i, name := range spec.Names {
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok && strings.HasPrefix(name.Name, "Code") {
				var n int
				if _, err := fmt.Sscan(lit.Value, &n); err != nil {
					t.Fatal(err)
				}
				names[name.Name] = ftp.Code(n)
			}
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d reply codes found in package ftp", len(names))
	}
	return names
}

func constants(t *testing.T, file string) (specs []*ast.ValueSpec) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
			for _, s := range g.Specs {
				if v := s.(*ast.ValueSpec); len(v.Values) == len(v.Names) {
					specs = append(specs, v)
				}
			}
		}
	}
	return specs
}

// codesUsed returns the codes that the sources of the server name.
func codesUsed(t *testing.T, names map[string]ftp.Code) (codes []ftp.Code) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "ftp" && strings.HasPrefix(sel.Sel.Name, "Code") {
				code, known := names[sel.Sel.Name]
				if known && !slices.Contains(codes, code) {
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return codes
}

// Every command that needs a login says so, every command that takes no argument
// refuses one, and every command that needs one misses it (RFC 959, 5.4).
func TestEveryRow(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		out := w.connect()
		c := w.connect()
		c.login("joe", "secret")
		commands, site := ftpserver.Handled()
		for _, name := range commands {
			row := ftp.Lookup(name)
			if row.Phase == ftp.PhaseLogin && unseen[name] != "is off unless switched on" {
				if r := out.do(name + " x"); r.Code != ftp.CodeNotLoggedIn {
					t.Errorf("%s without a login: %v", name, r)
				}
			}
			if name == "QUIT" || name == "REIN" || name == "SITE" {
				continue
			}
			if row.Phase&ftp.PhaseLogin == 0 {
				if r := c.do(name + " x"); r.Code != ftp.CodeBadSequence {
					t.Errorf("%s behind the login: %v", name, r)
				}
				continue
			}
			everyArgument(t, c, name, row)
		}
		for _, name := range site {
			row := ftp.LookupSite(name)
			if row.Phase == ftp.PhaseLogin {
				if r := out.do("SITE " + name + " x"); r.Code != ftp.CodeNotLoggedIn {
					t.Errorf("SITE %s without a login: %v", name, r)
				}
			}
			everyArgument(t, c, "SITE "+name, row)
		}
		if r := c.do("NOOP"); r.Code != ftp.CodeOK {
			t.Errorf("NOOP behind all that: %v", r)
		}
	})
}

func everyArgument(t *testing.T, c *client, name string, row *ftp.Command) {
	line := name
	switch row.Arg {
	case ftp.ArgNone:
		line += " x"
	case ftp.ArgText, ftp.ArgPath, ftp.ArgWordPath, ftp.ArgEmptyPath:
	default:
		return
	}
	if r := c.do(line); r.Code != ftp.CodeBadArgument && r.Code != ftp.CodeNotImplemented {
		t.Errorf("%q: %v", line, r)
	}
}
