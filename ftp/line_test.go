package ftp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLineReader(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string // lines; "!" for ErrLineTooLong, "<..>" for refusals
	}{
		{"plain", "NOOP\r\nSYST\r\n", []string{"NOOP", "SYST"}},
		{"LF alone", "NOOP\nSYST\n", []string{"NOOP", "SYST"}},
		{"empty line", "\r\nNOOP\r\n", []string{"", "NOOP"}},
		{"no end", "NOOP\r\nSYS", []string{"NOOP"}},
		{"CR NUL is CR", "MKD a\r\x00b\r\n", []string{"MKD a\rb"}},
		{"CR NUL LF is part of a name", "STOR foo\r\x00\nboo.bar\r\nNOOP\r\n", []string{"STOR foo\r\nboo.bar", "NOOP"}},
		{"CR NUL CR LF", "MKD a\r\x00\r\nNOOP\n", []string{"MKD a\r", "NOOP"}},
		{"CR NUL LF once", "MKD a\r\x00\n\nNOOP\n", []string{"MKD a\r\n", "NOOP"}},
		{"CR NUL NUL LF", "MKD a\r\x00\x00\nNOOP\n", []string{"MKD a\r", "NOOP"}},
		{"CR kept", "MKD a\rb\r\n", []string{"MKD a\rb"}},
		{"CR CR LF", "MKD a\r\r\n", []string{"MKD a\r"}},
		{"NUL dropped", "US\x00ER a\r\n", []string{"USER a"}},
		{"not UTF-8", "CWD \xe9\xfe\r\n", []string{"CWD \xe9\xfe"}},
		{"IAC IAC", "CWD a\xff\xffb\r\n", []string{"CWD a\xffb"}},
		{"IAC that is not doubled", "CWD \xffa\xff/\xff\r\n", []string{"CWD \xffa\xff/\xff"}},
		{"IAC at the beginning of a line", "\xffNOOP\r\n", []string{"NOOP"}},
		{"IAC between two lines", "NOOP\n\xff\r\n", []string{"NOOP", ""}},
		{"WILL", "\xff\xfb\x01NOOP\r\n", []string{"<\xff\xfe\x01>NOOP"}},
		{"DO", "\xff\xfd\x03NOOP\r\n", []string{"<\xff\xfc\x03>NOOP"}},
		{"WONT and DONT", "\xff\xfc\x01\xff\xfe\x01NOOP\r\n", []string{"NOOP"}},
		{"subnegotiation", "\xff\xfa\x18\x01\xff\xff\xff\xf0NOOP\r\n", []string{"NOOP"}},
		{"Synch", "\xff\xf4\xff\xf2ABOR\r\n", []string{"^ABOR"}},
		{"Synch without its last octet", "\xff\xf4\xffABOR\r\n", []string{"^ABOR"}},
		{"too long", strings.Repeat("x", 65) + "\r\nNOOP\r\n", []string{"!", "NOOP"}},
		{"too long for any but base64", "adat " + strings.Repeat("x", 200) + "\r\nENC " + strings.Repeat("y", 65) + "\r\n",
			[]string{"adat " + strings.Repeat("x", 200), "ENC " + strings.Repeat("y", 65)}},
		{"too long for base64", "MIC " + strings.Repeat("x", 64<<10) + "\r\nNOOP\r\n", []string{"!", "NOOP"}},
		{"no ADAT", "ADATA " + strings.Repeat("x", 65) + "\r\n", []string{"!"}},
		{"just fits", strings.Repeat("x", 64) + "\r\n", []string{strings.Repeat("x", 64)}},
	} {
		for how, wrap := range map[string]func(io.Reader) io.Reader{"whole": whole, "octets": iotest.OneByteReader, "data and error": iotest.DataErrReader} {
			t.Run(tt.name+"/"+how, func(t *testing.T) {
				lr := NewLineReader(wrap(strings.NewReader(tt.in)), 64)
				var got []string
				pre := ""
				for {
					line, err := lr.Read()
					if err == io.EOF {
						break
					}
					if line.Refusals != nil {
						pre += "<" + string(line.Refusals) + ">"
					}
					if line.Partial {
						continue
					}
					if line.Interrupt {
						pre += "^"
					}
					switch {
					case errors.Is(err, ErrLineTooLong):
						got = append(got, pre+"!")
					case err != nil:
						t.Fatal(err)
					default:
						got = append(got, pre+string(line.Text))
					}
					pre = ""
				}
				if strings.Join(got, "|") != strings.Join(tt.want, "|") {
					t.Errorf("read %q, want %q", got, tt.want)
				}
			})
		}
	}
}

