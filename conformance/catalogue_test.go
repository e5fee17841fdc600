package conformance

import (
	"strings"
	"testing"
)

func TestCatalogue(t *testing.T) {
	server, client := 0, 0
	for _, g := range Catalogue() {
		if g.ID == ClientGroup {
			client += len(g.Items)
		} else {
			server += len(g.Items)
		}
		for _, it := range g.Items {
			if it.Do == "" || it.Expect == "" || it.Ref == "" {
				t.Errorf("%s lacks something: %+v", it.ID, it)
			}
		}
	}
	if server != 380 || client != 47 {
		t.Errorf("there are %d items for servers and %d for clients, want 380 and 47", server, client)
	}
	if it, _ := Lookup("DCO-26"); it.Expect != "229 `(|||port|)`, first two fields empty" {
		t.Errorf("DCO-26 expects %q", it.Expect)
	}
	it, ok := Lookup("TLS-20")
	if !ok || it.Level != Must || it.links()["4217 10.2 (11.4 says 522)"] != "https://www.rfc-editor.org/rfc/rfc4217#section-10.2" {
		t.Errorf("TLS-20 is %+v, %v, with %v", it, ok, it.links())
	}
}

func TestCatalogueBars(t *testing.T) {
	if it, _ := Lookup("DCO-20"); it.Do != "`EPRT |1|ip|port|`" {
		t.Errorf("DCO-20 does %q", it.Do)
	}
}

func TestCatalogueErrors(t *testing.T) {
	for _, text := range []string{
		"| CON-01 | 959 | MUST | connect | 220 |",
		"## CON Connection\n| CON-01 | 959 | MUST | connect |",
		"## CON Connection\n| CON-01 | 959 | WILL | connect | 220 |",
		"## CON Connection\n| LOG-01 | 959 | MUST | connect | 220 |",
		"## CON Connection\n| CON-01 | 959 | MUST | connect | 220 |\n| CON-01 | 959 | MUST | connect | 220 |",
	} {
		if list, err := parseCatalogue(text); err == nil {
			t.Errorf("%q was read as %+v", text, list)
		}
	}
}

// TestWhere: of each item it is told where its text stands, and no word of the catalogue's
// own is left as it is.
func TestWhere(t *testing.T) {
	for _, g := range Catalogue() {
		for _, it := range g.Items {
			for _, s := range it.sources() {
				if number, _, _ := strings.Cut(strings.TrimPrefix(s.Name, "RFC "), ","); s.Name != "RFC "+number && !strings.HasPrefix(s.Name, "RFC "+number+", ") ||
					strings.Trim(number, "0123456789") != "" {
					if !strings.HasPrefix(s.Name, "no standard") && !strings.HasPrefix(s.Name, "draft-") {
						t.Errorf("%s stands in %q", it.ID, s.Name)
					}
				}
				if strings.HasPrefix(s.Name, "no standard") != (s.URL == "") {
					t.Errorf("%s stands in %q, at %q", it.ID, s.Name, s.URL)
				}
			}
		}
	}
}
