package repotest

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// A rule says which packages of the module a package may import. Packages that
// no rule speaks of may import any that is not private to others.
type rule struct {
	pkg string   // a pattern of path.Match
	may []string // patterns likewise; none: nothing of the module
	why string
}

var rules = []rule{
	{"ftp", nil,
		"the vocabulary of the protocol is what both ends share: it dials nothing and stores nothing"},
	{"storage", nil,
		"a store knows no protocol: no reply code belongs in a disk"},
	{"storage/*", []string{"storage"},
		"a back end is usable, and testable, without any protocol and without the others"},
	// A view of names is made anew for each session, as the client negotiates.
	{"ftpserver", []string{"ftp", "storage", "storage/charset"},
		"the server takes accounts, metrics and settings as values and functions, so that others can bring their own"},
	// What names are in is known when the server has told its features. Certificates are
	// made for tests alone.
	{"ftpclient", []string{"ftp", "storage", "storage/charset", "internal/mint", "internal/urgent"},
		"a client must not carry a server along"},
	// A file is copied, and a cut copy taken up, in one place. A listing may be longer than
	// memory.
	{"mirror", []string{"storage", "internal/spill", "internal/transfer"},
		"mirroring is between two stores, and one of them being remote is not its business"},
	{"internal/trees", []string{"internal/transfer", "mirror", "storage"},
		"what a copy of a tree comes to is found out and done by mirror alone"},
	// The client that it checks by default speaks of files as storage does.
	{"conformance", []string{"ftp", "ftpclient", "storage", "internal/plain", "internal/transcript", "internal/urgent"},
		"it judges any server, so it may know nothing of this one"},
	{"internal/filter", []string{"storage"},
		"patterns are matched with the names of a store, whoever copies it where"},
	{"internal/spill", nil,
		"what is kept in a temporary file is nobody's business but its owner's"},
	{"internal/doctor", []string{"ftp", "ftpclient", "storage"},
		"it examines servers as any user of the client can, so that what it says is true of the client"},
	{"internal/load", []string{"ftp", "ftpclient", "storage"},
		"it loads any server as a user of the client can, and knows nothing of this one"},
	{"internal/explain", []string{"ftp"},
		"it puts the tables into words, and knows neither a server nor a client"},
	{"internal/plain", nil,
		"texts are shown the same way, whoever shows them"},
	{"internal/shell", nil,
		"it is a language: what its commands do is the business of those who have them"},
	{"internal/memnet", nil,
		"test support is below everything that it helps to test"},
	{"internal/mint", nil,
		"test support is below everything that it helps to test"},
	// Where data connections go is read by the grammars of both ends.
	{"internal/distance", []string{"ftp"},
		"test support is below everything that it helps to test"},
	{"internal/faultfs", []string{"storage"},
		"test support is below everything that it helps to test"},
	// It puts its own ports into replies.
	{"internal/faultproxy", []string{"ftp"},
		"test support is below everything that it helps to test"},
	{"internal/transcript", nil,
		"scripts judge the packages they are run against, and must not share code with them"},
	{"internal/repotest", nil,
		"it reads the others, and does not run them"},
	{"internal/benchmarks/report", nil,
		"it writes figures, whatever they are of"},
	{"internal/benchmarks/usage", nil,
		"it looks at processes, whatever they do"},
	{"internal/benchmarks/limits", nil,
		"what is measured is compared with what none of it has touched"},
	{"internal/benchmarks/loader", nil,
		"the load must cost less than the servers, and share nothing with one of them"},
	{"cmd/*", []string{"internal/cli"},
		"main only calls, so that everything else can be tested without a process"},
}

// A private package may be imported by few.
type private struct {
	pkg string
	by  []string // patterns
	why string
}

var privates = []private{
	{"internal/app", []string{"internal/cli"},
		"the composition root knows everything, so what imports it depends on everything"},
	{"internal/cli", []string{"cmd/*", "internal/benchmarks/profiled"},
		"the command line is the outermost layer"},
	{"internal/memnet", nil, "it is for tests"},
	{"internal/distance", []string{"internal/benchmarks"}, "it is for tests and measurements"},
	{"internal/peers", []string{"internal/benchmarks", "internal/benchmarks/*", "internal/interop/rig"}, "it is for tests and measurements"},
	{"internal/interop/rig", nil, "it is for tests"},
	{"internal/faultfs", nil, "it is for tests"},
	{"internal/faultproxy", nil, "it is for tests"},
	{"internal/mint", []string{"internal/peers"}, "it is for tests, and for the counterparts that they start"},
	{"internal/transcript", []string{"conformance"}, "it is for tests, and for those that users run"},
	{"storage/storagetest", nil, "it is for tests"},
}

// TestImports checks the imports within the module. Packages x_test may cross
// the rules: they are users of what they test.
func TestImports(t *testing.T) {
	for _, f := range files(t) {
		if f.external() {
			continue
		}
		for _, imported := range f.imports {
			to, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			for _, r := range rules {
				if matches(f.dir, r.pkg) && !matches(to, r.may...) {
					t.Errorf("%s imports %s: %s", f.name, to, r.why)
				}
			}
			for _, p := range privates {
				if to == p.pkg && !f.test && !matches(f.dir, p.by...) {
					t.Errorf("%s imports %s: %s", f.name, to, p.why)
				}
			}
		}
	}
}

// libraries are the public packages that may depend on other modules than
// golang.org/x, and why.
var libraries = map[string]string{
	"storage/s3": "nobody should write an S3 client again",
	"auth":       "old password hashes come in forms that only other modules read",
}

// TestLibraryImports sees that who imports a public package takes on nothing else, by way
// of the packages that it imports in turn either.
func TestLibraryImports(t *testing.T) {
	imports := make(map[string][]*file) // files that are no tests, by directory
	for _, f := range files(t) {
		if !f.test {
			imports[f.dir] = append(imports[f.dir], f)
		}
	}
	checked := 0
	for dir := range imports {
		if libraries[dir] != "" || matches(dir, "cmd/*") || strings.HasPrefix(dir, "internal/") {
			continue
		}
		checked++
		seen := make(map[string]bool)
		var follow func(dir, by string)
		follow = func(dir, by string) {
			if seen[dir] {
				return
			}
			seen[dir] = true
			for _, f := range imports[dir] {
				for _, imported := range f.imports {
					host, _, _ := strings.Cut(imported, "/")
					to, ours := strings.CutPrefix(imported, module+"/")
					switch {
					case ours:
						follow(to, by+" > "+to)
					case strings.Contains(host, ".") && !strings.HasPrefix(imported, "golang.org/x/"):
						t.Errorf("%s imports %s (%s): a library's user is to take on the standard library and golang.org/x alone", f.name, imported, by)
					}
				}
			}
		}
		follow(dir, dir)
	}
	if checked < 5 {
		t.Errorf("%d public packages: the test looks in the wrong place", checked)
	}
}

func matches(pkg string, patterns ...string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, pkg)
		if err != nil {
			panic(err)
		}
		return ok
	})
}
