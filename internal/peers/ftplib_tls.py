# Uploads all files of one directory and downloads those of the same names from another,
# in one session.
# Arguments: host port user password ca version from in out to
import ftplib
import os
import ssl
import sys

host, port, user, password, ca, version, source, upload, download, target = sys.argv[1:]

context = ssl.create_default_context(cafile=ca)
context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version.replace(".", "_"))


class Resuming(ftplib.FTP_TLS):
    def ntransfercmd(self, cmd, rest=None):
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        conn = self.context.wrap_socket(conn, server_hostname=self.host, session=self.sock.session)
        if not conn.session_reused:
            sys.exit(cmd + " did not resume the control connection's session")
        return conn, size


with Resuming(context=context, timeout=60) as ftp:
    ftp.connect(host, int(port))
    ftp.login(user, password)
    ftp.prot_p()
    if ftp.sock.version() != version:
        sys.exit("the version is " + ftp.sock.version())
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), "rb") as f:
            ftp.storbinary("STOR %s/%s" % (upload, name), f)
    for name in sorted(os.listdir(source)):
        with open(os.path.join(target, name), "wb") as f:
            ftp.retrbinary("RETR %s/%s" % (download, name), f.write)
    ftp.quit()
