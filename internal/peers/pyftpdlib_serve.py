# Serves a directory to one user who may do everything.
# Arguments: host port user password directory [explicit|implicit certificate key]
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

host, port, user, password, root, *tls = sys.argv[1:]
logging.basicConfig(level=logging.DEBUG)
authorizer = DummyAuthorizer()
authorizer.add_user(user, password, root, perm="elradfmwMT")
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
    handler.tls_control_required = handler.tls_data_required = True

handler.authorizer = authorizer
FTPServer((host, int(port)), handler).serve_forever()
