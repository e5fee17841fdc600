"""The transfer codecs of RFC 959 and of MODE Z once more, written apart from the
Go code and in another way, so that the two can be held against each other.

Reads a JSON object a line: op "decode" (data: what came over the wire) or "encode"
(data: the stored file), the parameters, data in hex. Answers with one object a
line: data in hex, or error. The encoder chooses at random among all the forms that
a sender may use; seed makes its choices repeatable.
"""
import json
import random
import sys
import zlib

EOR, EOF, SUSPECT, MARK = 128, 64, 32, 16


class Bad(Exception):
    pass


# ---- type E: Python's own tables, with NL and LF changed about

def latin(page):
    table = bytearray()
    for e in range(256):
        char = bytes([e]).decode(page)
        table.append(0xA4 if char == '\u20ac' else ord(char))
    table[0x15], table[0x25] = 0x0A, 0x85
    return bytes(table)


# Python knows no cp1047: it is cp037 but for these.
E2L = {'037': latin('cp037'), '1140': latin('cp1140')}
E2L['1047'] = bytearray(E2L['037'])
for code, char in {0x5F: '^', 0xAD: '[', 0xB0: '\xac', 0xBA: '\xdd', 0xBB: '\xa8', 0xBD: ']'}.items():
    E2L['1047'][code] = ord(char)
L2E = {page: bytes(table.index(c) for c in range(256)) for page, table in E2L.items()}


# ---- type A

def ascii_send(d, profile):
    if profile == 'nvt':
        return d.replace(b'\r', b'\r\0').replace(b'\n', b'\r\n')
    d = d.replace(b'\n', b'\r\n')
    return d if profile == 'raw' else d.replace(b'\r\r\n', b'\r\n')


def ascii_receive(w):
    parts, out = w.split(b'\r'), []
    out.append(parts[0])
    for p in parts[1:]:
        if p[:1] == b'\n':
            out.append(p)
        else:
            out.append(b'\r' + (p[1:] if p[:1] == b'\0' else p))
    return b''.join(out)


def type_send(o, d):
    if o['type'] == 'A':
        return ascii_send(d, o['ascii'])
    if o['type'] == 'E':
        return d.translate(L2E[o['page']])
    return d


def type_receive(o, w):
    if o['type'] == 'A':
        return ascii_receive(w)
    if o['type'] == 'E':
        return w.translate(bytes(E2L[o['page']]))
    return w


# ---- type L: lists of numbers

def bits_of(o):
    return o['bits'] if o['type'] == 'L' else 8


