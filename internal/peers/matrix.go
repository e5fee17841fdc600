package peers

import "testing"

// Matrix lets a client do every cell against a server, each as a subtest named
// after the cell. The function start runs the server for one family; it is
// called once for each and its server has to stay until the test ends.
func Matrix(t *testing.T, c Client, start func(t testing.TB, f Family) Target) {
	targets := make(map[Family]Target)
	for _, f := range []Family{IPv4, IPv6} {
		if f.Available() {
			targets[f] = start(t, f)
		}
	}
	for _, cell := range Cells() {
		t.Run(cell.String(), func(t *testing.T) {
			cell.Family.Require(t)
			Check(t, c, targets[cell.Family], cell)
		})
	}
}

// Check lets a client do one cell and verifies what it did. The test is skipped
// with the proof where the client cannot do it.
func Check(t *testing.T, c Client, tg Target, cell Cell) {
	t.Helper()
	if proof := c.Cannot(cell); proof != "" {
		t.Skip(proof)
	}
	f := newFixture(t, tg, cell)
	if err := f.verify(c.Run(t, tg, f.job)); err != nil {
		t.Error(err)
	}
}
