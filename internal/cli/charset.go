package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-6092453b/ferry/internal/app"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// charsetName is a charset by its name.
type charsetName struct{ *charset.Charset }

func (c *charsetName) UnmarshalText(text []byte) error {
	found, err := charset.Lookup(string(text))
	c.Charset = found
	return err
}

// userCharset is NAME=CHARSET.
type userCharset struct {
	user string
	charsetName
}

func (u *userCharset) UnmarshalText(text []byte) error {
	name, value, ok := strings.Cut(string(text), "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not NAME=CHARSET, as in bob=GBK", text)
	}
	u.user = name
	return u.charsetName.UnmarshalText([]byte(value))
}

// charsetsFor gives users the charsets of --user-charset.
func charsetsFor(users []app.User, list []userCharset) error {
	for _, c := range list {
		i := slices.IndexFunc(users, func(u app.User) bool { return u.Name == c.user })
		if i < 0 {
			return usagef("--user-charset is about %q, who is no --user", c.user)
		}
		users[i].Charset = c.Charset
	}
	return nil
}
