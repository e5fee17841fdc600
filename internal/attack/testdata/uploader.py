"""Uploads by OpenSSL, from a client that never reads its data connections: it takes
nothing from the socket but the records of the handshake, and closes that at once
behind close_notify.

    uploader.py PORT VERSION RESUME TIMES FILE

stores FILE as "openssl" so many times, and prints how often the session was resumed.
"""
import ftplib
import socket
import ssl
import sys


def record(sock):
    """Read one record of TLS, and nothing beyond it."""
    whole = b""
    need = 5
    while len(whole) < need:
        part = sock.recv(need - len(whole))
        if not part:
            raise EOFError("closed in the handshake")
        whole += part
        if len(whole) == 5:
            need = 5 + int.from_bytes(whole[3:5], "big")
    return whole


def upload(ftp, octets, session):
    host, port = ftp.makepasv()
    sock = socket.create_connection((host, port))
    ftp.putcmd("STOR openssl")
    answer = ftp.getresp()
    if not answer.startswith("150"):
        raise RuntimeError(answer)
    come, go = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ftp.context.wrap_bio(come, go, session=session)
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            sock.sendall(go.read())
            come.write(record(sock))
    resumed = tls.session_reused
    tls.write(octets)
    try:
        tls.unwrap()
    except ssl.SSLWantReadError:
        pass  # close_notify is written, and what answers it will not be read
    sock.sendall(go.read())
    sock.close()
    answer = ftp.getresp()
    if not answer.startswith("226"):
        raise RuntimeError(answer)
    return resumed


def main(port, version, resume, times, file):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    ftp = ftplib.FTP_TLS(context=context, timeout=60)
    ftp.connect("127.0.0.1", int(port))
    ftp.login("joe", "secret")
    ftp.prot_p()
    ftp.voidcmd("TYPE I")
    with open(file, "rb") as f:
        octets = f.read()
    session = ftp.sock.session if resume == "true" else None
    print(sum(upload(ftp, octets, session) for _ in range(int(times))))
    ftp.quit()


main(*sys.argv[1:])
