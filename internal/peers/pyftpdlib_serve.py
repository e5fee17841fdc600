# Serves a directory to one user who may do everything.
# Arguments: host port user password directory [explicit|implicit certificate key]
# Words before them: "read-only", "anonymous" (may read, besides the user), "fxp" (data
# connections may be another's), "offered" and "login" (what TLS is demanded for, instead
# of everything).
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

words = sys.argv[1:]
setup = set()
while words[0] in ("read-only", "anonymous", "fxp", "offered", "login"):
    setup.add(words.pop(0))
host, port, user, password, root, *tls = words
logging.basicConfig(level=logging.DEBUG)
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
FTPServer((host, int(port)), handler).serve_forever()
