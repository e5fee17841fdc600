package ftp

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReplyWire(t *testing.T) {
	for _, tt := range []struct {
		reply Reply
		want  string
	}{
		{NewReply(200, "OK."), "200 OK.\r\n"},
		{NewReply(250), "250 \r\n"},
		{NewReply(211, "Features:", " SIZE", "End"), "211-Features:\r\n SIZE\r\n211 End\r\n"},
		{NewReply(214, "a", "211 looks like an end", "b"), "214-a\r\n 211 looks like an end\r\n214 b\r\n"},
		{NewReply(550, "a\r\n226 injected\x00\x7f"), "550 a\r\x00?226 injected??\r\n"},
		{NewReply(257, "\"a\rb\" c\r"), "257 \"a\r\x00b\" c\r\x00\r\n"},
		{NewReply(257, `"a`+"\xff"+`b"`), "257 \"a\xff\xffb\"\r\n"},
		{NewReply(220, "caf\u00e9\tx"), "220 caf\u00e9\tx\r\n"},
	} {
		if got := string(tt.reply.AppendWire(nil)); got != tt.want {
			t.Errorf("%v: wrote %q, want %q", tt.reply, got, tt.want)
		}
	}
}

func TestReplyReader(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []Reply
		stray    string
	}{
		{"plain", "220 Hello\r\n", []Reply{NewReply(220, "Hello")}, ""},
		{"two in one segment", "200 a\r\n215 b\r\n", []Reply{NewReply(200, "a"), NewReply(215, "b")}, ""},
		{"LF alone", "200 a\n215 b\n", []Reply{NewReply(200, "a"), NewReply(215, "b")}, ""},
		{"no text", "250\r\n", []Reply{NewReply(250, "")}, ""},
		{"tab", "250\ttext\r\n", []Reply{NewReply(250, "text")}, ""},
		{"multi-line", "123-First\r\nSecond\r\n  234 numbers\r\n123 end\r\n", []Reply{NewReply(123, "First", "Second", "  234 numbers", "end")}, ""},
		{"other code inside", "123-a\r\n124 not the end\r\n123 b\r\n", []Reply{NewReply(123, "a", "124 not the end", "b")}, ""},
		{"code repeated", "211-a\r\n211-b\r\n211 c\r\n", []Reply{NewReply(211, "a", "b", "c")}, ""},
		{"end without text", "211-a\r\n211\r\n", []Reply{NewReply(211, "a", "")}, ""},
		{"Telnet inside", "\xff\xfb\x01220 a\xff\xffb\r\n", []Reply{NewReply(220, "a\xffb")}, ""},
		{"IAC that is not doubled", "\xff257 \"\xffa\xff\"\r\n", []Reply{NewReply(257, "\"\xffa\xff\"")}, ""},
		{"CR NUL is CR", "257 \"a\r\x00b\"\r\n", []Reply{NewReply(257, "\"a\rb\"")}, ""},
		{"CR NUL at the end", "250 a\r\x00\r\n", []Reply{NewReply(250, "a\r")}, ""},
		{"NUL dropped", "22\x000 a\r\n", []Reply{NewReply(220, "a")}, ""},
		{"stray lines", "hello\r\n\r\n220 a\r\n", []Reply{NewReply(220, "a")}, "hello"},
		{"unknown code", "299 a\r\n", []Reply{NewReply(299, "a")}, ""},
		{"banner without codes", "220-Welcome\r\nfree text\r\n220 ready\r\n", []Reply{NewReply(220, "Welcome", "free text", "ready")}, ""},
	} {
		for how, wrap := range map[string]func(io.Reader) io.Reader{"whole": whole, "octets": iotest.OneByteReader} {
			t.Run(tt.name+"/"+how, func(t *testing.T) {
				rr := NewReplyReader(wrap(strings.NewReader(tt.in)))
				stray := ""
				rr.Stray = func(line string) { stray += line }
				for _, want := range tt.want {
					got, err := rr.Read()
					if err != nil || !reflect.DeepEqual(got, want) {
						t.Fatalf("read %q, %v, want %q", got, err, want)
					}
				}
				if _, err := rr.Read(); err != io.EOF {
					t.Errorf("at the end: %v", err)
				}
				if stray != tt.stray {
					t.Errorf("stray %q, want %q", stray, tt.stray)
				}
			})
		}
	}
}

func TestReplyReaderErrors(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		protocol bool // a ProtocolError; else io.ErrUnexpectedEOF
	}{
		{"cut in a line", "220 Hel", false},
		{"cut in a reply", "220-Hello\r\nthere\r\n", false},
		{"Winsock number", "10054 reset\r\n", true},
		{"first digit 0", "012 a\r\n", true},
		{"first digit 7", "700 a\r\n", true},
		{"not FTP", strings.Repeat("HTTP/1.1 400 Bad Request\r\n", 2000), true},
		{"endless reply", "220-a\r\n" + strings.Repeat("b\r\n", maxReplyLines+1), true},
		{"endless line", "220 " + strings.Repeat("x", maxReplyLine), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewReplyReader(strings.NewReader(tt.in)).Read()
			if IsProtocolError(err) != tt.protocol || !tt.protocol && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// What AppendWire writes, a ReplyReader reads.
func FuzzReply(f *testing.F) {
	f.Add(211, "Features:\n SIZE\n211 x\nEnd")
	f.Fuzz(func(t *testing.T, code int, text string) {
		code = 100 + ((code%500)+500)%500
		in := NewReply(Code(code), strings.Split(text, "\n")...)
		rr := NewReplyReader(strings.NewReader(string(in.AppendWire(nil))))
		out, err := rr.Read()
		if err != nil || out.Code != in.Code || len(out.Lines) != len(in.Lines) {
			t.Fatalf("wrote %q, read %q, %v", in, out, err)
		}
		if _, err := rr.Read(); err != io.EOF {
			t.Fatalf("%q left something behind: %v", in, err)
		}
	})
}

func FuzzReplyReader(f *testing.F) {
	f.Add([]byte("220-a\r\n\xff\xfb\x01b\n220 c\r\n250\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		rr := NewReplyReader(iotest.HalfReader(strings.NewReader(string(in))))
		for {
			r, err := rr.Read()
			if err != nil {
				return
			}
			if !r.Code.Valid() || len(r.Lines) == 0 || strings.ContainsAny(r.Text(), "\x00") {
				t.Fatalf("reply %q", r)
			}
		}
	})
}