def unit_of(o):
    n = bits_of(o)
    octets = -(-n // 8)
    if n % 8 == 0 or octets > 8:
        return octets
    return next(u for u in (1, 2, 4, 8) if u >= octets)


def words_of_file(o, d):
    u = unit_of(o)
    if len(d) % u:
        raise Bad('not of whole logical bytes')
    return [int.from_bytes(d[i:i + u], 'big') for i in range(0, len(d), u)]


def file_of_words(o, words):
    return b''.join(w.to_bytes(unit_of(o), 'big') for w in words)


def pack(o, words):
    n, bits = bits_of(o), ''
    for w in words:
        if w >> n:
            raise Bad('too many bits')
        bits += format(w, '0%db' % n)
    bits += '0' * (-len(bits) % 8)
    return int('1' + bits, 2).to_bytes(len(bits) // 8 + 1, 'big')[1:] if bits else b''


def unpack(o, w):
    n = bits_of(o)
    bits = format(int.from_bytes(b'\1' + w, 'big'), 'b')[1:]
    if len(bits) % n >= 8:
        raise Bad('a logical byte is cut')
    return [int(bits[i:i + n], 2) for i in range(0, len(bits) - n + 1, n)]


# ---- structure P

def page_words(o):
    n = bits_of(o)
    if n == 8 and o['type'] != 'L':
        return 255
    return min(4096 // unit_of(o), 2 ** n - 1)


def pages_parse(o, words):
    i, pages = 0, []
    while True:
        if len(words) < i + 4:
            raise Bad('no last page')
        length, index, size, kind = words[i:i + 4]
        if length < 4 or kind > 3 or (kind == 0 and (size or length > 5)) or (kind == 1 and length != 4) \
                or (kind == 3 and length != 5):
            raise Bad('page')
        if len(words) < i + length + size:
            raise Bad('page cut')
        pages.append((index, kind, words[i + length:i + length + size]))
        i += length + size
        if kind == 0:
            if (len(words) - i) * bits_of(o) >= 8:  # more than fills up an octet
                raise Bad('data behind the last page')
            return pages


def file_of_pages(o, words):
    pages = pages_parse(o, words)
    out, size = [], page_words(o)
    for index, kind, data in pages:
        if kind in (0, 2):
            continue
        if index * size < len(out) or len(data) > size:
            raise Bad('pages not in order')
        out += [0] * (index * size - len(out)) + data
    return out


def pages_of_file(o, words, rnd):
    size, out = page_words(o), []
    most = 2 ** bits_of(o) - 1
    chunks = [words[i:i + size] for i in range(0, len(words), size)]
    for k, chunk in enumerate(chunks):
        last = k == len(chunks) - 1
        if not last and not any(chunk) and rnd.random() < 0.8:
            continue
        if not last and rnd.random() < 0.3:  # trailing zeros may be dropped
            while chunk and chunk[-1] == 0:
                chunk = chunk[:-1]
        if most >= 5 and rnd.random() < 0.3:
            out += [5, k, len(chunk), 3, rnd.randint(0, most)] + chunk
        else:
            out += [4, k, len(chunk), 1] + chunk
        if rnd.random() < 0.1:
            info = [rnd.randint(0, most) for _ in range(rnd.randint(0, min(most, 31)))]
            out += [4, rnd.randint(0, most), len(info), 2] + info
    if most >= 5 and rnd.random() < 0.2:
        return out + [5, rnd.randint(0, most), 0, 0, rnd.randint(0, most)]
    return out + [4, rnd.randint(0, most), 0, 0]


# ---- modes: a file is a list of records, each octets; the last has no end

def stream_read(w, stru):
    if stru != 'R':
        return [w]
    records, cur, i = [], bytearray(), 0
    while True:
        j = w.find(b'\xff', i)
        if j < 0 or j + 1 >= len(w):
            raise Bad('no end of file')
        cur += w[i:j]
        code, i = w[j + 1], j + 2
        if code == 255:
            cur.append(255)
            continue
        if code not in (1, 2, 3):
            raise Bad('code')
        if code & 1:
            records.append(bytes(cur))
            cur = bytearray()
        if code & 2:
            if i != len(w):
                raise Bad('data behind the end')
            return records + [bytes(cur)]


def stream_write(records, stru, rnd):
    if stru != 'R':
        return b''.join(records)
    w = b''.join(r.replace(b'\xff', b'\xff\xff') + b'\xff\1' for r in records[:-1])
    last = records[-1].replace(b'\xff', b'\xff\xff')
    if w and not last and rnd.random() < 0.5:
        return w[:-1] + b'\3'
    return w + last + b'\xff\2'


class Collect:
    """Records out of pieces with codes behind them."""

    def __init__(self, stru):
        self.stru, self.records, self.cur, self.ended = stru, [], bytearray(), False

    def piece(self, flags, data):
        if flags & MARK:
            if not data or any(c < 33 or c > 126 for c in data):
                raise Bad('marker')
        else:
            self.cur += data
        if flags & EOR and self.stru == 'R':
            self.records.append(bytes(self.cur))
            self.cur.clear()
        self.ended = bool(flags & EOF)

    def file(self):
        if not self.ended:
            raise Bad('no end of file')
        return self.records + [bytes(self.cur)]


def block_read(w, stru):
    c, i = Collect(stru), 0
    while not c.ended:
        if i + 3 > len(w):
            raise Bad('header cut')
        n = int.from_bytes(w[i + 1:i + 3], 'big')
        if i + 3 + n > len(w):
            raise Bad('block cut')
        c.piece(w[i], w[i + 3:i + 3 + n])
        i += 3 + n
    if i != len(w):
        raise Bad('data behind the end')
    return c.file()


def random_pieces(records, rnd, most):
    """Splits a file at random into pieces with the codes that end them."""
    out = []
    for k, r in enumerate(records):
        end = EOF if k == len(records) - 1 else EOR
        pieces = []
        while r:
            n = rnd.choice([1, 2, 5, 100, most, most])
            pieces.append([0, r[:n]])
            r = r[n:]
        if not pieces or rnd.random() < 0.5:
            pieces.append([0, b''])
        pieces[-1][0] |= end
        if end == EOF and not pieces[-1][1] and len(pieces) == 1 and out and rnd.random() < 0.5:
            out[-1][0] |= EOF  # with the end of the last record
            continue
        out += pieces
    if rnd.random() < 0.3:
        k = rnd.randrange(len(out))
        out.insert(k, [MARK, b'here%d' % k])
    return out


def block_write(records, rnd):
    w = bytearray()
    for flags, data in random_pieces(records, rnd, 65535):
        flags |= rnd.choice([0, 0, 0, 1, 14, SUSPECT])
        w += bytes([flags]) + len(data).to_bytes(2, 'big') + data
    return bytes(w)


def compressed_read(w, stru, filler):
    c, i, flags = Collect(stru), 0, None
    while not c.ended:
        if i == len(w) or (w[i] == 0 and flags is not None):
            if flags is None:
                raise Bad('no end of file')
            c.piece(flags, b'')
            flags = None
            continue
        h = w[i]
        if h == 0:
            if i + 1 == len(w):
                raise Bad('escape cut')
            flags = w[i + 1]
            i += 2
            continue
        if h < 128:
            s, i = w[i + 1:i + 1 + h], i + 1 + h
            if i > len(w):
                raise Bad('string cut')
        elif h < 192:
            if i + 1 == len(w):
                raise Bad('run cut')
            s, i = w[i + 1:i + 2] * (h & 63), i + 2
        else:
            s, i = bytes([filler]) * (h & 63), i + 1
        c.piece(flags or 0, s)
        flags = None
    if i != len(w):
        raise Bad('data behind the end')
    return c.file()


def strings(data, filler, rnd):
    """One piece as strings of compressed mode; an empty one if there is nothing."""
    out, i = [], 0
    while i < len(data):
        n = 1
        while n < 63 and data[i + n:i + n + 1] == data[i:i + 1]:
            n += 1
        if data[i] == filler and rnd.random() < 0.9:
            out.append(bytes([0xC0 | n]))
        elif n > 1 and rnd.random() < 0.9:
            out.append(bytes([0x80 | n]) + data[i:i + 1])
        else:
            n = min(len(data) - i, rnd.choice([1, 3, 127]))
            out.append(bytes([n]) + data[i:i + n])
        i += n
    return out or [rnd.choice([b'\xc0', b'\x80x'])]


def compressed_write(records, filler, rnd):
    w = bytearray()
    for flags, data in random_pieces(records, rnd, 127):
        if flags == MARK:
            w += bytes([0, MARK, len(data)]) + data
            continue
        some = strings(data, filler, rnd)
        for s in some[:-1]:
            w += s
        if flags:
            w += bytes([0, flags])
        w += some[-1]
    return bytes(w)


def mode_read(o, w):
    if o['mode'] == 'Z':
        z = zlib.decompressobj()
        try:
            w = z.decompress(w)
        except zlib.error as e:
            raise Bad(str(e))
        if not z.eof or z.unused_data:
            raise Bad('not one zlib stream')
    if o['mode'] in 'SZ':
        return stream_read(w, o['stru'])
    if o['mode'] == 'B':
        return block_read(w, o['stru'])
    return compressed_read(w, o['stru'], {'A': 32, 'E': 64}.get(o['type'], 0))


def mode_write(o, records, rnd):
    if o['mode'] == 'B':
        return block_write(records, rnd)
    if o['mode'] == 'C':
        return compressed_write(records, {'A': 32, 'E': 64}.get(o['type'], 0), rnd)
    w = stream_write(records, o['stru'], rnd)
    return zlib.compress(w, rnd.randint(0, 9)) if o['mode'] == 'Z' else w


# ---- all together

def decode(o, w):
    records = mode_read(o, w)
    if o['literal'] and o['stru'] == 'R':
        return stream_write(records, 'R', NEVER)
    if o['literal'] and o['stru'] == 'P':
        pages_parse(o, unpack(o, records[0]))
        return records[0]
    if o['stru'] == 'P':
        return type_receive(o, file_of_words(o, file_of_pages(o, unpack(o, records[0]))))
    if o['stru'] == 'R' and o['type'] in 'AE':
        return b'\n'.join(type_receive(o, r) for r in records)
    if o['type'] == 'L' and o['bits'] % 8:
        return b''.join(file_of_words(o, unpack(o, r)) for r in records)
    return type_receive(o, b''.join(records))


def encode(o, d, rnd):
    if o['literal'] and o['stru'] == 'R':
        records = stream_read(d, 'R')
    elif o['literal'] and o['stru'] == 'P':
        records = [d]
    elif o['stru'] == 'P':
        records = [pack(o, pages_of_file(o, words_of_file(o, type_send(o, d)), rnd))]
    elif o['stru'] == 'R' and o['type'] in 'AE':
        records = [type_send(o, line) for line in d.split(b'\n')]
    elif o['type'] == 'L' and o['bits'] % 8:
        records = [pack(o, words_of_file(o, d))]
    else:
        records = [type_send(o, d)]
    return mode_write(o, records, rnd)


class Never:
    def random(self):
        return 1.0


NEVER = Never()


def main():
    for line in sys.stdin:
        o = json.loads(line)
        data = bytes.fromhex(o['data'])
        try:
            if o['op'] == 'decode':
                answer = {'data': decode(o, data).hex()}
            else:
                answer = {'data': encode(o, data, random.Random(o['seed'])).hex()}
        except Bad as e:
            answer = {'error': str(e)}
        print(json.dumps(answer))


main()
