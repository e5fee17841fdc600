package repotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestExportedNames sees that whatever a public package offers says what it is: a name
// alone is no contract. Methods need not repeat what an interface says: those of the
// standard library, storage.FS for the back ends, ftpserver.Event for the events.
func TestExportedNames(t *testing.T) {
	known := map[string]bool{"Error": true, "String": true, "Is": true, "Read": true, "Write": true, "Close": true,
		"LogValue": true, "MarshalText": true, "UnmarshalText": true, "Format": true, "GoString": true, "Name": true}
	for _, f := range files(t) {
		if f.test || strings.HasPrefix(f.dir, "internal/") || strings.HasPrefix(f.dir, "cmd/") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, f.name, f.source, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				method := d.Recv != nil
				if d.Name.IsExported() && d.Doc == nil && !(method && (known[d.Name.Name] || matches(f.dir, "storage/*") || !receiverIsExported(d))) {
					t.Errorf("%s: %s has no comment", set.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						t.Errorf("%s: %s has no comment", set.Position(s.Pos()), s.Name.Name)
					}
				}
			}
		}
	}
}

// receiverIsExported reports whether the type of a method is.
func receiverIsExported(d *ast.FuncDecl) bool {
	expr := d.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return true
		}
	}
}
