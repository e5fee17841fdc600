package cli

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestGrammar holds what is built for one command against the whole: help and errors
// have to be the same.
func TestGrammar(t *testing.T) {
	says := func(grammar any, args []string) string {
		s, read := capture(t)
		parser, err := newParser(s, grammar)
		if err != nil {
			t.Fatal(err)
		}
		parser.Exit = func(int) { panic(helpShown{}) }
		_, err = parse(parser, args)
		out, errs := read()
		return fmt.Sprint(out, errs, err)
	}
	for f := range reflect.TypeFor[commands]().Fields() {
		name := strings.ToLower(f.Name)
		for _, args := range [][]string{{name, "-h"}, {name, "--no-such-flag"}, {name, "a", "b", "--quiet", "c"}} {
			one := grammar(args)
			if _, whole := one.(*commands); whole != (name == "help" || name == "completion") {
				t.Errorf("%q: the whole is built: %v", args, whole)
			}
			if got, want := says(one, args), says(&commands{}, args); got != want {
				t.Errorf("%q: %s\nwant %s", args, got, want)
			}
		}
	}
}
