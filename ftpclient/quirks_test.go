package ftpclient

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
)

// recorded is what a transcript in testdata/quirks has in its part "names".
type recorded struct {
	user    string
	replies map[string]ftp.Reply // by the verb; "" is the greeting
}

func readRecorded(t *testing.T, file string) recorded {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "quirks", file))
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(b), "== names\n")
	if !ok {
		t.Fatalf("%s does not say how the server calls itself", file)
	}
	part, _, _ = strings.Cut(part, "\n\n")
	rec := recorded{replies: make(map[string]ftp.Reply)}
	var wire strings.Builder
	verb := ""
	end := func() {
		if wire.Len() > 0 {
			r, err := ftp.NewReplyReader(strings.NewReader(wire.String())).Read()
			if err != nil {
				t.Fatalf("%s: the reply to %q: %v", file, verb, err)
			}
			rec.replies[verb] = r
			wire.Reset()
		}
	}
	for line := range strings.Lines(part) {
		line = strings.TrimRight(line, "\n")
		if command, ok := strings.CutPrefix(line, "C: "); ok {
			end()
			var arg string
			if verb, arg, _ = strings.Cut(command, " "); verb == "USER" {
				rec.user = arg
			}
			continue
		}
		text := line[min(3, len(line)):]
		if strings.HasPrefix(line, "S~") {
			text = strings.NewReplacer(`\`, "").Replace(text) // an expression; it has the words all the same
		}
		wire.WriteString(text + "\r\n")
	}
	end()
	return rec
}

// login has a server learn what the transcript has. An empty greeting is the recorded
// one.
func (rec recorded) login(greeting string) *server {
	s := newServer(slog.New(slog.DiscardHandler))
	first := rec.replies[""]
	if greeting != "" {
		first = ftp.NewReply(220, greeting)
	}
	s.greet(first)
	for _, verb := range []string{"USER", "PASS", "FEAT"} {
		if r, ok := rec.replies[verb]; ok {
			s.learn(verb, r)
		}
	}
	s.learnFeatures(rec.replies["FEAT"], rec.user)
	return s
}

var transcripts = map[string]string{
	"pyftpdlib": "pyftpdlib.txt", "ProFTPD": "proftpd.txt", "vsftpd": "vsftpd.txt", "Pure-FTPd": "pure-ftpd.txt", "IIS": "iis.txt",
}

// Each server is known by its greeting, and by its other words under any greeting, and
// SYST does not speak against it.
func TestKnownServers(t *testing.T) {
	for _, q := range knownServers {
		rec := readRecorded(t, transcripts[q.kind])
		for _, greeting := range []string{"", "Welcome to the files of Example Ltd."} {
			s := rec.login(greeting)
			s.setSystem(rec.replies["SYST"].Text())
			if got := s.is(); got != q {
				t.Errorf("%s with the greeting %q is taken for %q", q.kind, greeting, got.kind)
			}
		}
	}
	if s := readRecorded(t, "vsftpd-renamed.txt").login(""); s.is().kind != "vsftpd" {
		t.Errorf("a vsftpd with another greeting is taken for %q", s.is().kind)
	}
}

// One word that does not fit, or another system, and nothing is known.
func TestUnknownServers(t *testing.T) {
	const greeting = "FTP server ready."
	for _, q := range knownServers {
		rec := readRecorded(t, transcripts[q.kind])
		for verb, other := range map[string]ftp.Reply{
			"USER": ftp.NewReply(331, "Password, please."), "PASS": ftp.NewReply(230, "Welcome."),
			"FEAT": {Code: 211, Lines: []string{"What there is:", " SIZE", "That is all."}},
		} {
			if verb == "USER" && q.signs.password == "" {
				continue
			}
			was := rec.replies[verb]
			rec.replies[verb] = other
			if got := rec.login(greeting).is(); got.kind != "" {
				t.Errorf("%s that says %q is taken for %s", q.kind, other, got.kind)
			}
			rec.replies[verb] = was
		}
		s := rec.login("")
		s.setSystem("MVS is the operating system of this server.")
		if got := s.is(); got != (quirks{}) {
			t.Errorf("%s on another system is still taken for %s", q.kind, got.kind)
		}
		delete(rec.replies, "FEAT")
		if got := rec.login(greeting).is(); got.kind != "" {
			t.Errorf("%s without FEAT is taken for %s", q.kind, got.kind)
		}
	}
}

// Nothing is said of a server that its transcript does not show.
func TestQuirksAreRecorded(t *testing.T) {
	for _, q := range knownServers {
		b, err := os.ReadFile(filepath.Join("testdata", "quirks", transcripts[q.kind]))
		if err != nil {
			t.Fatal(err)
		}
		part := func(name string) []string {
			_, text, _ := strings.Cut(string(b), "\n== "+name+"\n")
			text, _, _ = strings.Cut(text, "\n\n")
			return strings.Split(text, "\n")
		}
		// The reply to a line that came during a download stands in its place if it
		// was queued.
		end := slices.IndexFunc(part("next"), func(l string) bool { return strings.HasPrefix(l, "S: 226 ") })
		queued := end >= 0 && slices.ContainsFunc(part("next")[end:], func(l string) bool { return strings.HasPrefix(l, "S: 229 ") })
		if q.queues && !queued {
			t.Errorf("%s does not queue EPSV during a download", q.kind)
		}
		for _, name := range []string{"pairs", "missing"} {
			var codes []string
			_, behind, _ := strings.Cut(strings.Join(part(name), "\n"), "\nC: EPSV\n")
			for l := range strings.SplitSeq(behind, "\n") {
				if code, ok := strings.CutPrefix(l, "S: "); ok && !strings.Contains(code[:4], "-") {
					codes = append(codes, code[:3])
				} else if strings.HasPrefix(l, "S~ 226 ") {
					codes = append(codes, "226")
				}
			}
			want := map[string]string{"pairs": "229 150 226 229 150 226 229 150 226", "missing": "229 550 229 150 226 229 150 226"}[name]
			if got := strings.Join(codes, " "); q.pairs && got != want {
				t.Errorf("%s answers what is asked for together (%s) by %s, not %s", q.kind, name, got, want)
			}
		}
		if q.noop && !slices.ContainsFunc(part("noop"), func(l string) bool {
			return strings.HasPrefix(l, "S: 200 ") && strings.Contains(strings.ToLower(l), "noop") || strings.Contains(l, "did nothing")
		}) {
			t.Errorf("%s does not take NOOP during a download", q.kind)
		}
		if q.ahead && !slices.ContainsFunc(part("login"), func(l string) bool { return strings.HasPrefix(l, "S: 257 ") }) {
			t.Errorf("%s does not take a login in one write", q.kind)
		}
		if octets := slices.Contains(part("modes"), "C: TYPE L 36") && slices.ContainsFunc(part("modes"), func(l string) bool { return strings.HasPrefix(l, "S: 200-Missing argument") }); q.octets != octets && q.kind != "IIS" {
			t.Errorf("%s: TYPE L 36 is taken: %v", q.kind, octets)
		}
	}
}