// Whatever came behind a line shows, be it part of a line or of a Telnet sequence
// that a reader has begun with before the line was looked at.
func TestLineReaderBuffered(t *testing.T) {
	for _, tt := range []struct {
		sent string
		want bool
	}{
		{"AUTH TLS\r\n", false},
		{"AUTH TLS\n", false},
		{"AUTH TLS\r\nUSER x\r\n", true},
		{"AUTH TLS\r\nU", true},
		{"AUTH TLS\r\n\r", true},
		{"AUTH TLS\r\n\xff", true},
		{"AUTH TLS\r\n\xff\xfa\x01", true},
	} {
		lr := NewLineReader(strings.NewReader(tt.sent), 0)
		if _, err := lr.Read(); err != nil {
			t.Fatal(err)
		}
		if got := lr.Buffered(); got != tt.want {
			t.Errorf("%q: Buffered = %v", tt.sent, got)
		}
		if _, err := lr.Read(); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		if rest := strings.TrimPrefix(tt.sent, "AUTH TLS\r\n"); rest == "U" || rest == "\r" {
			if !lr.Buffered() {
				t.Errorf("%q: Buffered is false behind a line that has begun", tt.sent)
			}
		}
	}
}

// A deadline in the middle of a line loses nothing.
func TestLineReaderTimeout(t *testing.T) {
	lr := NewLineReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("NOOP\r\n"))), 0)
	if _, err := lr.Read(); !errors.Is(err, iotest.ErrTimeout) {
		t.Fatalf("first Read: %v", err)
	}
	line, err := lr.Read()
	if err != nil || string(line.Text) != "NOOP" {
		t.Errorf("read %q, %v", line.Text, err)
	}
}

func TestLineReaderTelnetFlood(t *testing.T) {
	lr := NewLineReader(strings.NewReader(strings.Repeat("\xff\xfb\x01", 1000)), 0)
	for range 1000 {
		line, err := lr.Read()
		if errors.Is(err, ErrTelnet) {
			return
		}
		if err != nil || !line.Partial {
			t.Fatalf("line %+v, %v", line, err)
		}
	}
	t.Error("a thousand options were refused one by one")
}

// TLS is known by its first octet, whether a line end follows or not, but a SYN
// within a line is a character like any other.
func TestLineReaderTLS(t *testing.T) {
	lr := NewLineReader(strings.NewReader("CWD \x16\x03\r\n\x16\x03\x01\x02\x00"), 0)
	if line, err := lr.Read(); err != nil || string(line.Text) != "CWD \x16\x03" {
		t.Fatalf("read %q, %v", line.Text, err)
	}
	for range 2 {
		if line, err := lr.Read(); !errors.Is(err, ErrTLS) {
			t.Errorf("read %q, %v", line.Text, err)
		}
	}
}

func FuzzLineReader(f *testing.F) {
	f.Add([]byte("NOOP\r\n\xff\xfb\x01\xff\xf4\xff\xf2ABOR\r\na\r\x00b\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		read := func(r io.Reader) (lines []string) {
			lr := NewLineReader(r, 100)
			for {
				line, err := lr.Read()
				if err == io.EOF || errors.Is(err, ErrTelnet) || errors.Is(err, ErrTLS) {
					return lines
				}
				if line.Partial {
					continue
				}
				if text := bytes.ReplaceAll(line.Text, []byte("\r\n"), nil); bytes.ContainsAny(text, "\n\x00") || len(line.Text) > 100 && !lr.secure() {
					t.Fatalf("line %q", line.Text)
				}
				lines = append(lines, string(line.Text))
			}
		}
		whole, split := read(bytes.NewReader(in)), read(iotest.OneByteReader(bytes.NewReader(in)))
		// A flood of options may end one of them a little earlier.
		if n := min(len(whole), len(split)); strings.Join(whole[:n], "\n") != strings.Join(split[:n], "\n") {
			t.Errorf("%q read whole, %q octet by octet", whole, split)
		}
	})
}

// Wait returns when there is something to be looked at, and takes nothing of it: be it a
// part of a line, or an error, which comes once.
func TestLineReaderWait(t *testing.T) {
	lr := NewLineReader(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("A\n"))), 0)
	lr.Wait()
	lr.Wait()
	if !lr.Buffered() {
		t.Error("nothing has come")
	}
	if _, err := lr.Read(); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("the second octet: %v", err)
	}
	lr.Wait()
	line, err := lr.Read()
	if err != nil || string(line.Text) != "A" {
		t.Errorf("read %q, %v", line.Text, err)
	}
	lr.Wait()
	lr.Wait()
	if _, err := lr.Read(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}
