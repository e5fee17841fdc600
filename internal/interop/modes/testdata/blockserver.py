"""An FTP server of block and compressed mode (RFC 959, 3.4), on raw sockets.

It is a second implementation, for ferry's client to be tried with: no line of it
has an ancestor in ferry. It does what the letter of RFC 959 allows and ferry's own
server does not: the end of a file is told with its last data, blocks have an odd
size, restart markers are words.

    blockserver.py ROOT INTERVAL CUT

ROOT is the directory, INTERVAL the octets between the markers of a download. The
first download and the first upload of more than CUT octets are cut behind so many.
What happens is told on standard output, one JSON object a line, the port first.
"""
import json, os, socket, stat, sys, time

ROOT, INTERVAL, CUT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
EOR, EOF, SUSPECT, MARK = 128, 64, 32, 16
BLOCK = 4093


def tell(**event):
    print(json.dumps(event), flush=True)


class Cut(Exception):
    """The end of a transfer that the test wants."""


class Block:
    """Block mode: a header of three octets before each piece (3.4.2)."""

    def data(self, octets, last):
        out = bytearray()
        while len(octets) > BLOCK:
            out += bytes([0]) + BLOCK.to_bytes(2, "big") + octets[:BLOCK]
            octets = octets[BLOCK:]
        return bytes(out) + bytes([EOF if last else 0]) + len(octets).to_bytes(2, "big") + octets

    def mark(self, text):
        return bytes([MARK]) + len(text).to_bytes(2, "big") + text

    def receive(self, read):
        """Yields (octets, marker), until the end of the file."""
        while True:
            head = read(3)
            size = int.from_bytes(head[1:], "big")
            body = read(size)
            if head[0] & MARK:
                yield b"", body
            else:
                yield body, None
            if head[0] & EOF:
                return


class Compressed:
    """Compressed mode: strings of one octet again and again, or of many (3.4.3)."""

    def data(self, octets, last):
        strings, i = [], 0
        while i < len(octets):
            n = 1
            while n < 63 and i + n < len(octets) and octets[i + n] == octets[i]:
                n += 1
            if octets[i] == 0:  # the filler of type I
                strings.append(bytes([0xC0 | n]))
            elif n > 1:
                strings.append(bytes([0x80 | n, octets[i]]))
            else:
                while i + n < len(octets) and n < 100 and octets[i + n] != octets[i + n - 1]:
                    n += 1
                strings.append(bytes([n]) + octets[i:i + n])
            i += n
        if last:  # the code stands before the string that is the last
            strings[-1:] = [bytes([0, EOF]) + (strings[-1] if strings else b"\xc0")]
        return b"".join(strings)

    def mark(self, text):
        return bytes([0, MARK, len(text)]) + text

    def receive(self, read):
        code = 0
        while True:
            head = read(1)[0]
            if head == 0:
                if code & EOF:
                    return
                code = read(1)[0]
                continue
            if head < 0x80:
                octets = read(head)
            elif head < 0xC0:
                octets = read(1) * (head & 63)
            else:
                octets = bytes(head & 63)
            if code & MARK:
                yield b"", octets
            else:
                yield octets, None
            if code & EOF:
                return
            code = 0


