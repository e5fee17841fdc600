package ftpclient_test

import (
	"io"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
)

// A listing that the server has ended without a 150 is what is on the data connection, and
// not what a reply to something else seems to end.
func TestEarlyListing(t *testing.T) {
	for name, tt := range map[string]struct {
		end  string
		want string
		fail bool
	}{
		"no 150":        {end: "D open\nS: 226 Done.\nD< \"type=file; a\\r\\n\"\nD< closed\n", want: "type=file; a\r\n"},
		"nothing to it": {end: "D open\nS: 226 Nothing there.\nD< closed\n"},
		"a second 229":  {end: "S: 229 Again (|||1|)\nX: closed\n", fail: true},
		"a second 200":  {end: "S: 200 Type I.\nX: closed\n", fail: true},
	} {
		t.Run(name, func(t *testing.T) {
			withConn(t, oldServer+typeI+passive+"C: MLSD\n"+tt.end, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
				var got []byte
				tr, err := c.Begin(t.Context(), ftpclient.Command{Verb: "MLSD"})
				if err == nil {
					got, err = io.ReadAll(tr)
					tr.Close()
				}
				if string(got) != tt.want || (err != nil) != tt.fail {
					t.Errorf("%q, %v", got, err)
				}
			})
		})
	}
}
