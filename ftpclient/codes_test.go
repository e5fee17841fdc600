package ftpclient_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/ftpclient"
)

// TestEveryCode has a server answer a command with each code of the table, and with
// ones that nobody knows: the first digit tells what becomes of the command (RFC 1123,
// 4.1.2.11).
func TestEveryCode(t *testing.T) {
	codes := []ftp.Code{199, 233, 299, 333, 399, 499, 506, 599, 699}
	for _, r := range ftp.Replies() {
		codes = append(codes, r.Code)
	}
	for _, code := range codes {
		t.Run(code.String(), func(t *testing.T) {
			script := fmt.Sprintf("%sC: NOOP\nS: %v So be it.\n", oldServer, code)
			switch {
			case code.Preliminary():
				script += "+1s\nS: 200 Done.\n"
			case code == ftp.CodeClosing:
				script += "X: closed\n"
			}
			withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
				r, err := c.Do(t.Context(), "NOOP")
				var refused *ftpclient.ReplyError
				switch {
				case code.Preliminary():
					if err != nil || r.Code != ftp.CodeOK {
						t.Errorf("%v, %v", r, err)
					}
				case code.OK(), code.Intermediate() && code != ftp.CodeNeedAccount:
					if err != nil || r.Code != code {
						t.Errorf("%v, %v", r, err)
					}
				default:
					if !errors.As(err, &refused) || refused.Reply.Code != code || refused.Temporary() != code.Transient() {
						t.Errorf("%v, %v", r, err)
					}
				}
			})
		})
	}
}

// TestCodesOfSecurity has a server refuse by codes that ferry's own has no use for, or
// only elsewhere: all are about the protection (RFC 2228, 4; RFC 4217, 10.2).
func TestCodesOfSecurity(t *testing.T) {
	for _, refusal := range []string{
		"431 No certificate.", "521 PROT first.", "522 No TLS.", "533 Not so.", "534 Not willing.", "535 Failed.", "536 No such level.", "537 Not in this way.",
	} {
		script := oldServer + typeI + passive + "C: RETR a\nD open\nS: " + refusal + "\n"
		withConn(t, script, ftpclient.Options{}, func(t *testing.T, c *ftpclient.Conn) {
			if _, err := fetch(t, c, ftpclient.Command{Verb: "RETR", Arg: "a"}); !errors.Is(err, ftpclient.ErrSecurity) {
				t.Errorf("%s: %v", refusal, err)
			}
		})
	}
}

// TestDisabled has a server refuse passive mode by 520, as Pure-FTPd can: the other way
// is taken, and the first is not tried again.
func TestDisabled(t *testing.T) {
	script := oldServer + typeI + "C: EPSV\nS: 520 Passive mode is off.\nC: PASV\nS: 520 Passive mode is off.\nC: HELP\nS: 502 No.\nC: PORT $hostport\nS: 200 OK.\n" +
		retr + "C: PORT $hostport\nS: 200 OK.\n" + retr
	withConn(t, script, ftpclient.Options{}, fetches(2))
}
