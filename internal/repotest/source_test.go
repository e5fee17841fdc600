package repotest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the path of the root package.
const module = "github.com/seed-6092453b/ferry"

// A file is a Go source file of the module.
type file struct {
	name    string // from the root, slash-separated
	dir     string // likewise; "." is the root
	pkg     string // the name in its package clause
	test    bool   // its name ends in _test.go
	source  []byte
	imports []string
	doc     bool // its package clause has a comment
}

// external reports whether the file is of a package x_test.
func (f *file) external() bool { return f.test && strings.HasSuffix(f.pkg, "_test") }

// lines returns how many lines the file has.
func (f *file) lines() int { return bytes.Count(f.source, []byte("\n")) }

// files returns all Go files of the module. Modules nested in it, testdata and
// hidden directories are left out.
func files(t *testing.T) []*file {
	t.Helper()
	all, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no Go files: the test looks in the wrong place")
	}
	return all
}

var load = sync.OnceValues(func() ([]*file, error) {
	root := filepath.Join("..", "..")
	var all []*file
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return descend(root, name)
		case path.Ext(name) != ".go":
			return nil
		}
		f, err := read(root, name)
		all = append(all, f)
		return err
	})
	return all, err
})

// descend returns fs.SkipDir for directories that hold none of the module's
// packages.
func descend(root, name string) error {
	if name == "." {
		return nil
	}
	base := path.Base(name)
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name), "go.mod"))
	if base == "testdata" || base[0] == '.' || base[0] == '_' || err == nil {
		return fs.SkipDir
	}
	return nil
}

func read(root, name string) (*file, error) {
	source, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	f := &file{
		name:   name,
		dir:    path.Dir(name),
		pkg:    parsed.Name.Name,
		test:   strings.HasSuffix(name, "_test.go"),
		source: source,
		doc:    parsed.Doc.Text() != "",
	}
	for _, spec := range parsed.Imports {
		f.imports = append(f.imports, importPath(spec))
	}
	return f, nil
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return p
}

// imported reports whether the file imports the package.
func (f *file) imported(p string) bool { return slices.Contains(f.imports, p) }
