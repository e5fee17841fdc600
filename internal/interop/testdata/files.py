"""The commands about files beyond RFC 959, by Python's ftplib and hashlib.

usage: files.py HOST PORT USER PASSWORD DIR

DIR is what the server serves. The program fails where the server is wrong.
"""

import ftplib
import hashlib
import io
import os
import struct
import sys
import threading
import zlib

host, port, user, password, root = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]


def connect():
    ftp = ftplib.FTP()
    ftp.encoding = "utf-8"
    ftp.connect(host, port, 30)
    ftp.login(user, password)
    ftp.voidcmd("TYPE I")
    return ftp


def same(got, want):
    assert got == want, f"got {got!r}, want {want!r}"


def refused(ftp, line, code):
    try:
        got = ftp.sendcmd(line)
    except ftplib.Error as e:
        got = str(e)
    same((line, got[:3]), (line, code))


def path(name):
    return os.path.join(root, name)


data = b"".join(struct.pack(">I", i * 2654435761 % 2**32) for i in range(300_000))
for name in ("big", "with blank", "a, b"):
    with open(path(name), "wb") as f:
        f.write(data)
ftp = connect()

# Digests, of all and of ranges.
crc = f"{zlib.crc32(data):08x}"
same(ftp.sendcmd("OPTS HASH"), "200 SHA-256")
for name, make in (("SHA-1", "sha1"), ("SHA-512", "sha512"), ("MD5", "md5"), ("SHA-256", "sha256")):
    same(ftp.sendcmd("OPTS HASH " + name), "200 " + name)
    same(ftp.sendcmd("HASH with blank"), f"213 {name} 0-{len(data)} {hashlib.new(make, data).hexdigest()} with blank")
    same(ftp.sendcmd("RANG 1000 700000"), "350 Octets 1000 to 700000. Send the transfer command.")
    same(ftp.sendcmd("HASH big"), f"213 {name} 1000-700001 {hashlib.new(make, data[1000:700001]).hexdigest()} big")
ftp.sendcmd("REST 1199999")
same(ftp.sendcmd("HASH big"), f"213 SHA-256 1199999-1200000 {hashlib.sha256(data[-1:]).hexdigest()} big")
same(ftp.sendcmd("XCRC big"), "250 " + crc)
same(ftp.sendcmd('XCRC "with blank" 5 77777'), f"250 {zlib.crc32(data[5:77777]):08x}")
same(ftp.sendcmd("XMD5 with blank 5 77777"), "250 " + hashlib.md5(data[5:77777]).hexdigest())
same(ftp.sendcmd("XSHA512 big"), "250 " + hashlib.sha512(data).hexdigest())
md5 = hashlib.md5(data).hexdigest()
same(ftp.sendcmd("MD5 big"), "251 big " + md5)
same(ftp.sendcmd('MMD5 big, "a, b"'), f'252 big {md5}, "a, b" {md5}')

# Ranges: read, and written by several at once.
got = io.BytesIO()
ftp.sendcmd("RANG 100000 899999")
ftp.retrbinary("RETR big", got.write)
same(hashlib.md5(got.getvalue()).digest(), hashlib.md5(data[100000:900000]).digest())
with open(path("parts"), "wb") as f:
    f.write(bytes(len(data)))
failed = []


def segment(i, size=400_000):
    try:
        c = connect()
        c.sendcmd(f"RANG {i * size} {(i + 1) * size - 1}")
        c.storbinary("STOR parts", io.BytesIO(data[i * size:(i + 1) * size]))
        c.quit()
    except Exception as e:
        failed.append(e)


threads = [threading.Thread(target=segment, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
same(failed, [])
with open(path("parts"), "rb") as f:
    same(hashlib.md5(f.read()).digest(), hashlib.md5(data).digest())
refused(ftp, "RANG 9 8", "501")
ftp.sendcmd("RANG 0 5")
refused(ftp, "APPE big", "550")

# Copies, and what is made of parts.
ftp.sendcmd("CPFR big")
ftp.sendcmd("CPTO copy")
same(ftp.sendcmd("XCRC copy"), "250 " + crc)
refused(ftp, "CPTO again", "503")
ftp.sendcmd('SITE COPY "with blank" "one more"')
ftp.sendcmd('COMB "sum" "copy" "one more"')
same(ftp.sendcmd("XCRC sum"), f"250 {zlib.crc32(data + data):08x}")
same(os.path.exists(path("copy")), False)
ftp.sendcmd("SITE MKDIR tree/with/branches")
ftp.sendcmd('SITE COPY "big" "tree/with/leaf"')
ftp.sendcmd("SITE SYMLINK ../big tree/link")
same(os.readlink(path("tree/link")), "../big")
ftp.sendcmd("CPFR tree")
ftp.sendcmd("CPTO forest")
same(os.readlink(path("forest/link")), "../big")
same(ftp.sendcmd("DSIZ forest"), f"213 {len(data)}")
ftp.sendcmd("SITE RMDIR forest")
same(os.path.exists(path("forest")), False)
same(os.path.exists(path("big")), True)
refused(ftp, "RMDA tree", "502")

# A thumbnail of a picture that this program draws: red above blue, 600 by 400.
row = b"\0" + b"\xff\0\0" * 600
low = b"\0" + b"\0\0\xff" * 600


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


with open(path("picture.png"), "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 600, 400, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(row * 200 + low * 200)) + chunk(b"IEND", b""))
got = io.BytesIO()
ftp.retrbinary("THMB PNG 60 60 picture.png", got.write)
same(struct.unpack(">II", got.getvalue()[16:24]), (60, 40))
got = io.BytesIO()
ftp.retrbinary("THMB JPEG 60 60 picture.png", got.write)
same((got.getvalue()[:3], got.getvalue()[-2:]), (b"\xff\xd8\xff", b"\xff\xd9"))
ftp.quit()
