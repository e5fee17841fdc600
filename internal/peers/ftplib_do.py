# Does one operation and prints the dialogue.
# Arguments: host port user password operation mode local remote to offset
import ftplib
import sys

host, port, user, password, op, mode, local, remote, to, offset = sys.argv[1:]
offset = int(offset)

with ftplib.FTP(timeout=20) as ftp:
    ftp.set_debuglevel(1)
    ftp.connect(host, int(port))
    ftp.login(user, password)
    ftp.set_pasv(mode != "active")
    if op == "upload":
        with open(local, "rb") as f:
            ftp.storbinary("STOR " + remote, f)
    elif op == "resume-upload":
        with open(local, "rb") as f:
            f.seek(offset)
            ftp.storbinary("STOR " + remote, f, rest=offset)
    elif op == "download":
        with open(local, "wb") as f:
            ftp.retrbinary("RETR " + remote, f.write)
    elif op == "resume-download":
        with open(local, "ab") as f:
            ftp.retrbinary("RETR " + remote, f.write, rest=offset)
    elif op == "list":
        ftp.dir(remote)
    elif op == "rename":
        ftp.rename(remote, to)
    elif op == "delete":
        ftp.delete(remote)
    else:
        sys.exit("unknown operation " + op)
    ftp.quit()
