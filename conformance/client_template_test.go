package conformance

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestTemplates(t *testing.T) {
	j := &Job{
		Server: Server{Host: "::1", Port: 2121, User: "bob", Password: "p@ss word", Remote: "a {url} b", URL: "ftp://[::1]:2121/a%20b"},
		Local:  "/tmp/x y", Patience: 2500 * time.Millisecond, Line: `SITE "x"  {y}`,
	}
	for line, want := range map[string]struct {
		env, words []string
		out        string
	}{
		"get {remote} {local}":                     {nil, []string{"get", "a {url} b", "/tmp/x y"}, ""},
		"A=1 B_2={password} get  \t {host}:{port}": {[]string{"A=1", "B_2=p@ss word"}, []string{"get", "::1:2121"}, ""},
		"get a=1 {addr}":                           {nil, []string{"get", "a=1", "[::1]:2121"}, ""},
		`{program} -c "x '{user}'; y" 'a "b"' ""`:  {nil, []string{"PROGRAM", "-c", "x 'bob'; y", `a "b"`, ""}, ""},
		"get {login-url} > {local}":                {nil, []string{"get", "ftp://bob:p%40ss%20word@[::1]:2121/a%20b"}, "/tmp/x y"},
		"get {root-url}{patience} {line}":          {nil, []string{"get", "ftp://[::1]:2121/2", `SITE "x"  {y}`}, ""},
		"get > x":                                  {nil, []string{"get"}, "x"},
		"> x":                                      {nil, []string{">", "x"}, ""},
	} {
		tmpl, err := parseTemplate(line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		env, words, out, err := tmpl.filled("PROGRAM", j)
		if err != nil || !reflect.DeepEqual(env, want.env) || !reflect.DeepEqual(words, want.words) || out != want.out {
			t.Errorf("%s: %q %q %q, %v; want %+q", line, env, words, out, err, want)
		}
	}
	for _, line := range []string{"", "  ", "A=1", `get "x`, "get {x}", "get {url", "A={x} get", "get > {x}"} {
		if tmpl, err := parseTemplate(line); err == nil {
			t.Errorf("%q was read as %+v", line, tmpl)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{`A=1 x "y z" '{url}' > {local}`, "{program}", "> >", `""`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		tmpl, err := parseTemplate(line)
		if err != nil {
			return
		}
		_, words, _, err := tmpl.filled("p", &Job{})
		if err != nil || len(words) == 0 {
			t.Errorf("%q: %q, %v", line, words, err)
		}
	})
}

func TestParseProgramErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "no line",
		"# get = true":                 "no line",
		"get":                          "not of the form",
		"fetch = true":                 "line 1 is not of the form",
		"\nget = true\nget = true":     "line 3: there is a command for get already",
		"get = no-such-program-at-all": "no-such-program-at-all",
		"get = {nothing}":              "{nothing}",
		"put = A=1":                    "runs no program",
	} {
		c, err := ParseProgram("x.txt", text)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "x.txt: ") {
			t.Errorf("%q: %v, %v; want an error with %q", text, c, err, want)
		}
	}
}

// TestProgramEnvironment: a program has its own home, nothing of the user's environment,
// and its output is what is shown.
func TestProgramEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs that this test runs are those of Unix: sh, env, true")
	}
	t.Setenv("FTP_PROXY", "somewhere")
	dir := t.TempDir()
	c, err := ParseProgram("env", "get = X={user} env\nput = sh -c 'pwd; echo wrong >&2; exit 3'\nlist = echo {remote} > {local}")
	if err != nil {
		t.Fatal(err)
	}
	j := Job{Task: TaskGet, Server: Server{User: "bob", Remote: "$HOME; *"}, Dir: dir, Local: filepath.Join(dir, "out")}
	o := c.Do(t.Context(), j)
	if o.Err != nil || !strings.Contains(o.Output, "X=bob\n") || !strings.Contains(o.Output, "HOME="+dir+"\n") || strings.Contains(o.Output, "FTP_PROXY") {
		t.Errorf("%+v", o)
	}
	j.Task = TaskPut
	if o = c.Do(t.Context(), j); o.Err == nil || !strings.Contains(o.Output, filepath.Base(dir)) || !strings.Contains(o.Output, "wrong\n") {
		t.Errorf("%+v", o)
	}
	j.Task = TaskList
	if o = c.Do(t.Context(), j); o.Err != nil || o.Output != "" {
		t.Errorf("%+v", o)
	}
	if b, err := os.ReadFile(j.Local); err != nil || string(b) != "$HOME; *\n" {
		t.Errorf("%q, %v", b, err)
	}
	j.Remote = "a\x00b"
	if o = c.Do(t.Context(), j); o.Err == nil {
		t.Error("a word with NUL was taken")
	}
	if c.Can(TaskMkdir) || !c.Can(TaskPut) {
		t.Error("the tasks are not those of the text")
	}
}

// TestProgramBreak: Ctrl-C reaches the program.
func TestProgramBreak(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs that this test runs are those of Unix: sh, env, true")
	}
	c, err := ParseProgram("trap", `get = sh -c 'trap "echo told; exit 7" INT; while :; do sleep 0.01; done'`)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	stop := make(chan struct{})
	timer := time.AfterFunc(300*time.Millisecond, func() { close(stop) })
	defer timer.Stop()
	if o := c.Do(ctx, Job{Task: TaskGet, Dir: t.TempDir(), Break: stop}); !strings.Contains(o.Output, "told") || ctx.Err() != nil {
		t.Errorf("%+v", o)
	}
}

func TestBoundedText(t *testing.T) {
	var b boundedText
	b.Write([]byte("first\n"))
	for range 100_000 {
		b.Write([]byte("more of the same\n"))
	}
	b.Write([]byte("last"))
	s := b.String()
	if len(s) > 4*maxText || !strings.HasPrefix(s, "first\n") || !strings.HasSuffix(s, "\nlast") || !strings.Contains(s, "\n...\n") {
		t.Errorf("%d octets: %.20q ... %q", len(s), s, s[len(s)-20:])
	}
}

// TestPresets: each known client has its text in good order, and does what makes most
// items run.
func TestPresets(t *testing.T) {
	for _, name := range Presets() {
		text, ok := PresetText(name)
		if !ok {
			t.Fatal(name)
		}
		c, err := parseProgram(name, os.Args[0], text) // a program that is there; it is not run
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, task := range []Task{TaskGet, TaskPut, TaskList, TaskGetTLS, TaskGetURL, TaskQuote} {
			if !c.Can(task) {
				t.Errorf("%s cannot %s", name, task)
			}
		}
	}
	if _, err := Preset("nobody", ""); err == nil || !strings.Contains(err.Error(), "curl, ferry, lftp") {
		t.Error(err)
	}
	if _, ok := PresetText("nobody"); ok {
		t.Error("there is a text for nobody")
	}
}

// TestProgramPath: a path counts from where ferry is run, not from the folder of the job.
func TestProgramPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs that this test runs are those of Unix: sh, env, true")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("client", []byte("#!/bin/sh\necho here\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := ParseProgram("path", "get = ./client")
	if err != nil {
		t.Fatal(err)
	}
	if o := c.Do(t.Context(), Job{Task: TaskGet, Dir: t.TempDir()}); o.Err != nil || o.Output != "here\n" {
		t.Errorf("%+v", o)
	}
}
