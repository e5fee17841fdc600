"""Block and compressed mode by a second hand: an FTP client of raw sockets, with
encoders and decoders that share nothing with ferry's (RFC 959, 3.4 and 3.5).

usage: modes.py HOST PORT USER PASSWORD SCENARIO MODE DIR ARGS...

Each scenario checks what it sees itself, and prints what the test wants to know
as lines of "name value".
"""

import os
import re
import socket
import sys

EOR, EOF, MARK = 128, 64, 16


class Control:
    def __init__(self, host, port, user, password):
        self.host = host
        self.sock = socket.create_connection((host, port), 60)
        self.file = self.sock.makefile("rb")
        self.expect(220)
        self.do(331, "USER " + user)
        self.do(230, "PASS " + password)

    def send(self, *lines):
        self.sock.sendall("".join(line + "\r\n" for line in lines).encode())

    def reply(self):
        first = line = self.file.readline().decode()
        while not line.startswith(first[:3] + " "):
            if not line:
                sys.exit("the control connection ended")
            line = self.file.readline().decode()
        return int(first[:3]), line[4:].rstrip("\r\n")

    def expect(self, want):
        code, text = self.reply()
        if code != want:
            sys.exit("got %d %s, not %s" % (code, text, want))
        return text

    def do(self, code, line):
        self.send(line)
        return self.expect(code)

    def connect(self):
        """EPSV, and the data connection."""
        port = int(re.search(r"\|\|\|(\d+)\|", self.do(229, "EPSV")).group(1))
        return Data(socket.create_connection((self.host, port), 60))


class Data:
    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def take(self, n):
        data = self.file.read(n)
        if len(data) < n:
            sys.exit("the data connection ended within a file")
        return data

    def put(self, data):
        self.sock.sendall(data)

    def close(self):
        self.file.close()
        self.sock.close()


class Block:
    """Block mode."""

    filler = None  # there is none

    @staticmethod
    def block(flags, octets):
        return bytes([flags]) + len(octets).to_bytes(2, "big") + octets

    @classmethod
    def data(cls, octets):
        return b"".join(cls.block(0, octets[i : i + 40000]) for i in range(0, len(octets), 40000))

    @classmethod
    def marker(cls, text):
        return cls.block(MARK, text)

    @classmethod
    def record(cls, octets):
        return cls.block(EOR, octets)

    @classmethod
    def end(cls):
        return cls.block(EOF, b"")

    @staticmethod
    def parts(data):
        """The pieces of one file: ("data", octets), ("eor", b""), ("mark", text)."""
        while True:
            flags = data.take(1)[0]
            octets = data.take(int.from_bytes(data.take(2), "big"))
            if flags & MARK:
                yield "mark", octets
            elif octets:
                yield "data", octets
            if flags & EOR:
                yield "eor", b""
            if flags & EOF:
                return


class Compressed:
    """Compressed mode. The codes of an escape are for the string behind it."""

    filler = 0

    @classmethod
    def data(cls, octets):
        out, i = bytearray(), 0
        for m in re.finditer(rb"(.)\1{3,62}", octets, re.S):
            out += cls.literal(octets[i : m.start()])
            n, octet = m.end() - m.start(), m.group()[0]
            out += bytes([0xC0 | n]) if octet == cls.filler else bytes([0x80 | n, octet])
            i = m.end()
        return bytes(out + cls.literal(octets[i:]))

    @staticmethod
    def literal(octets):
        parts = [octets[i : i + 100] for i in range(0, len(octets), 100)]
        return b"".join(bytes([len(p)]) + p for p in parts)

    @staticmethod
    def marker(text):
        return bytes([0, MARK, len(text)]) + text

    @classmethod
    def record(cls, octets):
        return cls.data(octets) + bytes([0, EOR, 0xC0])

    @staticmethod
    def end():
        return bytes([0, EOF, 0xC0])

    @classmethod
    def parts(cls, data):
        flags = 0
        while True:
            head = data.take(1)[0]
            if head == 0:
                if flags:
                    sys.exit("an escape behind an escape")
                flags = data.take(1)[0]
                continue
            if head < 0x80:
                octets = data.take(head)
            elif head < 0xC0:
                octets = data.take(1) * (head & 63)
            else:
                octets = bytes([cls.filler]) * (head & 63)
            if flags & MARK:
                yield "mark", octets
            elif octets:
                yield "data", octets
            if flags & EOR:
                yield "eor", b""
            if flags & EOF:
                return
            flags = 0


def whole(parts):
    return b"".join(octets for kind, octets in parts if kind == "data")


