package attack_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// forged are names that would make a line of their own in a log, or paint over one.
var forged = []string{
	"x\r\x00{\"msg\":\"forged\"}", "x\x1b[31mred\x1b[0m", "x\x1b]0;title\x07", "x\" forged=\"1", "x' forged=1", "x forged=1", "x\\nforged", "x\\",
	"x\x7f\x08\x08", "x\xff\xff", "x\xc3\x28", "x\u202eforged", "x\u2028forged", "x\u0085forged", "x\x0b\x0cforged", "x=1", "x%s%n%d", "${jndi:ldap://x}",
	"x\tforged", strings.Repeat("long", 1800),
}

// TestAttack13LogInjection: whatever a client calls itself or a file, the log has one
// well-formed line for each event, and nothing in it that a terminal obeys.
func TestAttack13LogInjection(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			w, ferry := serveChild(t, nil, "--log", format, "-v", "--login-delay", "0s", "--rmda")
			check(t, os.MkdirAll(w.dir+"/tree/a\nlevel=ERROR msg=forged", 0o777)) // no command can name it, a failure may
			announced := len(strings.Split(ferry.out.String(), "\n"))
			commands := 0
			c := w.login(t)
			for _, name := range forged {
				for _, line := range []string{"MKD " + name, "RMD " + name, "CWD " + name, "RETR " + name, "CLNT " + name, name, "SITE " + name, "NOOP " + name} {
					c.send(line)
					c.reply()
					commands++
				}
				c.put("STOR "+name+"f", "x")
				c.get("RETR " + name + "f")
				guest := w.dial(t)
				guest.send("USER "+name, "PASS "+name)
				guest.reply()
				guest.reply()
				guest.conn.Close()
			}
			c.do("RMDA tree")
			c.send("QUIT")
			c.expect(221)
			c.conn.Close()
			ferry.kill()
			log := strings.Split(strings.TrimSuffix(ferry.out.String(), "\n"), "\n")
			if len(log) < announced+commands {
				t.Errorf("the log has %d lines for more than %d events", len(log), commands)
			}
			for _, line := range log {
				if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
					t.Errorf("the log has %q in it: %.300q", line[i:i+1], line)
				}
				if format == "json" && !json.Valid([]byte(line)) {
					t.Errorf("this is no JSON: %.300q", line)
				}
				if format == "text" && strings.HasPrefix(line, "time=") && !textLine.MatchString(line) {
					t.Errorf("this is no line of the log: %.300q", line)
				}
				if key := forgedKey.FindString(line); key != "" && format == "text" {
					t.Errorf("an attribute was forged: %.300q", line)
				}
			}
			if strings.Contains(ferry.out.String(), "secret") {
				t.Error("a password is in the log")
			}
		})
	}
}

// textLine is a line of log/slog's text: keys and values, which are quoted where they
// need be.
var textLine = regexp.MustCompile(`^time="[0-9: -]+"( [a-z]+=("([^"\\]|\\.)*"|[^" =]*))+$`)

// forgedKey is a key that no event has, not in quotes.
var forgedKey = regexp.MustCompile(`^time="[0-9: -]+"( [a-z]+=("([^"\\]|\\.)*"|[^" =]*))* forged=`)
