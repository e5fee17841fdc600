package peers

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// movePatience bounds the run of a client that moves a batch.
const movePatience = 3 * time.Minute

// curlTLS returns curl(1), which is built with OpenSSL in Debian. Its sessions of TLS
// are those of host and port, and the data connection's are those of the control
// connection.
func curlTLS() TLSClient {
	return TLSClient{Name: "curl", Package: "curl", Cannot: all, OneUse: curlOneUse, NoTicket: curlNoTicket, Move: curlMove}
}

const (
	curlOneUse = "curl tells OpenSSL to keep sessions as a client does (SSL_SESS_CACHE_CLIENT), and OpenSSL takes those of TLS 1.3 for used up then: " +
		"tls_finish_handshake in its ssl/statem/statem_lib.c calls SSL_CTX_remove_session, \"We encourage applications to only use TLSv1.3 tickets once\""
	curlNoTicket = "curl 7.88.1 sets SSL_OP_NO_TICKET (its lib/vtls/openssl.c), and so resumes sessions of TLS 1.2 by their number alone; Go's TLS does it by ticket alone"
)

func curlMove(t testing.TB, tg Target, b Batch) error {
	// The options are those of the transfers up to the word "next". The NOOPs and the
	// short time for happy eyeballs are for the sake of speed alone: where a reply
	// comes at once, curl 7.88 goes on when one of its timers ends, in 1 s and
	// in 200 ms, instead.
	common := fmt.Sprintf(`silent
show-error
verbose
fail-early
quote = "NOOP"
happy-eyeballs-timeout-ms = 10
globoff
ssl-reqd
max-time = 120
cacert = %q
user = "%s:%s"
tlsv%s
tls-max = %s
`, tg.TLS.CAFile, tg.User, tg.Password, tg.TLS.Number(), tg.TLS.Number())
	var config strings.Builder
	config.WriteString(common)
	for _, name := range b.Names {
		fmt.Fprintf(&config, "url = %q\nupload-file = %q\n", tg.URL(b.In+"/"+name), b.From+"/"+name)
	}
	config.WriteString("next\n" + common)
	for _, name := range b.Names {
		fmt.Fprintf(&config, "url = %q\noutput = %q\n", tg.URL(b.Out+"/"+name), b.To+"/"+name)
	}
	_, said, err := try(t, t.TempDir(), invocation{
		path: Require(t, "curl", "curl"), args: []string{"--disable", "--config", "-"},
		stdin: config.String(), patience: movePatience,
	})
	if err != nil {
		return err
	}
	if n := strings.Count(said, "\n> USER "); n != 1 {
		return fmt.Errorf("curl logged in %d times", n)
	}
	right, all := strings.Count(said, "SSL connection using TLSv"+tg.TLS.Number()), strings.Count(said, "SSL connection using ")
	if right != all || all == 0 {
		return fmt.Errorf("%d of curl's %d handshakes were of TLS %s", right, all, tg.TLS.Number())
	}
	return nil
}
