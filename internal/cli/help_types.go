package cli

const typeText = `Types, structures and modes (RFC 959): what becomes of files on their way

By default a file goes over as the octets that it has (--type I --stru F --mode S).

  --type I     octets, as they are
  --type A     text: line ends are LF in the files here, and whatever the server
               has there. Not for anything but text.
  --type E     text, and EBCDIC on the way (--ebcdic 1047, 037 or 1140)
  --type L36   words of 36 bits, or of another number from 1 to 255; in the files
               here each stands alone in 1, 2, 4 or 8 octets, high octet first
  --type "A T" text for a printer, with form feeds; "A C" with a control character
               in the first column of each line (ASA), which --render carries out

  --stru F     no structure
  --stru R     records: the lines of a text. In types I and L, whose records may
               hold anything, the file here keeps the form that records have on
               the way, and is marked as such (form R).
  --stru P     pages, for files with holes; kept and marked likewise (form P)

  --mode S     the end of a file is the end of its data connection
  --mode B     blocks: one data connection for many files, a cut never looks like
               the end of a file, and restart markers say where to go on
  --mode C     the same, with runs of equal octets taken together
  --mode Z     deflated (--level 1 to 9); for listings as well

A server that does not have what is asked for refuses it, and nothing is copied.
A text, or anything else that is converted, goes on after a cut in modes B and C
alone; in the others it begins anew. ";type=a" at the end of a URL is --type A,
";type=i" --type I, and ";type=d" says that it is a folder.
`
