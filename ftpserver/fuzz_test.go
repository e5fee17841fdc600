package ftpserver_test

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/seed-6092453b/ferry/ftp"
)

// FuzzSession sends octets as they come. Whatever they are, the session ends by
// itself, every reply is well-formed, and each line has one final reply.
func FuzzSession(f *testing.F) {
	for _, s := range []string{
		"USER joe\r\nPASS secret\r\nEPSV\r\nLIST\r\nNOOP\r\nABOR\r\nQUIT\r\n",
		"\xff\xf4\xff\xf2ABOR\r\n\xff\xfd\x01\xff\xfa\x18\xff\xf0NOOP\r\n",
		"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\x00", "RETR f\r\nSTAT\r\nSTAT\r\nREIN\r\nPWD\r\n",
		"EPSV\r\nSTOR f\r\nABOR\r\nRNFR f\r\nRNTO g\r\n\r\nMLSD\r\nMLST\r\n", "PORT 198,51,100,7,10,10\r\nNLST *\r\n\x00\xff\xff",
		"REST 1\r\nRETR f\r\nTYPE I\r\nREST 1\r\nPASV\r\nRETR f\r\nUSER x\r\nPASS y\r\nSITE CHMOD 1 x\r\nOPTS MLST type;\r\nFEAT\r\n",
		"TYPE I\r\nRANG 1 2\r\nHASH f\r\nXCRC \"f\" 1 2\r\nMMD5 f, g\r\nCPFR f\r\nCPTO h\r\nCOMB \"h\" \"g\"\r\nSTAT\r\nDSIZ\r\nABOR\r\n",
		"THMB PNG 1 1 f\r\nSITE COPY f d\r\nSITE MKDIR a/b\r\nCPFR a\r\nCPTO a/b/c\r\nSITE RMDIR a\r\nSITE SYMLINK / x\r\nCPFR x\r\nCPTO y\r\nQUIT\r\n",
		"MODE B\r\nTYPE E\r\nSTRU R\r\nREST 4+c;r1\r\nSTOR f\r\nMODE C\r\nABOR\r\nSTAT\r\nTYPE L 36\r\nSTRU P\r\nSIZE f\r\nEPSV\r\nRETR f\r\n",
		"MODE Z\r\nOPTS MODE Z LEVEL 9,BLOCKSIZE 600\r\nOPTS MODE Z x\r\nOPTS MODE Z\r\nSIZE f\r\nREST 3\r\nMODE S\r\nRETR f\r\n",
		"HOST a.example\r\nLANG zh\r\nCSID Name=x;\r\nACCT x\r\nSMNT /\r\nMFF UNIX.mode=600;Modify=20010203040506; f\r\nMDTM f\r\nLPSV\r\nRETR f\r\n",
		"SITE UMASK 027\r\nSITE IDLE 60\r\nSITE WHO\r\nSITE CHOWN a:b f\r\nAUTH TLS\r\nSSCN ON\r\nSPSV\r\nNLST\r\nREIN\r\nHOST [::1]\r\n",
		strings.Repeat("a", 9000) + "\r\n", strings.Repeat("NOOP\r\n", 100) + "NOO", "HELP\r\nSTAT /\r\nALLO 1\r\nSTOU\r\nAPPE f\r\n",
	} {
		f.Add(true, []byte(s))
		f.Add(false, []byte(s))
	}
	f.Fuzz(func(t *testing.T, login bool, in []byte) {
		if len(in) > 32<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer w.end()
			w.cfg.Limits.LoginDelay = -1
			w.cfg.ModeZ = true
			w.loose = true
			for _, name := range []string{"f", "g"} {
				if err := w.write(name, "one\ntwo\r\n"); err != nil {
					t.Fatal(err)
				}
			}
			c := w.connect()
			if login {
				c.login("joe", "secret")
			}
			go func() {
				c.conn.Write(in)
				c.conn.(interface{ CloseWrite() error }).CloseWrite()
			}()
			checkReplies(t, c, lines(in))
		})
	})
}

// lines counts the lines of what a client sends that are to be answered.
func lines(in []byte) int {
	lr := ftp.NewLineReader(strings.NewReader(string(in)), 0)
	n := 0
	for {
		line, err := lr.Read()
		switch {
		case err != nil && !errors.Is(err, ftp.ErrLineTooLong):
			return n
		case line.Partial, err == nil && len(line.Text) == 0 && line.Interrupt:
		default:
			n++
		}
	}
}

// checkReplies reads all that the server says up to the end, and checks that the
// final replies are as many as the lines, unless it has sent the client away.
func checkReplies(t *testing.T, c *client, lines int) {
	t.Helper()
	r := bufio.NewReader(&withoutTelnet{r: c.r})
	finals, last := 0, ftp.Reply{}
	for {
		reply, err := readReply(r)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("after %v: %v", last, err)
		}
		if last.Code == ftp.CodeBye || last.Code == ftp.CodeClosing {
			t.Fatalf("after %v: %v", last, reply)
		}
		if !reply.Code.Preliminary() {
			finals++
		}
		last = reply
	}
	sentAway := last.Code == ftp.CodeBye || last.Code == ftp.CodeClosing
	if finals != lines && !(sentAway && finals <= lines+1) {
		t.Errorf("%d final replies to %d lines; the last is %v", finals, lines, last)
	}
}

// withoutTelnet takes the refusals of options out of what a server says.
type withoutTelnet struct {
	r *bufio.Reader
}

func (w *withoutTelnet) Read(p []byte) (int, error) {
	for {
		b, err := w.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != 0xff {
			p[0] = b
			return 1, nil
		}
		if b, err = w.r.ReadByte(); err != nil {
			return 0, err
		}
		if b == 0xff {
			p[0] = b
			return 1, nil
		}
		if _, err = w.r.ReadByte(); err != nil {
			return 0, err
		}
	}
}
