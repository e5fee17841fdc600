package conformance_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
)

// trfModeFaults are those of structures and modes.
var trfModeFaults = []fault{
	{item: "TRF-28", what: "records end as lines do", tricks: []*trick{downloads("RETR text", replacing("\xff\x01", "\r\n"))}},
	{item: "TRF-28", what: "the end of the file is not marked", tricks: []*trick{downloads("RETR text", withoutLast(2))}},
	{item: "TRF-28", what: "FF 04 stands in it", tricks: []*trick{downloads("RETR text", replacing("\xff\x01b", "\xff\x04b"))}},
	{item: "TRF-28", what: "R is F", tricks: []*trick{says("STRU R", always("200 All right.")), instead("STRU R", "NOOP")}},
	{item: "TRF-29", what: "the end of a record is lost", tricks: []*trick{downloads("RETR DT023", replacing("o\r\nw", "ow"))}},
	{item: "TRF-29", what: "FF stays doubled", tricks: []*trick{downloads("RETR DT030", replacing("\xff", "\xff\xff"))}},
	{item: "TRF-29", what: "octets make no records", tricks: []*trick{downloads("RETR DT031", replacing("\xff\x01\xff\x02", "\xff\x02"))}},
	{item: "TRF-29", what: "records of octets are refused anyhow", tricks: []*trick{answers("STOR DT031", "551 No.")}},

	{item: "TRF-30", what: "the last block is not marked", tricks: []*trick{downloads("RETR", withoutLast(3))}, config: noReuse},
	{item: "TRF-30", what: "counts begin with the low octet", tricks: []*trick{downloads("RETR octets", func(b []byte) []byte {
		b[1], b[2] = b[2], b[1]
		return b
	})}, config: noReuse},
	{item: "TRF-30", what: "a bit is set that means nothing", tricks: []*trick{downloads("RETR octets", func(b []byte) []byte {
		b[0] |= 1
		return b
	})}, config: noReuse},
	{item: "TRF-30", what: "something comes after the end", tricks: []*trick{downloads("RETR octets", func(b []byte) []byte { return append(b, 0) })}, config: noReuse},
	{item: "TRF-30", what: "octets 255 are doubled", tricks: []*trick{downloads("RETR octets", func(b []byte) []byte {
		content := bytes.ReplaceAll(b[3:len(b)-3], []byte{255}, []byte{255, 255})
		return append(append([]byte{0, byte(len(content) >> 8), byte(len(content))}, content...), 64, 0, 0)
	})}, config: noReuse},
	{item: "TRF-30", what: "B is S", tricks: []*trick{says("MODE B", always("200 All right.")), instead("MODE B", "NOOP")}},
	{item: "TRF-31", what: "a block for the end is waited for", tricks: []*trick{says("STOR a", onlyPreliminary)}},
	{item: "TRF-31", what: "the data of the last block are lost", tricks: []*trick{downloads("RETR b", withoutLast(3))}},
	{item: "TRF-31", what: "suspect data are refused", tricks: []*trick{codes("STOR c", 250, 451)}},
	{item: "TRF-32", what: "what was cut is complete", tricks: []*trick{codes("STOR torn", 426, 226)}},
	{item: "TRF-33", what: "the end of a record is lost", tricks: []*trick{downloads("RETR DT042", func(b []byte) []byte {
		if len(b) > 0 && b[0] == 0x80 {
			b[0] = 0
		}
		return b
	})}, config: noReuse},
	{item: "TRF-33", what: "the end of the last record is lost", tricks: []*trick{downloads("RETR DT042", replacing("\x80\x00\x05w", "\x00\x00\x05w"))}, config: noReuse},
	{item: "TRF-33", what: "records are run together in the file", tricks: []*trick{downloads("RETR DT042", replacing("o\r\nw", "ow"))}, config: noReuse},
	{item: "TRF-33", what: "an empty record is dropped", tricks: []*trick{downloads("RETR DT044", replacing("\x80\x00\x00", ""))}, config: noReuse},
	{item: "TRF-34", what: "150 is said of a connection that is there", tricks: []*trick{codes("RETR b", 125, 150)}},
	{item: "TRF-34", what: "a connection is left open that cannot be used", tricks: []*trick{answers("RETR b", "425 Send PASV first.")}},
	{item: "TRF-34", what: "the second is not sent", tricks: []*trick{answers("RETR b", "125 It is open.\n250 That was it.")}},

	{item: "TRF-35", what: "a run is too short", tricks: []*trick{downloads("RETR runs", replacing("\x8az", "\x89z"))}, config: noReuse},
	{item: "TRF-35", what: "the end is not marked", tricks: []*trick{downloads("RETR empty", withoutLast(3))}, config: noReuse},
	{item: "TRF-35", what: "C is S", tricks: []*trick{says("MODE C", always("200 All right.")), instead("MODE C", "NOOP")}},
	{item: "TRF-36", what: "the string behind the last escape sequence is lost", tricks: []*trick{downloads("RETR DT053", withoutLast(1))}},
	{item: "TRF-36", what: "an escape sequence at the very end is refused", tricks: []*trick{codes("STOR DT052", 226, 426).on(2)}, config: noReuse},
	{item: "TRF-37", what: "the filler is zero for text", tricks: []*trick{downloads("RETR A", replacing("     ", "\x00\x00\x00\x00\x00"))}, config: noReuse},
	{item: "TRF-37", what: "the filler is a blank for EBCDIC", tricks: []*trick{downloads("RETR E", replacing("\x40\x40\x40\x40\x40", "     "))}, config: noReuse},
	{item: "TRF-37", what: "another filler is sent", tricks: []*trick{downloads("RETR I", replacing("\xc5", "\x85 "))}, config: noReuse},

	{item: "TRF-38", what: "the hole is a page", tricks: []*trick{downloads("RETR", replacing("\x04\x02", "\x04\x01\x02\x01\x00\x00\x04\x02"))}},
	{item: "TRF-38", what: "pages are counted as they come", tricks: []*trick{downloads("RETR", replacing("\x04\x02", "\x04\x01"))}},
	{item: "TRF-38", what: "the last page is missing", tricks: []*trick{downloads("RETR", withoutLast(4))}},
	{item: "TRF-38", what: "P is F", tricks: []*trick{says("STRU P", always("200 All right.")), instead("STRU P", "NOOP"), downloads("RETR", replacing("\x04\x02", "\x03\x02"))}},
	{item: "TRF-39", what: "a page of no known type is taken", tricks: []*trick{codes("STOR a", 551, 226)}},
	{item: "TRF-39", what: "a page of no known type is another error", tricks: []*trick{codes("STOR a", 551, 451)}},

	{item: "TRF-40", what: "the stream has no check value", tricks: []*trick{downloads("RETR long", withoutLast(4))}},
	{item: "TRF-40", what: "the stream is bare deflate", tricks: []*trick{downloads("RETR long", func(b []byte) []byte { return b[min(len(b), 2):max(0, len(b)-4)] })}},
	{item: "TRF-40", what: "an empty file has no stream", tricks: []*trick{downloads("RETR empty", func([]byte) []byte { return nil })}},
	{item: "TRF-40", what: "something comes after the end", tricks: []*trick{downloads("RETR long", func(b []byte) []byte { return append(b, "more"...) })}},
	{item: "TRF-40", what: "not all is in the stream", tricks: []*trick{downloads("RETR long", func([]byte) []byte { return zlibbed("over and over again") })}},
	{item: "TRF-41", what: "what was cut is complete", tricks: []*trick{codes("STOR torn", 426, 226)}},
	{item: "TRF-41", what: "what is whole is cut", tricks: []*trick{codes("STOR whole", 226, 426)}},
	{item: "TRF-42", what: "listings are not compressed", tricks: []*trick{downloads("LIST", func(b []byte) []byte {
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return b
		}
		listing, _ := io.ReadAll(z) // what there is will do
		return listing
	})}},
	{item: "TRF-42", what: "the listing is empty", tricks: []*trick{downloads("LIST", func([]byte) []byte { return zlibbed("") })}},
}

