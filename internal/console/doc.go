// Package console has the tests that drive ferry's shell as people do: through a
// pseudo-terminal, key by key.
package console
