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
// meanwhile gets another chance, as long as it gets on.
func (r *run) cleanHome(ctx context.Context, e Endpoint, home string) (res Result) {
	ctx, cancel := context.WithTimeout(ctx, cleanTime)
	defer cancel()
	for idle := 0; idle < idleTries && ctx.Err() == nil; {
		removed := 0
		last := r.try(ctx, Item{}, check{long: cleanTime, try: func(t *trial) {
			c := t.loginTo(e)
			if c.ask("CWD "+encodeTelnet(home)).code == 550 {
				return // it has not been made, or is gone
			}
			s := sweeper{control: c, home: home, removed: &removed}
			for _, path := range r.hidden {
				if strings.HasPrefix(path, home+"/") {
					c.ask("DELE " + encodeTelnet(path))
				}
			}
			if err := s.remove(home, 0); err != nil {
				t.fail("%v", err)
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
	}
	return res
}

// sweeper removes what is below home, and nothing else.
type sweeper struct {
	*control
	home    string
	removed *int // counts
}

const (
	cleanTime = 2 * time.Minute
	idleTries = 2  // that remove nothing
	mostDeep  = 40 // folders within folders, which no item makes
)

// remove removes a folder with all in it.
func (c sweeper) remove(dir string, depth int) error {
	if depth > mostDeep {
		return errors.New("the folders in it have no end")
	}
	entries, err := c.entries(dir)
	if err != nil {
		return err
	}
	for _, name := range entries {
		path := dir + "/" + name
		if c.ask("DELE "+encodeTelnet(path)).code/100 == 2 {
			*c.removed++
			continue
		}
		if err := c.remove(path, depth+1); err != nil {
			return err
		}
	}
	// No server has to remove what the session is in.
	c.ask("CWD " + encodeTelnet(dir[:strings.LastIndexByte(dir, '/')+1]))
	if r := c.ask("RMD " + encodeTelnet(dir)); r.code/100 != 2 {
		return fmt.Errorf("RMD %s was answered %s", printable(dir), r)
	}
	*c.removed++
	return nil
}

// within goes to a folder that is to be emptied, and makes sure that this is in home: not
// elsewhere, where a link may lead.
func (c sweeper) within(dir string) error {
	r := c.ask("CWD " + encodeTelnet(dir))
	if r.code/100 != 2 {
		// An item may have taken the right away, and ended before it gave it back.
		c.ask("SITE CHMOD 755 " + encodeTelnet(dir))
		r = c.ask("CWD " + encodeTelnet(dir))
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
