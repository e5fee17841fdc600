package peers

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// rcloneTLS returns rclone(1), which is built with Go's crypto/tls and keeps one cache
// of sessions for all of its connections. A run copies in one direction, so that
// each direction has a session of its own.
func rcloneTLS() TLSClient {
	return TLSClient{Name: "rclone", Package: "rclone", Cannot: all, Move: func(t testing.TB, tg Target, b Batch) error {
		path := Require(t, "rclone", "rclone")
		obscured, _ := run(t, t.TempDir(), invocation{path: path, args: []string{"obscure", tg.Password}})
		host := tg.Host
		if host == IPv6.Host() {
			// It puts host and port together with no more than a colon.
			host = "[" + host + "]"
		}
		implicit := tg.TLS.Start == Implicit
		for _, way := range [][2]string{{b.From, ":ftp:" + b.In}, {":ftp:" + b.Out, b.To}} {
			_, said, err := try(t, t.TempDir(), invocation{
				path: path,
				args: []string{"copy", way[0], way[1], "--config", "", "-vv", "--dump", "headers",
					"--transfers", "1", "--checkers", "1", "--retries", "1", "--low-level-retries", "1",
					"--contimeout", "10s", "--timeout", "60s"},
				env: []string{
					"RCLONE_FTP_HOST=" + host,
					"RCLONE_FTP_PORT=" + strconv.Itoa(tg.Port),
					"RCLONE_FTP_USER=" + tg.User,
					"RCLONE_FTP_PASS=" + strings.TrimSpace(obscured),
					"RCLONE_FTP_TLS=" + strconv.FormatBool(implicit),
					"RCLONE_FTP_EXPLICIT_TLS=" + strconv.FormatBool(!implicit),
					"RCLONE_FTP_DISABLE_TLS13=" + strconv.FormatBool(tg.TLS.Number() == "1.2"),
					"SSL_CERT_FILE=" + tg.TLS.CAFile,
				},
				patience: movePatience,
			})
			if err != nil {
				return err
			}
			// It takes a second connection where the first is still at work.
			if n := strings.Count(said, "FTP Tx: \"USER "); n > 2 {
				return fmt.Errorf("rclone logged in %d times", n)
			}
		}
		return nil
	}}
}