def read(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()


def same(what, got, want):
    if got != want:
        sys.exit("%s differs: %d octets for %d" % (what, len(got), len(want)))


def many(c, mode, root, count):
    """Many files over one data connection, many RETR ahead of their replies."""
    count = int(count)
    data = c.connect()
    ahead = 0
    for i in range(count):
        while ahead < min(count, i + 40):
            c.send("RETR small/%05d" % ahead)
            ahead += 1
        c.expect(125 if i else 150)
        same("small/%05d" % i, whole(mode.parts(data)), read(root, "small", "%05d" % i))
        c.expect(250)
    # A refusal between two that go well has nothing on the data connection.
    c.send("RETR small/00000", "RETR small/none", "RETR small/00001")
    for code in 125, 250, 550, 125, 250:
        c.expect(code)
    for i in range(2):
        same("again", whole(mode.parts(data)), read(root, "small", "%05d" % i))
    for i in range(100):
        c.do(125, "STOR up/%05d" % i)
        data.put(mode.data(read(root, "small", "%05d" % i)) + mode.end())
        c.expect(250)
    c.do(226, "ABOR")
    if data.file.read(1):
        sys.exit("there is more on the data connection")
    data.close()


def marked(c, replies):
    """Reads replies up to the final one; keeps what the 110s say."""
    while True:
        code, text = c.reply()
        if code != 110:
            return code
        replies.append(pair(text))


def pair(text):
    m = re.fullmatch(r"MARK (\S+) = (\S+)", text)
    if not m:
        sys.exit("a 110 of another form: " + text)
    return m.groups()


def upload(c, mode, root, name, interval, at):
    """An upload that is cut in the middle and goes on at the last marker."""
    interval, at = int(interval), int(at)
    content = read(root, name)
    data = c.connect()
    c.do(150, "STOR copy")
    for i in range(0, at, interval):
        data.put(mode.data(content[i : min(at, i + interval)]))
        if i + interval <= at:
            data.put(mode.marker(b"at-%d" % (i + interval)))
    replies = [pair(c.expect(110)) for _ in range(at // interval)]
    data.close()
    if marked(c, replies) != 426:
        sys.exit("a cut file was taken for a whole one")
    mine, theirs = replies[-1]
    begin = int(mine.split("-")[1])
    c.do(350, "REST " + theirs)
    data = c.connect()
    c.do(150, "STOR copy")
    data.put(mode.data(content[begin:]) + mode.end())
    if marked(c, replies) != 250:
        sys.exit("not stored")
    print("again", at - begin)
    same("the copy", read(root, "copy"), content)


def download(c, mode, root, name, at):
    """A download that is cut in the middle and goes on at the last marker."""
    content, at = read(root, name), int(at)
    data = c.connect()
    c.do(150, "RETR " + name)
    got, last, known = bytearray(), b"", 0
    for kind, octets in mode.parts(data):
        if kind == "mark":
            last, known = octets, len(got)
            if not re.fullmatch(rb"[!-~]+", last):
                sys.exit("a marker that is not printable: %r" % last)
        else:
            got += octets
        if len(got) >= at:
            break
    data.close()  # with much unread: that is a reset
    c.expect(426)
    c.do(350, "REST " + last.decode())
    data = c.connect()
    c.do(150, "RETR " + name)
    rest = whole(mode.parts(data))
    c.expect(250)
    print("again", len(got) - known)
    print("came", len(rest))
    same(name, bytes(got[:known]) + rest, content)


def records(c, mode, root, name):
    """A text in records of EBCDIC, there and back."""
    mode.filler = 0x40
    c.do(200, "TYPE E")
    c.do(200, "STRU R")
    lines = read(root, name).decode("latin-1").split("\n")[:-1]
    data = c.connect()
    c.do(150, "RETR " + name)
    got, record = [], b""
    for kind, octets in mode.parts(data):
        if kind == "data":
            record += octets
        elif kind == "eor":
            got.append(record.decode("cp037"))
            record = b""
    c.expect(250)
    if got != lines or record:
        sys.exit("%d records, not %d" % (len(got), len(lines)))
    c.do(125, "STOR records")
    data.put(b"".join(mode.record(line.encode("cp037")) for line in lines) + mode.end())
    c.expect(250)
    same("the records", read(root, "records"), read(root, name))


def main(host, port, user, password, scenario, mode, root, *args):
    c = Control(host, int(port), user, password)
    c.do(200, "TYPE I")
    c.do(200, "MODE " + mode)
    scenarios = {"many": many, "upload": upload, "download": download, "records": records}
    scenarios[scenario](c, {"B": Block, "C": Compressed}[mode], root, *args)
    c.do(221, "QUIT")


main(*sys.argv[1:])
