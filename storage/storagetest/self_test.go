package storagetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
)

func oracle(testing.TB) storage.FS { return NewMem() }

// TestEveryCheckCanFail runs the suite on FSs that break the contract, each in
// its own way: every mutant must be found out, and every check must find one.
func TestEveryCheckCanFail(t *testing.T) {
	found := map[string][]string{}
	for _, m := range mutants() {
		t.Run(m.name, func(t *testing.T) {
			var by []string
			for _, k := range checks() {
				if judgeCheck(t, k, m.make) == "fail" {
					by = append(by, k.name)
					found[k.name] = append(found[k.name], m.name)
				}
			}
			if by == nil {
				t.Error("no check finds out")
			}
			t.Logf("found out by %q", by)
		})
	}
	for _, k := range checks() {
		if found[k.name] == nil {
			t.Errorf("%s never fails", k.name)
		}
	}
}

// TestEveryCheckPasses is the other half: no check fails, or is skipped, by
// itself.
func TestEveryCheckPasses(t *testing.T) {
	names := map[string]bool{}
	for _, k := range checks() {
		if names[k.name] || k.rule == "" {
			t.Errorf("%q is not the name of one check with a rule", k.name)
		}
		names[k.name] = true
		got := judgeCheck(t, k, func(in storage.FS) storage.FS { return in })
		if got != "pass" {
			t.Errorf("%s on mem: %s, want pass", k.name, got)
		}
	}
}

// TestRefusalCanFail runs the check for read-only FSs on one that is not.
func TestRefusalCanFail(t *testing.T) {
	filled := func(wrap func(storage.FS) storage.FS) Options {
		return Options{Filled: func(t testing.TB, files map[string]string) storage.FS {
			return wrap(newEnv(t, Options{New: oracle}, files).fsys)
		}}
	}
	if got := judge(t, func(t testing.TB) { refuses().on(t, filled(storage.ReadOnly)) }); got != "pass" {
		t.Errorf("ReadOnly: %s, want pass", got)
	}
	if got := judge(t, func(t testing.TB) { refuses().on(t, filled(func(fsys storage.FS) storage.FS { return fsys })) }); got != "fail" {
		t.Errorf("a writable FS: %s, want fail", got)
	}
}

func TestModelFindsMutants(t *testing.T) {
	for _, m := range mutants() {
		switch m.name {
		case "appends to nothing", "commits on Abort", "commits on Suspend", "resumes at 0", "replaces in pieces",
			"forgets parts", "renames onto directories", "begins at 0", "wrong size", "makes what exists":
		default:
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			o := Options{New: func(testing.TB) storage.FS { return m.make(NewMem()) }}
			for seed := range uint64(modelLogs) {
				if judge(t, func(t testing.TB) { runLog(t, o, oracle, seed) }) == "fail" {
					return
				}
			}
			t.Error("no log finds out")
		})
	}
}

func TestModelPasses(t *testing.T) {
	RunModel(t, Options{New: oracle}, oracle)
	RunModel(t, Options{New: oracle, Remote: true, Synctest: true}, oracle)
}

func TestWrapperCheckCanFail(t *testing.T) {
	fine := WrapperOptions{Wrap: func(in storage.FS) storage.FS { return &bent{FS: in} }}
	for name, broken := range map[string]WrapperOptions{
		"hides":             {Wrap: func(in storage.FS) storage.FS { return struct{ storage.FS }{in} }},
		"offers too much":   {Wrap: func(storage.FS) storage.FS { return &tap{} }},
		"offers too little": {Wrap: fine.Wrap, Offers: []string{"Quoter"}},
		"wrong names":       {Wrap: fine.Wrap, Inner: func(name string) string { return "dir/" + name }},
		"writes":            {Wrap: fine.Wrap, ReadOnly: true},
		"names not undone":  {Wrap: naming(func(n string) string { return "dir/" + n }), Inner: func(n string) string { return "dir/" + n }},
	} {
		if judge(t, func(t testing.TB) { wrapperAll(t, fine) }) != "pass" {
			t.Error("a wrapper that changes nothing fails")
		}
		if judge(t, func(t testing.TB) { wrapperAll(t, broken) }) != "fail" {
			t.Errorf("a wrapper that %q passes", name)
		}
	}
}

func wrapperAll(t testing.TB, o WrapperOptions) {
	wrapperMethods(t, o)
	for _, opt := range optionals("some/name") {
		wrapperOptional(t, o, opt)
	}
}

// TestOptionalsComplete finds interfaces of package storage that RunWrapper
// does not know.
func TestOptionalsComplete(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, opt := range optionals("name") {
		known = append(known, opt.name)
	}
	known = append(known, "FS", "Reader", "Writer", "KernelWriter", "Replacer", "Forwarder")
	seen := 0
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			if _, ok := spec.Type.(*ast.InterfaceType); ok {
				seen++
				if !slices.Contains(known, spec.Name.Name) {
					t.Errorf("%s: RunWrapper does not check %s", file, spec.Name.Name)
				}
			}
			return true
		})
	}
	if seen != len(known) {
		t.Errorf("package storage has %d interfaces, %d are known", seen, len(known))
	}
}
