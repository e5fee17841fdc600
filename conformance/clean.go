package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-6092453b/ferry/ftp"
)

// clean removes what was made. What it cannot remove it notes. Where endpoints share a
// folder, the first of them has removed it; by its path that cannot be told, as accounts
// may see different folders under one.
func (r *run) clean(ctx context.Context) {
	for e, home := range r.begun {
		if res := r.cleanHome(context.WithoutCancel(ctx), e, home); res.Verdict != Passed {
			r.report.Notes = append(r.report.Notes, Note{Text: fmt.Sprintf("%s at %s could not be removed: %s", printable(home), e.Addr, res.Reason)})
		}
	}
}

// cleanHome removes the folder of work at an endpoint. A server that drops the connection
// meanwhile gets another chance, as long as it gets on; what it drops it at is passed over
// then, and tried once more when the rest is gone.
func (r *run) cleanHome(ctx context.Context, e Endpoint, home string) (res Result) {
	ctx, cancel := context.WithTimeout(ctx, cleanTime)
	defer cancel()
	avoid := make(map[string]bool)
	for idle := 0; idle < idleTries && ctx.Err() == nil; {
		removed, asked := 0, ""
		last := r.try(ctx, Item{}, check{long: cleanTime, try: func(t *trial) {
			c := t.loginTo(e)
			if c.ask("CWD "+encodeTelnet(home)).code == 550 {
				return // it has not been made, or is gone
			}
			s := sweeper{control: c, home: home, removed: &removed, asked: &asked, avoid: avoid}
			for _, path := range r.hidden {
				if strings.HasPrefix(path, home+"/") {
					s.removeHidden(path)
				}
			}
			if err := s.empty(home, 0); err != nil {
				t.fail("%v", err)
			}
			c.ask("CWD " + encodeTelnet(parent(home)))
			if r := s.do("RMD " + encodeTelnet(home)); r.code/100 != 2 {
				t.fail("RMD %s was answered %s", printable(home), r)
			}
		}})
		if ctx.Err() == nil || res.Verdict == "" {
			res = last // what went wrong, not that time was over
		}
		if res.Verdict == Passed {
			break
		}
		if idle++; removed > 0 {
			idle = 0
		}
		if asked == "" {
			clear(avoid)
		} else {
			avoid[asked] = true
		}
	}
	return res
}

// sweeper removes what is below home, and nothing else.
type sweeper struct {
	*control
	home    string
	removed *int            // counts
	asked   *string         // the command that there is no reply to yet
	avoid   map[string]bool // commands that the connection did not survive
}

const (
	cleanTime = 2 * time.Minute
	idleTries = 5  // that remove nothing
	mostDeep  = 40 // folders within folders, which no item makes
)

