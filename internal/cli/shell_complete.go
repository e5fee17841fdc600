package cli

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-6092453b/ferry/internal/shell"
	"github.com/seed-6092453b/ferry/storage"
)

// listings are what was listed for completion lately.
type listings struct {
	mu  sync.Mutex
	all map[string]listed
}

type listed struct {
	entries []storage.Info
	at      time.Time
}

// How long a listing is good, how long one may take while the user waits for the key
// to do something, and how much of one is looked at.
const (
	listedFor   = 30 * time.Second
	listedIn    = 5 * time.Second
	maxListed   = 20000
	maxListings = 100
)

// of lists a folder, or tells what it held a moment ago.
func (l *listings) of(s *site, dir string) []storage.Info {
	l.mu.Lock()
	was, ok := l.all[dir]
	l.mu.Unlock()
	if ok && time.Since(was.at) < listedFor {
		return was.entries
	}
	ctx, cancel := context.WithTimeout(context.Background(), listedIn)
	defer cancel()
	var all []storage.Info
	for info, err := range s.client.List(ctx, dir) {
		if err != nil || len(all) == maxListed {
			break
		}
		all = append(all, info)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil || len(l.all) >= maxListings {
		l.all = make(map[string]listed)
	}
	l.all[dir] = listed{all, time.Now()}
	return all
}

// forget drops what may no longer be so.
func (l *listings) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.all)
}

// candidate is what a word can become.
type candidate struct {
	text string
	more bool // it is a folder
}

// completions returns what the word before the cursor can become: what stands before
// it, the words, and what stands behind. pos counts runes.
func (e *shellEnv) completions(line string, pos int) (head string, words []string, tail string) {
	runes := []rune(line)
	p := shell.Cut(string(runes[:pos]))
	for _, c := range e.candidates(p) {
		words = append(words, p.Complete(c.text, c.more))
	}
	slices.Sort(words)
	return p.Head, slices.Compact(words), string(runes[pos:])
}

// candidates returns what a word can become.
func (e *shellEnv) candidates(p shell.Partial) []candidate {
	switch {
	case p.IsLocal:
		return e.localNames(p, false)
	case len(p.Words) == 0:
		return e.sh.commandNames(p.Text)
	}
	c := e.sh.find(p.Words[0].Text)
	if c == nil {
		return nil
	}
	at := 0
	for _, w := range p.Words[1:] {
		if c.opts == "" || !strings.HasPrefix(w.Text, "-") {
			at++
		}
	}
	kind, choice := kindAt(c.complete, at)
	switch kind {
	case 'r', 'd':
		return e.remoteNames(p, kind == 'd', c.opts != "")
	case 'l', 'f':
		return e.localNames(p, kind == 'f')
	case 'c':
		return e.sh.commandNames(p.Text)
	case 'o', 'b':
		marks, _ := e.sh.bookmarks.read()
		choice = slices.Collect(maps.Keys(marks))
	case 's':
		for _, s := range settings {
			if at == 0 {
				choice = append(choice, s[0])
			} else if s[0] == p.Words[len(p.Words)-1].Text {
				choice = strings.Fields(s[2])
			}
		}
	case 'j':
		for _, job := range e.sh.jobs.Running() {
			choice = append(choice, strconv.Itoa(job.ID))
		}
	}
	return beginning(choice, p.Text)
}

// kindAt returns what the word at a place can be.
func kindAt(complete string, at int) (kind byte, choice []string) {
	for i := 0; complete != ""; i++ {
		kind, choice = complete[0], nil
		if rest, ok := strings.CutPrefix(complete, "/"); ok {
			words, more, _ := strings.Cut(rest, "/")
			choice, complete = strings.Fields(words), more
		} else {
			complete = complete[1:]
		}
		if i == at {
			break
		}
	}
	return kind, choice
}

// beginning returns those of some words that begin with a text.
func beginning(words []string, text string) (list []candidate) {
	for _, w := range words {
		if strings.HasPrefix(w, text) {
			list = append(list, candidate{w, false})
		}
	}
	return list
}

func (sh *ferryShell) commandNames(text string) []candidate {
	var names []string
	for _, c := range sh.table {
		names = append(names, strings.Fields(c.names)...)
	}
	return beginning(names, text)
}

// remoteNames are the names on the server that the word is the beginning of. safe says
// that one which looks like an option is to be written otherwise.
func (e *shellEnv) remoteNames(p shell.Partial, folders, safe bool) (list []candidate) {
	if e.site == nil {
		return nil
	}
	typed, base := splitTyped(p.Text)
	dir := below(e.dir, typed)
	if p.Tilde && typed != "" {
		dir = below(e.site.home, strings.TrimPrefix(typed[1:], "/"))
	}
	for _, info := range e.site.listings.of(e.site, dir) {
		if !strings.HasPrefix(info.Name, base) || !storage.ValidName(info.Name) || folders && !mayHold(info) ||
			strings.HasPrefix(info.Name, ".") && base == "" {
			continue
		}
		text := typed + info.Name
		if safe && strings.HasPrefix(text, "-") {
			text = "./" + text
		}
		if info.IsDir() {
			text += "/"
		}
		list = append(list, candidate{text, info.IsDir()})
	}
	return list
}

// localNames are the same here.
func (e *shellEnv) localNames(p shell.Partial, folders bool) (list []candidate) {
	typed, base := splitTyped(p.Text)
	dir := e.here(typed)
	if home, err := os.UserHomeDir(); err == nil && p.Tilde && typed != "" {
		dir = filepath.Join(home, typed[1:])
	}
	all, _ := os.ReadDir(dir)
	for _, d := range all {
		info, err := os.Stat(filepath.Join(dir, d.Name()))
		isDir := err == nil && info.IsDir()
		if !strings.HasPrefix(d.Name(), base) || folders && !isDir || strings.HasPrefix(d.Name(), ".") && base == "" {
			continue
		}
		text := typed + d.Name()
		if isDir {
			text += "/"
		}
		list = append(list, candidate{text, isDir})
	}
	return list
}

// splitTyped splits what was typed behind the last slash.
func splitTyped(text string) (dir, base string) {
	i := strings.LastIndexByte(text, '/') + 1
	return text[:i], text[i:]
}
