package peers

import (
	_ "embed"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

//go:embed Move.java
var javaSource string

// javaTLS returns a small client on the JDK's TLS (JSSE), whose source is Move.java.
func javaTLS() TLSClient {
	return TLSClient{Name: "Java", Package: "openjdk-17-jdk-headless", OneUse: javaOneUse, NoTicket: javaNoTicket, Cannot: all, Move: func(t testing.TB, tg Target, b Batch) error {
		path := Require(t, "java", "openjdk-17-jdk-headless")
		dir := t.TempDir()
		source := filepath.Join(dir, "Move.java")
		check(t, os.WriteFile(source, []byte(javaSource), 0o600))
		_, _, err := try(t, dir, invocation{
			path: path,
			args: []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", source, tg.Host, strconv.Itoa(tg.Port), tg.User, tg.Password,
				tg.TLS.CAFile, string(tg.TLS.Start), "TLSv" + tg.TLS.Number(), b.From, b.In, b.Out, b.To},
			patience: movePatience,
		})
		return err
	}}
}

const (
	javaOneUse   = "the JDK takes the ticket of TLS 1.3 out of the session that it resumes (`consumePreSharedKey` in its sun.security.ssl.SSLSessionImpl), and no data connection finds that session again"
	javaNoTicket = "the JDK does not keep the tickets that Go's TLS gives in TLS 1.2: -Djavax.net.debug=ssl:handshake prints \"Discarding NewSessionTicket with lifetime 0\""
)