// empty removes all that is in a folder. What cannot be removed does not keep it from
// the rest; the first such error is returned.
func (c sweeper) empty(dir string, depth int) (first error) {
	if depth > mostDeep {
		return errors.New("the folders in it have no end")
	}
	entries, err := c.entries(dir)
	if err != nil {
		return err
	}
	for _, name := range entries {
		if err := c.remove(dir+"/"+name, depth); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// remove removes a file, or a folder with all in it.
func (c sweeper) remove(path string, depth int) (err error) {
	for _, spelt := range spellings(path) {
		if c.avoid["DELE "+spelt] {
			err = fmt.Errorf("DELE %s ends the connection", printable(path))
			continue
		}
		dele := c.do("DELE " + spelt)
		if dele.code/100 == 2 {
			*c.removed++
			return nil
		}
		if !c.enterable(spelt) {
			err = fmt.Errorf("DELE %s was answered %s", printable(path), dele)
			continue
		}
		if err := c.empty(path, depth+1); err != nil {
			return err
		}
		// No server has to remove what the session is in.
		c.ask("CWD " + encodeTelnet(c.home))
		if r := c.do("RMD " + spelt); r.code/100 != 2 {
			return fmt.Errorf("RMD %s was answered %s", printable(path), r)
		}
		*c.removed++
		return nil
	}
	return err
}

// removeHidden removes a file that listings may leave out, if it is there.
func (c sweeper) removeHidden(path string) {
	for _, spelt := range spellings(path) {
		if command := "DELE " + spelt; !c.avoid[command] {
			c.do(command)
			return
		}
	}
}

// spellings are the ways to send a path: as Telnet has it, and, for servers that do not
// know Telnet's escapes, as it is.
func spellings(path string) []string {
	if encoded := encodeTelnet(path); encoded != path {
		return []string{encoded, path}
	}
	return []string{path}
}

// do sends a command, and notes it for as long as there is no reply.
func (c sweeper) do(command string) reply {
	*c.asked = command
	r := c.ask(command)
	if r.code/100 != 2 && strings.Contains(strings.ReplaceAll(command, "\r\x00", ""), "\r") {
		// For some servers CR ends a line, so that there may be a second reply.
		c.fail("%s was answered %s", printable(command), r)
	}
	*c.asked = ""
	return r
}

// enterable reports whether there is a folder of this path.
func (c sweeper) enterable(spelt string) bool {
	if c.do("CWD "+spelt).code/100 == 2 {
		return true
	}
	// An item may have taken the right away, and ended before it gave it back.
	c.do("SITE CHMOD 755 " + spelt)
	return c.do("CWD "+spelt).code/100 == 2
}

func parent(path string) string { return path[:strings.LastIndexByte(path, '/')+1] }

// within goes to a folder that is to be emptied, and makes sure that this is in home: not
// elsewhere, where a link may lead.
func (c sweeper) within(dir string) error {
	var r reply
	for _, spelt := range spellings(dir) {
		if r = c.do("CWD " + spelt); r.code/100 == 2 {
			break
		}
	}
	if r.code/100 != 2 {
		return fmt.Errorf("CWD %s was answered %s", printable(dir), r)
	}
	at, ok := ftp.UnquotePath(c.want("PWD", 257).text())
	if !ok || !strings.HasPrefix(strings.TrimSuffix(at, "/")+"/", c.home+"/") {
		return fmt.Errorf("CWD %s leads to %s, where nothing must be touched", printable(dir), printable(at))
	}
	return nil
}

// entries are the names in a folder, by MLSD, or NLST where that is not known.
func (c sweeper) entries(dir string) (names []string, err error) {
	if err := c.within(dir); err != nil {
		return nil, err
	}
	list := func(command string) (string, bool) {
		conn, err := c.tryData(c.passive(), c.local())
		if err != nil {
			return "", false
		}
		defer conn.Close()
		r := c.ask(command)
		if !r.preliminary() {
			return "", r.is(450, 550) // nothing is there
		}
		tr := c.opened(command, r, conn)
		b := tr.read()
		tr.data.Close()
		return string(b), c.reply().code/100 == 2
	}
	listed, ok := "", false
	if _, has := c.features["MLST"]; has {
		if listed, ok = list("MLSD"); ok {
			return slices.DeleteFunc(namesOfFacts(listed), elsewhere), nil
		}
	}
	if listed, ok = list("NLST -a"); !ok || listed == "" {
		if listed, ok = list("NLST"); !ok {
			return nil, fmt.Errorf("%s cannot be listed", printable(dir))
		}
	}
	for line := range strings.Lines(listed) {
		name := strings.TrimRight(line, "\r\n")
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			name = name[i+1:]
		}
		if !elsewhere(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// elsewhere reports whether a name is not one of something in the folder that was listed.
func elsewhere(name string) bool {
	return name == "" || name == "." || name == ".." || strings.Contains(name, "/") || strings.HasPrefix(name, `..\`)
}

func namesOfFacts(listing string) (names []string) {
	for line := range strings.Lines(listing) {
		facts, name, ok := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), " ")
		lower := strings.ToLower(facts)
		if !ok || strings.Contains(lower, "type=cdir;") || strings.Contains(lower, "type=pdir;") {
			continue
		}
		names = append(names, name)
	}
	return names
}
