package serving

import "strings"

// remarks say what stands behind the figures of rows, by how their names begin: what the
// profile shows, and what was tried and did not help, so that nobody tries it again.
var remarks = []struct{ rows, text string }{
	{"retr/large/plain/", `
Nearly all of ferry's time is the kernel's, within sendfile, which copies no octets here: it takes each page of the file, makes
buffers of them and frees those when the client has dropped them. A thread blocks in it for a second at a time, as a process of
vsftpd does for the whole of the file, with Nagle's algorithm on, so that segments are full: without it a fifth more with
one stream and a tenth more with sixteen. What did not help: to take the socket out of epoll meanwhile; and longer calls. To hold back
what does not fill a segment (TCP_CORK) makes it twice as dear with 4 and 16 streams.
Slices through the netpoller cost as much, and with sixteen streams they keep commands waiting (` + "`noop/16`" + `).`},
	{"stor/large/memory/", `
Of ferry's time, 88 in 100 are the kernel's for moving octets from a pipe to the file: 33 to copy them, 46 to find room for
them; and 9 for taking them off the socket. They are copied once (splice by way of a pipe of 1 MiB). By one thread and a buffer, which
copies twice, a GiB took 0.67 to 0.75 CPU-s with 1 MiB, 0.81 to 1.06 with 256 KiB and 1.16 to 1.30 with 64 KiB, where the pipe took
0.58 to 0.71. What did not help: to be woken for half a MiB and more only (SO_RCVLOWAT), with a buffer or with the pipe; and to
receive into the mapped pages of the file (0.98 to 1.10 where the pipe took 0.45 to 0.55). Smaller pipes cost more: 0.58 to 0.79 with
256 KiB, and 0.91 to 1.30 with 64 KiB, which is what the system gives by itself. What helped most: that the runtime does not
poll the socket which a thread receives from. The runtime's own thread was woken for it some eight times a MiB: a
receiver whose socket another thread has in epoll took 0.75 0.55 0.67 0.69 where it took 0.56 0.45 0.53 0.59 without.
Rows of uploads were uncertain, from 0.5 to 2 for any of the servers; that to a disk is understood best. In eight runs of ferry to a disk, of 0.51 to 1.23, the copy into the
file took from 2,300 to 9,400 samples of the profile, and all else the same. Some minutes later copies between pages in use took the same
for a minute, within a third of the median; while of 4 GiB that were free before, most took 0.4 to 0.5 s a GiB to be touched first, and some
up to 3.8. A virtual machine has memory taken away that nobody has used for some seconds, it seems, and who stores first waits for it. So
three times as much as is stored is touched before each run. A program that does nothing but write 2 GiB to ext4, six runs each,
took 0.19 to 0.30 CPU-s/GiB after 6 GiB were touched; 0.38 to 2.01 with nothing, 0.42 to 1.18 with 2 GiB, and 0.86 to 1.60 with 4. In six
more of each it took 0.19 to 0.31 with 6, 0.62 to 2.16 with 3, 0.21 to 0.59 with 8 and 0.19 to 0.54 with 10; and half a second after they were
touched, 0.20 to 0.33 with 6, 0.61 to 0.87 with 2, 0.55 to 1.74 with 3 and 0.21 to 0.70 with 8. To tmpfs it took 0.34 to 0.55 with any: there it does not show
what is gained. Nor does it in this row: right before, in five runs as earlier, ferry took 0.51 (0.48 to 1.06) and ftpserverlib 0.68,
and in the first five with more touched 0.71 (0.64 to 0.84) and, the best, Pure-FTPd 0.78.`},
	{"stor/large/disk/", `
As to memory, with the pages of ext4's cache for those of tmpfs. By one thread, a GiB took 0.38 to 0.43 CPU-s through a pipe of 1 MiB, 0.51 to
0.56 through a buffer of 1 MiB, and 0.75 to 0.96 through one of 256 KiB. In the page of
2cd997b ferry took 1.52 of the best's time here. Only as much memory as is stored was touched before the runs then, which is the likely cause (see the text on memory). In the first
5 runs with three times as much ferry took 0.52 (0.44 to 0.59), ftpserverlib 0.56 and Pure-FTPd 0.58; in 5 runs as before, right ahead of them,
0.65 (0.40 to 0.71), 0.79 and 0.91.`},
	{"retr/large/tls/", `
A third of ferry's time is AES, 4.5 GB a second; two thirds are the kernel's, in nearly equal parts to read the file and to write
sixteen records at a time. What the limit has not are two copies within crypto/tls and below it, which take a
twentieth. What did not help: pieces of 64, 128, 512 or 1024 KiB in place of 256.`},
	{"stor/large/tls/", `
A third of ferry's time is AES, more than a third are the pages of the file, a sixth is to take the octets off the socket. To read
a MiB at a time costs a twelfth less than to read 256 KiB; to write as much at a time to the file gains nothing.`},
	{"retr/small/plain/", `
Of ferry's time with 16 sessions, 81 in 100 are the kernel's: 24 to close the listener, the file and the connection, with which
the file and its end go over and the client is woken, 17 for two replies, 9 to find and open the file, 8 for a listener on a port of its
own, 4 to accept. Go's scheduler and its memory are 3, where they were 8: a file of a folder takes 11 objects of the heap, of
which there were 41, and two system calls less. A log line for each file was 12 in 100: no server logs here. With one session
a third of the time was the runtime's: to put the session's goroutine, its thread and the thread that watches the others to
sleep after each reply, and to wake them. Commands of a client that is alone are awaited in a call of the system now, by a thread
and without epoll: 0.92 0.96 0.89 of Pure-FTPd's time where it took 1.60 1.38 1.63, and a quarter more files a second. What did not
help: to wait in poll(2) while the descriptor stays with epoll (a tenth more: a second thread is woken, too); to keep the runtime's
thread from being woken, by a goroutine that always sleeps in the system; and one processor for Go (GOMAXPROCS=1). What gained nothing that would show with 16 sessions, and a twelfth with one: not to tell the runtime of a listener before
somebody waits for it; and a seventh with one: not to set the deadlines of the control connection anew for each command. What
gained a twelfth with 16: to send the file and the end of its connection in one segment (TCP_CORK), which wakes the client once.`},
	{"stor/small/plain/", `
Of ferry's time, 79 in 100 are the kernel's: 19 for two replies, 18 to see what is there, make the file under a temporary name,
and rename it, 18 to close four descriptors, 7 for the listener. The C servers write to the name
itself: a cut upload has taken the place of the old file there, and nobody could tell a client that is killed from one that is
through. The load sends its octets ahead of the 150; for clients that wait for it ferry needs a goroutine, and a third more
system calls. The same calls of the kernel took a quarter more in ferry's process than in vsftpd's in one profile, likely because that stays on one processor with
each session, as Go's scheduler does not.
Since the runtime's watching thread sleeps longer (see logins), 21 in 100 are not the kernel's in one profile, and what is the kernel's
is 1.01 of all that vsftpd took beside it; 7 in 100 of ferry's are the renaming. With one processor for Go (GOMAXPROCS=1) an upload took 0.95 of the time in batches in turns, 0.86 and
0.9 in 6 and 12 runs of this row, and 0.6 in two; but TLS would have only one then. What gained little and is left out: a file without a name until it is whole (O_TMPFILE) takes 1 to 6 µs of 17 to 21 less than a temporary
name, but who watches the folder (inotify) sees it neither moved nor closed; and to call the system for sockets
without telling the runtime, which took 0.98 to 0.99 of the time. What gained nothing: to await the commands of all sessions in calls of the
system, as is done for one that is alone, with 2, 8 and 20 processors for Go (0.13 to 0.16 CPU-s in three runs each, 0.12 to 0.16 without).`},
	{"login/plain/", `
Of ferry's time, 77 in 100 are the kernel's: 40 to write four replies, 11 to accept, and 23 to close so that the last reply
cannot be lost: the sending side first, and all once the client has closed, too. What connections can inherit of their
listener is set there, once. Sessions, passwords and events are a tenth. A tenth more, which no profile
shows, was the runtime's thread that watches the others: it was woken every 70 µs as long as the server now had something to do and now
not. It sleeps longer now (a timer slack of 1 ms): with 8 clients written in Python, batch by batch in turns, a login took 0.81 of
the time, an upload and a download of 4 KiB 0.85 each; with 0.2 ms 0.91, 0.93 and 0.93, with 2 ms 0.79, 0.83 and 0.82. The load of this page keeps
both processors busy, and there is less to save: uploads by 16 sessions took 0.13 0.11 0.11 0.15 before and 0.12 0.12 0.11 0.12
with 0.5 ms, 0.11 0.12 0.12 0.11 with 2 ms; downloads 0.072 0.077 0.081 0.082 before, 0.070 0.10 0.072 0.077 and 0.068 0.073 0.073 0.081. The last reply and the end of the connection
are one segment. A session's stack grows in one step where it grew in two, which took 0.976 of the time.`},
	{"retr/small/tls/", `
Half of ferry's time was the handshake of the data connection, and nearly a third of all its key exchange, half of that ML-KEM. A
data connection that resumes the session of its control connection does without ML-KEM (tls.md), and its certificate is not
asked for; the X25519 that is left is a sixth of all, and no resumption of TLS 1.3 that crypto/tls knows does without. What is
left is the kernel's, 39 calls a file.
What did not help: less garbage collection (GOGC=400: a twentieth in one run, nothing in the next).`},
	{"login/tls/", `
The handshake is more than half of ferry's time, and the same for all servers in Go: a third of all is the
key exchange, half of that ML-KEM, which a control connection keeps, because its secret protects all data connections that
resume its session; the signature with P-256 is a twentieth. What ferry does besides, and ftpserverlib does not, is to bind the
session's tickets, to have the handshake in a goroutine of its own so that an idle session has a small stack, and to wait for the
client's end before it closes. The last reply, close_notify and the end are one segment; as three they cost a twentieth more. Garbage is collected half as often as Go
would as long as less than 4 MiB are in use, which takes a twelfth off (1.11 of ftpserverlib's time in six runs before, 1.01 with it; twice as
seldom again gained nothing). What did not help: to compile by the profile of these rows (PGO), which took 3 in 100 off what is not the kernel's in
small files and nothing here, for a minute more in each build; and to have handshakes and transfers in goroutines that stay for the next:
stacks that grow went from a twentieth of the samples to a hundredth, but the row took 1.09 0.97 0.97 1.03 of ftpserverlib's time before
and 1.05 1.00 1.04 1.04 with it, and small files over TLS as much as before. That stacks grow in one step where they took two or three is
simpler and took 0.960 of the time, in batches of logins to a server with it and to one without in turns.`},
	{"idle/", `
Of a session's memory, 2 KiB are the stack of the goroutine that waits for its next command, the least that Go has, and half a KiB
is that goroutine; the rest is the session itself, what package net holds of its connection, and what the netpoller does. A
session that waited where it had run its commands held a stack of 8 KiB. What all hold together is a program of 16 to 22 MiB, as
the text on listings has it. A second after the last login of a rush garbage is collected, and all that is free given back to the
system. What costs too much: to collect twice as often (GOGC=50), which
takes 0.5 KiB off with 2,000 sessions and nothing with 10,000, for a quarter more in each login over TLS; and to collect half as often however many sessions there
are: what is left among garbage leaves holes (10,000 sessions took 72.5 MiB that way, and 69.2 otherwise). ` + "`ferry`" + ` could not be told to have stacks of 2 KiB for sure: the runtime begins
goroutines with 4 where those that it looked at in its last collection had more than 1.1 on average.`},
	{"list/", `
` + listing},
	{"mlsd/", `
` + listing},
	{"noop/16", `
While downloads go through the netpoller a command waits until a processor of Go's scheduler is free, which all of them want:
for 10 ms in the median. With threads that block in the kernel the scheduler has nothing to do but the command,
and what is left is the turn that the kernel gives to a thread among sixteen that are busy: on two processors that is what
all servers wait for. So a thread that sends asks for turns of 20 ms (sched_setattr, which Linux 6.12 and later heed), with
the same share of the processors: who wakes with a shorter turn goes before it, the load's own thread included. On a busy
machine p99 was 8.2, 16.9 and 15.4 ms by that, and 13.6, 19.2 and 23.9 in between without it; p50 93, 158 and 225 µs, and
301, 179 and 223. Downloads cost the same within chance (1.06 and 0.95 of the limit in two runs with one stream, 0.95 and
1.12 with sixteen; 0.90 and 1.06, 0.94 and 1.14 without). Threads that receive keep usual turns: with long ones an upload to memory
took 1.74 and 1.55 times the limit, and without 1.23 and 1.46. What was not tried is a lower priority (nice): other
programs would take processors from the transfers, and only a privileged process can take it back.`},
}

