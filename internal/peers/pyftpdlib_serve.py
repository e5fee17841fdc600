# Serves a directory to one user who may do everything.
# Arguments: host port user password directory [explicit|implicit certificate key]
# Words before them: "read-only", "anonymous" (may read, besides the user), "fxp" (data
# connections may be another's), "offered" and "login" (what TLS is demanded for, instead
# of everything), "per-host=N" (connections of one address), "lean" (nothing is logged, and
# there may be any number of connections).
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

words = sys.argv[1:]
setup = set()
per_host = 0
while words[0] in ("read-only", "anonymous", "fxp", "offered", "login", "lean") or words[0].startswith("per-host="):
    word = words.pop(0)
    if word.startswith("per-host="):
        per_host = int(word.removeprefix("per-host="))
    setup.add(word)
host, port, user, password, root, *tls = words
logging.basicConfig(level=logging.ERROR if "lean" in setup else logging.DEBUG)
authorizer = DummyAuthorizer()
authorizer.add_user(user, password, root, perm="elr" if "read-only" in setup else "elradfmwMT")
if "anonymous" in setup:
    authorizer.add_anonymous(root)
handler = FTPHandler
if tls:
    from pyftpdlib.handlers import TLS_FTPHandler

    class Implicit(TLS_FTPHandler):
        """Begins with TLS, and greets once it stands."""

        def handle(self):
            self.secure_connection(self.ssl_context)

        def handle_ssl_established(self):
            super().handle()

    start, certificate, key = tls
    handler = Implicit if start == "implicit" else TLS_FTPHandler
    handler.certfile, handler.keyfile = certificate, key
    handler.tls_control_required = "offered" not in setup
    handler.tls_data_required = not setup & {"offered", "login"}

handler.authorizer = authorizer
handler.permit_foreign_addresses = "fxp" in setup
server = FTPServer((host, int(port)), handler)
server.max_cons_per_ip = per_host
if "lean" in setup:
    server.max_cons = 0
    handler.timeout = 3600
server.serve_forever()
