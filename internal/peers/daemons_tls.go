package peers

import (
	"fmt"
	"path/filepath"
)

// vsftpdTLS returns the lines of vsftpd.conf. Data connections have to resume the
// session of the control connection, as they have to by default.
func vsftpdTLS(p *Protection) string {
	if p == nil {
		return ""
	}
	implicit := "NO"
	if p.Start == Implicit {
		implicit = "YES"
	}
	return fmt.Sprintf(`ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
implicit_ssl=%s
require_ssl_reuse=%s
ssl_ciphers=HIGH
debug_ssl=YES
rsa_cert_file=%s
rsa_private_key_file=%s
`, implicit, yes(!p.Unbound), p.CertFile, p.KeyFile)
}

// proftpdTLS returns the lines of proftpd.conf for mod_tls, which demands by default
// that data connections resume the session of the control connection.
func proftpdTLS(p *Protection, dir string) string {
	if p == nil {
		return ""
	}
	var options string
	if p.Start == Implicit {
		options += " UseImplicitSSL"
	}
	if p.Unbound {
		options += " NoSessionReuseRequired"
	}
	if options != "" {
		options = "TLSOptions" + options + "\n"
	}
	return fmt.Sprintf(`LoadModule mod_tls.c
TLSEngine on
TLSRequired on
TLSProtocol TLSv1.2 TLSv1.3
TLSECCertificateFile %s
TLSECCertificateKeyFile %s
TLSLog %s
%s`, p.CertFile, p.KeyFile, filepath.Join(dir, "tls.log"), options)
}

// pureftpdTLS returns the arguments of Pure-FTPd: TLS on both connections or none.
func pureftpdTLS(p *Protection) []string {
	if p == nil {
		return nil
	}
	return []string{"--tls=3", "--certfile=" + p.BothFile}
}

func pureftpdCannot(c TLSCell) string {
	if c.Start == Implicit {
		return "Pure-FTPd has no implicit TLS: it greets in the clear whatever --tls is, so that `openssl s_client -connect` says \"wrong version number\""
	}
	return ""
}