// trfRestartFaults are those of REST and of restart markers.
var trfRestartFaults = []fault{
	{item: "TRF-43", what: "REST has no more to come", tricks: []*trick{codes("REST", 350, 200)}},
	{item: "TRF-44", what: "REST does nothing", tricks: []*trick{answers("REST", "350 Restarting.")}},
	{item: "TRF-44", what: "octets are counted from one", tricks: []*trick{instead("REST 5", "REST 4")}},
	{item: "TRF-45", what: "REST does nothing for STOR", tricks: []*trick{answers("REST", "350 Restarting.")}},
	{item: "TRF-45", what: "octets are counted from one", tricks: []*trick{instead("REST 5", "REST 4")}},
	{item: "TRF-45", what: "STOR after REST is refused", tricks: []*trick{answers("STOR a", "550 It exists.").on(2)}},
	{item: "TRF-46", what: "REST 0 takes nothing back", tricks: []*trick{instead("REST 0", "NOOP"), codes("REST 0", 200, 350)}},
	{item: "TRF-46", what: "REST 0 is refused", tricks: []*trick{answers("REST 0", "501 From where?")}},
	{item: "TRF-47", what: "what is no number is zero", tricks: []*trick{answers("REST x", "350 Restarting at 0.")}},
	{item: "TRF-47", what: "what is no number is out of range", tricks: []*trick{answers("REST x", "554 Out of range.")}},
	{item: "TRF-48", what: "REST knows the file", tricks: []*trick{answers("REST 1000", "554 Out of range.")}},
	{item: "TRF-48", what: "all of the file comes", tricks: []*trick{answers("REST 1000", "350 Restarting.")}},
	{item: "TRF-48", what: "it is complete without a transfer", tricks: []*trick{answers("RETR a", "226 Transfer complete.").on(1)}},
	{item: "TRF-49", what: "nothing is said to RETR", tricks: []*trick{ignores("RETR a").on(1)}},
	{item: "TRF-49", what: "it begins elsewhere", tricks: []*trick{downloads("RETR a", func(b []byte) []byte { return b[min(1, len(b)):] })}},
	{item: "TRF-50", what: "REST is for the second, too", tricks: []*trick{downloads("RETR b", func(b []byte) []byte { return b[5:] })}},
	{item: "TRF-50", what: "REST is forgotten for the first", tricks: []*trick{answers("REST 5", "350 Restarting.")}},
	{item: "TRF-51", what: "APPE appends", tricks: []*trick{answers("REST 3", "350 Restarting.").on(2)}},
	{item: "TRF-51", what: "APPE is refused and empties the file", tricks: []*trick{instead("APPE", "DELE APPE.out"), codes("APPE", 250, 554)}},
	{item: "TRF-52", what: "the octets of the file are counted", tricks: []*trick{instead("REST 5", "REST 6"), instead("REST 8", "REST 10"), instead("REST 12", "REST 15")}},
	{item: "TRF-52", what: "between CR and LF nothing can begin", tricks: []*trick{instead("REST 2", "REST 3")}},
	{item: "TRF-52", what: "REST is refused in TYPE A", tricks: []*trick{answers("REST", "501 Not in this type.")}},
	{item: "TRF-53", what: "the text of 110 is another", tricks: []*trick{replaces("STOR a", " = ", "=")}},
	{item: "TRF-53", what: "the server has no marker", tricks: []*trick{says("STOR a", func(raw string) string {
		if head, _, ok := strings.Cut(raw, " = "); ok {
			return head + " = \r\n"
		}
		return raw
	})}},
	{item: "TRF-53", what: "the second marker is another", tricks: []*trick{replaces("STOR a", "MARK 2nd;42", "MARK 2nd")}},
	{item: "TRF-53", what: "a marker is an error", tricks: []*trick{says("STOR a", func(raw string) string {
		if strings.HasPrefix(raw, "150") {
			return raw + "451 What is that?\r\n"
		}
		return ""
	})}},
	{item: "TRF-53", what: "markers are stored", tricks: []*trick{downloads("RETR a", replacing("abc", "abcfirst"))}},
	{item: "TRF-54", what: "the server's marker is not taken", tricks: []*trick{answers("REST", "501 What is that?")}},
	{item: "TRF-54", what: "REST does nothing", tricks: []*trick{answers("REST", "350 Restarting.")}},
	{item: "TRF-54", what: "what was cut is complete", tricks: []*trick{codes("STOR a", 426, 226)}},
	{item: "TRF-55", what: "a marker has a space", tricks: []*trick{downloads("RETR big", replacing("\x10\x00\x071048576", "\x10\x00\x071048 76"))}, config: noReuse},
	{item: "TRF-55", what: "REST does nothing", tricks: []*trick{answers("REST", "350 Restarting.")}},
	{item: "TRF-55", what: "the server's marker is not taken", tricks: []*trick{answers("REST", "501 What is that?")}},
	{item: "TRF-55", what: "markers are in the wrong place", tricks: []*trick{instead("REST 1048576", "REST 1048575")}},
	{item: "TRF-56", what: "a bad marker is the beginning", tricks: []*trick{answers("REST ~", "350 Restarting.")}},
	{item: "TRF-56", what: "a bad marker has another code", tricks: []*trick{answers("REST ~", "550 What is that?")}},
	{item: "TRF-57", what: "APPE overwrites", tricks: []*trick{instead("APPE a", "STOR a")}},
	{item: "TRF-57", what: "the refusal is another's", tricks: []*trick{answers("APPE a", "550 Not as text.")}},
	{item: "TRF-57", what: "555 is said after it was done", tricks: []*trick{codes("APPE a", 226, 555)}},
	{item: "TRF-66", what: "SIZE has 32 bits", tricks: []*trick{answers("SIZE", "213 6")}},
	{item: "TRF-66", what: "REST has 32 bits", tricks: []*trick{instead("REST", "REST 1")}},
	{item: "TRF-66", what: "REST knows no such number", tricks: []*trick{answers("REST", "501 That is no number.")}},
}

func onlyPreliminary(raw string) string {
	if raw[0] == '1' {
		return raw
	}
	return ""
}

func zlibbed(s string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.Bytes()
}
