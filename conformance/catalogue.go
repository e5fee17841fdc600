package conformance

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// Item is a row of the catalogue: one thing that a server or a client has to do.
type Item struct {
	ID     string // as "CON-01"; its first three letters are those of its group
	Ref    string // the document: number and section of an RFC, or another name
	Level  Level
	Do     string // what the checker does
	Expect string // what the text demands
}

// Group is a chapter of the catalogue.
type Group struct {
	ID    string // three letters
	Title string
	Items []Item
}

// Level is how much an item is demanded.
type Level string

// The levels, as RFC 2119 has them.
const (
	Must      Level = "MUST"
	Should    Level = "SHOULD"
	May       Level = "MAY"
	ShouldNot Level = "SHOULD NOT"
)

// ClientGroup is the ID of the group whose items are about clients.
const ClientGroup = "CLI"

//go:embed catalogue.md
var catalogue string

// Catalogue returns all groups in the order of the catalogue. The caller may not
// change it.
func Catalogue() []Group { return groups() }

var groups = sync.OnceValue(func() []Group {
	list, err := parseCatalogue(catalogue)
	if err != nil {
		panic(err)
	}
	return list
})

// Lookup returns the item with an ID, and whether there is one.
func Lookup(id string) (Item, bool) {
	for _, g := range groups() {
		for _, it := range g.Items {
			if it.ID == id {
				return it, true
			}
		}
	}
	return Item{}, false
}

// parseCatalogue reads the tables below the headings "## ABC Title".
func parseCatalogue(text string) (list []Group, err error) {
	seen := make(map[string]bool)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			id, title, _ := strings.Cut(heading, " ")
			list = append(list, Group{ID: id, Title: title})
			continue
		}
		row, ok := strings.CutPrefix(line, "| ")
		if !ok || strings.HasPrefix(row, "id |") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(row, " |"), " | ")
		if len(cells) != 5 || len(list) == 0 {
			return nil, fmt.Errorf("conformance: %q is no row of the catalogue", line)
		}
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], `\|`, "|") // in a table it would end the cell
		}
		it := Item{cells[0], cells[1], Level(cells[2]), cells[3], cells[4]}
		g := &list[len(list)-1]
		switch it.Level {
		case Must, Should, May, ShouldNot:
		default:
			return nil, fmt.Errorf("conformance: %s has the level %q", it.ID, it.Level)
		}
		if !strings.HasPrefix(it.ID, g.ID+"-") || seen[it.ID] {
			return nil, fmt.Errorf("conformance: %s is in the wrong place", it.ID)
		}
		seen[it.ID] = true
		g.Items = append(g.Items, it)
	}
	return list, nil
}

// links are the addresses of the sections that the item refers to, by what it calls
// them: none for what is in no RFC.
func (it Item) links() map[string]string {
	links := make(map[string]string)
	for _, ref := range strings.Split(it.Ref, ",") {
		number, section, _ := strings.Cut(strings.TrimSpace(ref), " ")
		if number == "" || strings.Trim(number, "0123456789") != "" || len(number) < 3 || number == "990" {
			continue // 990 is a port
		}
		section, _, _ = strings.Cut(section, " ")
		link := "https://www.rfc-editor.org/rfc/rfc" + number
		if section != "" && section[0] >= '0' && section[0] <= '9' {
			link += "#section-" + section
		}
		links[strings.TrimSpace(ref)] = link
	}
	return links
}
