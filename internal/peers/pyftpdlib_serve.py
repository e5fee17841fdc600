# Serves a directory to one user who may do everything.
# Arguments: host port user password directory
import logging
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

host, port, user, password, root = sys.argv[1:]
logging.basicConfig(level=logging.DEBUG)
authorizer = DummyAuthorizer()
authorizer.add_user(user, password, root, perm="elradfmwMT")


FTPHandler.authorizer = authorizer
FTPServer((host, int(port)), FTPHandler).serve_forever()
