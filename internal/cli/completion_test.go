package cli

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := newParser(&stdio{in: os.Stdin, out: os.Stdout, err: os.Stderr}, &commands{})
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// findShell finds a shell, or skips the test.
func findShell(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("FERRY_REQUIRE_PEERS") == "1" {
			t.Fatalf("no %s: apt-get install %s", name, name)
		}
		t.Skipf("no %s: apt-get install %s", name, name)
	}
	return path
}

// TestBashCompletion has bash complete command lines; the last word is the one
// under the cursor.
func TestBashCompletion(t *testing.T) {
	bash := findShell(t, "bash")
	script := bashCompletion(completions(model(t)))
	tests := []struct {
		words []string
		want  []string
	}{
		{[]string{"ferry", "s"}, []string{"serve", "shell", "stat"}},
		{[]string{"ferry", "serve", "--sync", ""}, []string{"always", "never"}},
		{[]string{"ferry", "serve", "--sync", "=", "n"}, []string{"never"}},
		{[]string{"ferry", "serve", "--sync", "="}, []string{"always", "never"}},
		{[]string{"ferry", "serve", "--max-s"}, []string{"--max-sessions", "--max-sessions-per-ip"}},
		{[]string{"ferry", "serve", "--listen", "s"}, nil},
		{[]string{"ferry", "get", "--rest"}, []string{"--restart"}},
		{[]string{"ferry", "ls", "--rest"}, nil},
		{[]string{"ferry", "completion", ""}, []string{"bash", "fish", "zsh"}},
		{[]string{"ferry", "help", "exit"}, []string{"exit-codes"}},
		{[]string{"ferry", "explain", "RET"}, []string{"RETR"}},
		{[]string{"ferry", "explain", "PASV", "22"}, []string{"220", "221", "225", "226", "227", "228", "229"}},
		{[]string{"ferry", "explain", "SITE", "CHM"}, []string{"CHMOD"}},
		{[]string{"ferry", "explain", "--lang", ""}, []string{"auto", "en", "zh-CN"}},
		{[]string{"ferry", "ls", "-v", "--rest"}, nil},
	}
	for _, tt := range tests {
		program := script + "\nCOMP_WORDS=(" + quoteAll(tt.words) + ")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n" +
			"compopt() { :; }\n_ferry\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
		out, err := exec.Command(bash, "--norc", "-c", program).CombinedOutput()
		got := strings.Fields(string(out))
		slices.Sort(got)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, %v; want %q", tt.words, out, err, tt.want)
		}
	}
}

func quoteAll(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "'"+w+"'")
	}
	return strings.Join(quoted, " ")
}

// TestCompletionScriptsParse has each shell read its script without running it.
func TestCompletionScriptsParse(t *testing.T) {
	for name, script := range map[string]string{
		"bash": bashCompletion(completions(model(t))),
		"zsh":  zshCompletion(completions(model(t))),
		"fish": fishCompletion(completions(model(t))),
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(findShell(t, name), "-n")
			cmd.Stdin = strings.NewReader(script)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestCompletionKnowsEverything compares each script with the grammar.
func TestCompletionKnowsEverything(t *testing.T) {
	commands := completions(model(t))
	for name, script := range map[string]string{
		"bash": bashCompletion(commands), "zsh": zshCompletion(commands), "fish": fishCompletion(commands),
	} {
		for _, c := range commands {
			if !strings.Contains(script, c.name) {
				t.Errorf("%s: no command %s", name, c.name)
			}
			for _, f := range c.flags {
				if !strings.Contains(script, f.name) {
					t.Errorf("%s: no flag --%s", name, f.name)
				}
			}
		}
	}
}

func TestBrief(t *testing.T) {
	for in, want := range map[string]string{
		"Show it.":                         "Show it",
		"Wait a bit (default 5s).":         "Wait a bit",
		"Read FILE. Else ask.":             "Read FILE",
		"Anonymous; as in ftp://host/x.y.": "Anonymous",
	} {
		if got := brief(in); got != want {
			t.Errorf("brief(%q) = %q, want %q", in, got, want)
		}
	}
}
