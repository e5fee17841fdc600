# Does with Python's ftplib, in an encoding, all that names are used for.
# Arguments: host port user password encoding name
# The server has a file of that name in a directory of that name, and is left with
# another directory and file.
import ftplib
import io
import sys

host, port, user, password, encoding, name = sys.argv[1:]
ftp = ftplib.FTP(encoding=encoding, timeout=30)
ftp.connect(host, int(port))
ftp.login(user, password)

assert ftp.nlst() == [name], ftp.nlst()
ftp.cwd(name)
assert [n for n, _ in ftp.mlsd() if n not in (".", "..")] == [name]
lines = []
ftp.retrlines("LIST", lines.append)
assert len(lines) == 1 and lines[0].endswith(" " + name), lines
got = io.BytesIO()
ftp.retrbinary("RETR " + name, got.write)
assert got.getvalue() == b"contents", got.getvalue()

ftp.storbinary("STOR up" + name, io.BytesIO(b"stored"))
assert sorted(ftp.nlst()) == sorted([name, "up" + name]), ftp.nlst()
assert ftp.nlst("up*") == ["up" + name], ftp.nlst("up*")
ftp.rename("up" + name, "/" + name + "2")
ftp.cwd("/")
ftp.mkd("dir" + name)
ftp.mkd("gone" + name)
ftp.rmd("gone" + name)
ftp.delete(name + "/" + name)
ftp.quit()
