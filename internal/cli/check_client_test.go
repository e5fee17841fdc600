package cli

import (
	"testing"

	"github.com/alecthomas/kong"
)

// Without a value, --client is ferry itself.
func TestClientName(t *testing.T) {
	for _, c := range []struct {
		args []string
		want clientName
	}{
		{[]string{}, ""},
		{[]string{"--client"}, "ferry"},
		{[]string{"--client", "--client-program=x"}, "ferry"},
		{[]string{"--client", "curl"}, "curl"},
		{[]string{"--client=own.txt"}, "own.txt"},
	} {
		var flags clientFlags
		parser, err := kong.New(&flags)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(c.args); err != nil || flags.Client != c.want {
			t.Errorf("%q: %q, %v, want %q", c.args, flags.Client, err, c.want)
		}
	}
}
