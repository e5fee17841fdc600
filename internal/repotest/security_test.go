package repotest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPromises holds SECURITY.md to the tests that it names.
func TestSecurityPromises(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, f := range files(t) {
		if !f.test {
			continue
		}
		for _, m := range declared.FindAllSubmatch(f.source, -1) {
			there[string(m[1])] = true
		}
	}
	named := make(map[string]bool)
	for _, name := range regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`).FindAllString(string(text), -1) {
		if name == "TestAttackNN" { // stands for all of them
			continue
		}
		named[name] = true
		if !there[name] {
			t.Errorf("SECURITY.md: there is no %s", name)
		}
	}
	for _, name := range regexp.MustCompile(`\b\w+\.ftp\b`).FindAllString(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, "ftpserver", "testdata", name)); err != nil {
			t.Errorf("SECURITY.md: %v", err)
		}
	}
	// The other way round: an attack that is tried stands for a promise.
	for name := range there {
		if strings.HasPrefix(name, "TestAttack") && !named[name] {
			t.Errorf("SECURITY.md does not name %s", name)
		}
	}
}