// remark returns what there is to be said of a row, or "".
func remark(row string) string {
	for _, r := range remarks {
		if strings.HasPrefix(row, r.rows) {
			return r.text + "\n"
		}
	}
	return ""
}

// listing is what LIST and MLSD have in common.
const listing = `More than four fifths of ferry's time are the kernel's: a call of fstatat for each entry, by its own name, takes 1.1 µs,
and to read the names 0.3 µs more, so that a program in C that does nothing else takes 130 to 140 CPU-ms for 100,000 entries
in tmpfs. To write an entry takes ferry a tenth of a µs, and to make that of what the system says about as much; it makes only what is
sent, in one piece of memory for many entries, sorts nothing, and sends 128 KiB at a time. From some eight thousand entries on a
folder has a thread of its own, whose working directory it is, as with the C servers: names in there take statx 0.08 µs less than
those in a folder that is held open. A Go program has to end such a thread with the listing, and to hand over what it finds: 320
entries at a time, for with 128 the threads' waking each other takes nearly all back that is saved, and with 2,048 no more is saved. A
program that lists both ways in turns, 60 times each, took 0.97 and 0.96 of the time with such a thread. Of Pure-FTPd's time in the
same run, on a busy machine, LIST took 0.93, 1.05 and 0.92 before, and 0.88, 0.91 and 0.93 with it; MLSD 1.11, 1.06 and 0.99 before,
and 1.01, 1.11 and 0.99 with it. Smaller folders have none: where it began with the second thousand, 1,500 entries took 1.05 of the
time, and 5,000 took 0.99. The peak is 0.2 to 0.5 MiB higher, nearly all of it pages of the executable. What a line of LIST has in common with
the one before it (mode, owners, the day) is not made again: 0.95 and 0.93 of the time, medians of 168 and 105 listings in turns. What did
not help: statx for fewer fields; in C, from 1 KiB to 1 MiB for names in place of 32; to write the digits of dates with fewer calls; to
remember the day in MLSD, and to copy less of what the system says of an entry (1.007 of the time, 103 in turns); and to do all of a listing, its
sending too, on its thread (LIST 1.001 and MLSD 1.017 of the time, 88 and 91 in turns). A listing that shows
no time of birth does with fstatat, which took 0.97, 0.99 and 0.96 of the time of one with statx, medians of 30 listings in turns.
The most memory is the program's own: 3 MiB at the start, and 13 to 19 MiB are pages of the executable,
which are nobody's but the system's to keep. It is 13 where those are mapped by 64 KiB around what is touched, as in a file
that was copied, and 19 where by 2 MiB, as in one that the linker has just written: the same program has a peak of 20 MiB or
of 25, and with 10,000 idle sessions 68 MiB or 74. Most are of use at the start alone: where the system was told to take them out of
the process when the server was ready (MADV_DONTNEED), the peak was 14.7 MiB in place of 19.2, and 10,000 idle sessions took 62.6 in
place of 67.4. That is left undone. They stay in the system's cache, and it takes them out by itself where memory is short, so that
nothing would be saved but the figure; and what a debugger or a tracer has put there would go with them.`