class Session:
    def __init__(self, control):
        self.control, self.lines = control, control.makefile("rb")
        self.data = self.waiting = None
        self.mode, self.rest = None, None

    def say(self, text):
        self.control.sendall(text.encode() + b"\r\n")

    def run(self):
        self.say("220 Blocks here.")
        for line in self.lines:
            line = bytes(c for c in line if c < 0xF0).decode().rstrip("\r\n")
            verb, _, arg = line.partition(" ")
            rest, self.rest = self.rest, None
            tell(command=line)
            if verb == "QUIT":
                self.say("221 Bye.")
                break
            getattr(self, "do_" + verb.upper(), lambda *_: self.say("502 No."))(arg, rest)
        self.drop()
        self.control.close()

    def do_USER(self, *_): self.say("331 Password?")
    def do_PASS(self, *_): self.say("230 In.")
    def do_SYST(self, *_): self.say("215 UNIX")
    def do_TYPE(self, arg, _): self.say("200 Ok." if arg == "I" else "504 Octets only.")
    def do_STRU(self, arg, _): self.say("200 Ok." if arg == "F" else "504 No.")

    def do_FEAT(self, *_):
        self.say("211-Features:\r\n MLST type*;size*;modify*;\r\n EPSV\r\n211 End")

    def do_MODE(self, arg, _):
        if arg not in "SBC":
            return self.say("504 No.")
        self.drop()
        self.mode = {"B": Block(), "C": Compressed()}.get(arg)
        self.say("200 Ok.")

    def do_REST(self, arg, _):
        self.rest = arg
        self.say("350 From there.")

    def do_EPSV(self, *_):
        self.drop()
        self.waiting = socket.create_server(("127.0.0.1", 0))
        self.say("229 Ok (|||%d|)" % self.waiting.getsockname()[1])

    def do_ABOR(self, *_):
        self.drop()
        self.say("226 Closed.")

    def do_MLST(self, arg, _):
        try:
            facts = os.stat(os.path.join(ROOT, arg))
        except OSError:
            return self.say("550 No such file.")
        self.say("250-Facts\r\n %s x\r\n250 End" % self.facts(facts))

    def facts(self, of):
        if stat.S_ISDIR(of.st_mode):
            return "type=dir;"
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(of.st_mtime))
        return "type=file;size=%d;modify=%s;" % (of.st_size, stamp)

    def do_MLSD(self, arg, _):
        """Goes over in stream mode (RFC 3659, 7.2), which is what MODE has to say."""
        if self.mode:
            return self.say("504 In stream mode only.")
        self.say("150 Here it comes.")
        data, _ = self.waiting.accept()
        for entry in os.scandir(os.path.join(ROOT, arg)):
            data.sendall(("%s %s\r\n" % (self.facts(entry.stat()), entry.name)).encode())
        data.close()
        self.drop()
        self.say("226 Done.")

    def drop(self, reset=False):
        for s in (self.data, self.waiting):
            if s and reset and s is self.data:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            if s:
                s.close()
        self.data = self.waiting = None

    def open(self):
        """Says 125 or 150, and sees that there is a data connection."""
        if self.data:
            return self.say("125 On the one that is open.")
        self.say("150 On a new one.")
        self.data, _ = self.waiting.accept()
        self.waiting.close()
        self.waiting = None
        tell(connection=True)

    def read(self, n):
        out = b""
        while len(out) < n:
            more = self.data.recv(n - len(out))
            if not more:
                raise Cut
            out += more
        return out

    def finish(self, verb, start, octets, work):
        try:
            work()
        except (Cut, OSError):
            self.drop(reset=True)
            tell(verb=verb, start=start, octets=octets[0], cut=True)
            return self.say("426 Cut.")
        tell(verb=verb, start=start, octets=octets[0], cut=False)
        self.say("250 Done, and the data connection stays.")

    cut = set()  # the verbs whose turn it was

    def due(self, verb, octets, total):
        if verb in Session.cut or octets < CUT or total <= CUT:
            return False
        Session.cut.add(verb)
        return True

    def do_RETR(self, arg, rest):
        try:
            with open(os.path.join(ROOT, arg), "rb") as f:
                text = f.read()
        except OSError:
            return self.say("550 No such file.")
        start = int(rest.removeprefix("back-to:"), 16) if rest else 0
        octets = [0]
        self.open()

        def work():
            at = start
            while True:
                piece = text[at:at + 1000]
                last = at + len(piece) == len(text)
                self.data.sendall(self.mode.data(piece, last))
                at += len(piece)
                octets[0] += len(piece)
                if last:
                    return
                if at // INTERVAL != (at - len(piece)) // INTERVAL:
                    self.data.sendall(self.mode.mark(b"back-to:%x" % at))
                if self.due("RETR", at - start, len(text)):
                    self.data.shutdown(socket.SHUT_WR)
                    time.sleep(0.2)  # that all of it arrives
                    raise Cut
        self.finish("RETR", start, octets, work)

    def do_STOR(self, arg, rest):
        path = os.path.join(ROOT, arg)
        start = int(rest.removeprefix("mine="), 16) if rest else 0
        octets = [0]
        self.open()

        def work():
            with open(path, "r+b" if rest else "wb") as f:
                f.seek(start)
                f.truncate()
                for piece, mark in self.mode.receive(self.read):
                    f.write(piece)
                    octets[0] += len(piece)
                    if mark is not None:
                        f.flush()
                        tell(mark=mark.decode(), at=f.tell())
                        self.say("110 MARK %s = mine=%x" % (mark.decode(), f.tell()))
                    if self.due("STOR", octets[0], CUT + 1):
                        raise Cut
        self.finish("STOR", start, octets, work)


with socket.create_server(("127.0.0.1", 0)) as server:
    tell(port=server.getsockname()[1])
    while True:
        conn, _ = server.accept()
        try:
            Session(conn).run()
        except OSError as gone:
            tell(gone=str(gone))
