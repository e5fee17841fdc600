package cli

const tlsText = `TLS: what is protected, and who is trusted

  ftp://host/      TLS where the server has it (AUTH TLS), else in the clear. A
                   certificate that cannot be verified is used with a warning: who
                   could forge it could as well make the server seem to have no
                   TLS. This keeps out who listens, not who interferes.
  ftpes://host/    TLS or nothing (AUTH TLS), and a server that can be trusted
  ftps://host/     the same, with TLS from the first octet (port 990)

--tls require, --pin, --cacert and --trust insist on both for ftp:// as well; so does
it that the key of the server is remembered. --tls off is in the clear.

A server is trusted by the first of these that knows it:

  --pin KEY        its key is one of these, whatever its certificate says
  ferry trust      its key is remembered, whatever its certificate says. Another key
                   is refused, whoever vouches for it, and so is no TLS.
  authorities      those of the system or of --cacert vouch for its certificate,
                   which is for the host in the URL, and of today
  --trust          nobody knows it: its key is remembered now (trust on first use)

KEY is the SHA-256 of a public key: sha256//BASE64 as in curl's --pinnedpubkey, or
64 hexadecimal digits. It stays the same when a certificate is renewed for the key.
ferry trust --show URL prints it, and so does ferry serve when it starts.

The keys are remembered in ${XDG_STATE_HOME:-~/.local/state}/ferry/trusted (on Windows
%LocalAppData%\ferry\trusted), a line for each server: host, port, key and day.
Whatever cannot be trusted ends with exit code 10, before any password is sent.
`
