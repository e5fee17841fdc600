package ftpclient_test

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"testing"

	"github.com/seed-6092453b/ferry/ftpclient"
	"github.com/seed-6092453b/ferry/storage"
)

var (
	_ storage.Hasher = (*ftpclient.Client)(nil)
	_ storage.Copier = (*ftpclient.Client)(nil)
	_ storage.Linker = (*ftpclient.Client)(nil)
	_ storage.Spacer = (*ftpclient.Client)(nil)
	_ storage.Quoter = (*ftpclient.Client)(nil)
)

const (
	md5Sum  = "25f9e794323b453885f5181f1b624d0b"
	sha1Sum = "f7c3bc1d808e04732adf679965ccc34ca7ae3441"
	optsMD5 = "C: OPTS HASH MD5\nS: 200 MD5\n"
)

// optionalTest is a method of an optional interface, and what goes over the
// connection for it.
type optionalTest struct {
	name, script string
	do           func(t *testing.T, cl *ftpclient.Client) error
	err          error
}

func runOptional(t *testing.T, tests []optionalTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			withClient(t, tt.script, ftpclient.Options{}, func(t *testing.T, cl *ftpclient.Client) {
				if err := tt.do(t, cl); !errors.Is(err, tt.err) {
					t.Errorf("%v, want %v", err, tt.err)
				}
			})
		})
	}
}

func TestClientHash(t *testing.T) {
	ask := func(alg string, r storage.Range, want string) func(*testing.T, *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			sum, err := cl.Hash(t.Context(), "my file", alg, r)
			if got := hex.EncodeToString(sum); err == nil && got != want {
				t.Errorf("the hash is %s, want %s", got, want)
			}
			return err
		}
	}
	whole := storage.Range{}
	md5 := ask("MD5", whole, md5Sum)
	// wrong demands a *ReplyError about an answer that makes no sense.
	wrong := func(do func(*testing.T, *ftpclient.Client) error) func(*testing.T, *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			if _, ok := errors.AsType[*ftpclient.ReplyError](do(t, cl)); !ok {
				t.Error("the answer is taken for a hash")
			}
			return nil
		}
	}
	hash := offering("HASH SHA-256*;SHA-1;MD5") + typeI
	runOptional(t, []optionalTest{
		{name: "HASH", do: md5, script: hash + optsMD5 + "C: HASH my file\n+50m\nS: 213 MD5 0-9 " + md5Sum + " my file\n"},
		{name: "no path, capitals", do: md5, script: hash + optsMD5 + "C: HASH my file\nS: 213 MD5 0-8 25F9E794323B453885F5181F1B624D0B\n"},
		{name: "as ProFTPD says SHA-1", do: ask("SHA-1", whole, sha1Sum), script: hash + "C: OPTS HASH SHA-1\nS: 200 SHA-1\nC: HASH my file\nS: 213-Computing\nS: 213 SHA1 0-9 " + sha1Sum + " my file\n"},
		{name: "once is enough", script: hash + optsMD5 + "C: HASH my file\nS: 213 MD5 0-9 " + md5Sum + "\nC: HASH my file\nS: 213 MD5 0-9 " + md5Sum + "\n" +
			"C: OPTS HASH SHA-1\nS: 200 SHA-1\nC: HASH my file\nS: 213 SHA-1 0-9 " + sha1Sum + "\n",
			do: func(t *testing.T, cl *ftpclient.Client) error {
				return errors.Join(md5(t, cl), md5(t, cl), ask("SHA-1", whole, sha1Sum)(t, cl))
			}},
		{name: "another algorithm", do: wrong(md5), script: hash + optsMD5 + "C: HASH my file\nS: 213 SHA-1 0-9 " + sha1Sum + "\n"},
		{name: "too short", do: wrong(md5), script: hash + optsMD5 + "C: HASH my file\nS: 213 MD5 0-9 25f9\n"},
		{name: "another range", do: wrong(md5), script: hash + optsMD5 + "C: HASH my file\nS: 213 MD5 5-9 " + md5Sum + "\n"},
		{name: "words", do: wrong(md5), script: hash + optsMD5 + "C: HASH my file\nS: 213 Done.\n"},
		{name: "missing", do: md5, err: fs.ErrNotExist, script: hash + optsMD5 + "C: HASH my file\nS: 550 No such file.\n"},
		{name: "OPTS is refused", do: wrong(md5), script: hash + "C: OPTS HASH MD5\nS: 501 No.\n"},
		{name: "a range", do: ask("MD5", storage.Range{Off: 3, Len: 4}, md5Sum), script: offering("HASH MD5*,RANG STREAM") + typeI + optsMD5 +
			"C: RANG 3 6\nS: 350 OK.\nC: HASH my file\nS: 213 MD5 3-6 " + md5Sum + "\n"},
		{name: "a range that reaches beyond the end", do: ask("MD5", storage.Range{Off: 3, Len: 40}, md5Sum), script: offering("HASH MD5*,RANG STREAM") + typeI + optsMD5 +
			"C: RANG 3 42\nS: 350 OK.\nC: HASH my file\nS: 213 MD5 3-9 " + md5Sum + "\nC: SIZE my file\nS: 213 10\nC: MDTM my file\nS: 550 No.\n"},
		{name: "a part of the range", do: wrong(ask("MD5", storage.Range{Off: 3, Len: 40}, "")), script: offering("HASH MD5*,RANG STREAM") + typeI + optsMD5 +
			"C: RANG 3 42\nS: 350 OK.\nC: HASH my file\nS: 213 MD5 3-9 " + md5Sum + "\nC: SIZE my file\nS: 213 100\nC: MDTM my file\nS: 550 No.\nX: client closed\n"},
		{name: "RANG is ignored", do: ask("MD5", storage.Range{Len: 4}, ""), err: errors.ErrUnsupported, script: offering("HASH MD5*,RANG STREAM") + typeI + optsMD5 +
			"C: RANG 0 3\nS: 350 OK.\nC: HASH my file\nS: 213 MD5 0-9 " + md5Sum + "\nX: client closed\n"},
		{name: "a range without RANG", do: ask("MD5", storage.Range{Off: 3, Len: 4}, ""), err: errors.ErrUnsupported, script: offering("HASH MD5*,XMD5")},
		{name: "to the end", do: ask("MD5", storage.Range{Off: 3}, ""), err: errors.ErrUnsupported, script: offering("HASH MD5*,RANG STREAM")},
		{name: "not listed", do: ask("CRC32", whole, ""), err: errors.ErrUnsupported, script: offering("HASH MD5*")},
		{name: "no HASH", do: md5, err: errors.ErrUnsupported, script: newServer},
		{name: "no FEAT", do: md5, err: errors.ErrUnsupported, script: oldServer},
		{name: "no such algorithm", do: ask("SHA-3", whole, ""), err: errors.ErrUnsupported, script: offering("HASH SHA-3*")},
		{name: "XMD5", do: md5, script: offering("XMD5,XCRC") + "C: XMD5 \"my file\"\nS: 250 " + md5Sum + "\n"},
		{name: "XMD5 in words", do: md5, script: offering("XMD5") + "C: XMD5 \"my file\"\nS: 213 XMD5 \"my file\" 25F9E794323B453885F5181F1B624D0B\n"},
		{name: "MD5", do: md5, script: offering("MD5") + "C: MD5 my file\nS: 251 my file " + md5Sum + "\n"},
		{name: "XSHA", do: ask("SHA-1", whole, sha1Sum), script: offering("XSHA1,XSHA") + "C: XSHA1 \"my file\"\nS: 502 No.\nC: XSHA \"my file\"\nS: 250 " + sha1Sum + "\n"},
		{name: "XCRC", do: ask("CRC32", whole, "00f43926"), script: offering("XCRC") + "C: XCRC \"my file\"\nS: 250 F43926\n"},
		{name: "XCRC is too long", do: wrong(ask("CRC32", whole, "")), script: offering("XCRC") + "C: XCRC \"my file\"\nS: 250 00000CBF43926\n"},
	})
}

func TestClientSpace(t *testing.T) {
	space := func(t *testing.T, cl *ftpclient.Client) error {
		n, err := cl.Space(t.Context(), "d")
		if err == nil && n != 12345 {
			t.Errorf("the space is %d", n)
		}
		return err
	}
	noNumber := func(t *testing.T, cl *ftpclient.Client) error {
		n, err := cl.Space(t.Context(), "d")
		if _, ok := errors.AsType[*ftpclient.ReplyError](err); !ok {
			t.Errorf("the space is %d, %v", n, err)
		}
		return nil
	}
	quota := func(want storage.Usage) func(t *testing.T, cl *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error {
			u, err := cl.Quota(t.Context())
			if err == nil && u != want {
				t.Errorf("the quota is %+v, want %+v", u, want)
			}
			return err
		}
	}
	xquota := offering("XQUOTA") + "C: XQUOTA\n"
	runOptional(t, []optionalTest{
		{name: "AVBL", do: space, script: offering("AVBL") + "C: AVBL d\nS: 213 12345\n"},
		{name: "AVBL of nothing", do: space, err: fs.ErrNotExist, script: offering("AVBL") + "C: AVBL d\nS: 550 No such directory.\n"},
		{name: "AVBL in words", do: noNumber, script: offering("AVBL") + "C: AVBL d\nS: 213 lots\n"},
		{name: "AVBL below nothing", do: noNumber, script: offering("AVBL") + "C: AVBL d\nS: 213 -1\n"},
		{name: "AVBL beyond all numbers", do: noNumber, script: offering("AVBL") + "C: AVBL d\nS: 213 99999999999999999999\n"},
		{name: "AVBL is listed and not known", do: space, err: errors.ErrUnsupported, script: offering("AVBL") + "C: AVBL d\nS: 500 What?\n"},
		{name: "AVBL is refused", do: space, err: errors.ErrUnsupported, script: offering("AVBL") + "C: AVBL d\nS: 502 No.\n"},
		{name: "no AVBL", do: space, err: errors.ErrUnsupported, script: newServer},
		{name: "XQUOTA", do: quota(storage.Usage{Files: 3, MaxFiles: -1, Octets: 5, MaxOctets: 9}), script: xquota +
			"S: 213-File and disk usage\nS:     File count: 3\nS:     File limit: Unlimited\nS:     Disk usage: 5\nS:     Disk limit: 9\nS: 213 File and disk usage end\n"},
		{name: "XQUOTA without limits", do: quota(storage.Usage{Files: 3, MaxFiles: -1, Octets: 5, MaxOctets: -1}), script: xquota +
			"S: 213-Usage\nS: 213-File count: 3\nS: 213-Disk usage: 5\nS: 213 End\n"},
		{name: "no quota", do: quota(storage.Usage{}), err: errors.ErrUnsupported, script: xquota + "S: 550 There is no quota.\n"},
		{name: "no XQUOTA", do: quota(storage.Usage{}), err: errors.ErrUnsupported, script: newServer},
		{name: "nonsense", script: xquota + "S: 213-Usage\nS:  File count: many\nS: 213 End\n", do: func(t *testing.T, cl *ftpclient.Client) error {
			if _, ok := errors.AsType[*ftpclient.ReplyError](quota(storage.Usage{})(t, cl)); !ok {
				t.Error("nonsense is a quota")
			}
			return nil
		}},
	})
}

func TestClientCopy(t *testing.T) {
	cp := func(from, to string) func(t *testing.T, cl *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error { return cl.Copy(t.Context(), from, to) }
	}
	help := func(list string) string { return "C: SITE HELP\nS: 214 " + list + "\n" }
	runOptional(t, []optionalTest{
		{name: "CPFR", do: cp("a b", "c"), script: offering("CPFR,CPTO") + facts("a b", 5) + "C: CPFR a b\nS: 350 Go on.\nC: CPTO c\n+50m\nS: 250 Copied.\n"},
		{name: "of nothing", do: cp("a", "c"), err: fs.ErrNotExist, script: offering("CPFR,CPTO") + facts("a", 5) + "C: CPFR a\nS: 550 No such file.\n"},
		{name: "over the quota", do: cp("a", "c"), err: storage.ErrQuota, script: offering("CPFR,CPTO") + facts("a", 5) + "C: CPFR a\nS: 350 Go on.\nC: CPTO c\nS: 552 Quota exceeded.\n"},
		{name: "SITE CPFR", do: cp("a", "c d"), script: newServer + facts("a", 5) + help("CPFR CPTO COPY") + "C: SITE CPFR a\nS: 350 Go on.\nC: SITE CPTO c d\nS: 250 Copied.\n"},
		{name: "CPFR is refused", do: cp("a", "b"), script: offering("CPFR,CPTO") + facts("a", 5) + "C: CPFR a\nS: 500 What?\n" + help("CPFR") + "C: SITE CPFR a\nS: 350 Go on.\nC: SITE CPTO b\nS: 250 Copied.\n"},
		{name: "SITE COPY", do: cp("a", "c"), script: newServer + facts("a", 5) + help("COPY") + "C: SITE COPY a c\nS: 200 Copied.\n"},
		{name: "SITE COPY and blanks", do: cp("a b", "c"), err: errors.ErrUnsupported, script: newServer + facts("a b", 5) + help("COPY")},
		{name: "none", do: cp("a", "c"), err: errors.ErrUnsupported, script: newServer + facts("a", 5) + help("CHMOD CPFR*")},
		{name: "a directory", do: cp("d", "c"), err: storage.ErrIsDir, script: offering("CPFR,CPTO") + "C: MLST d\nS: 250-Facts\nS:  type=dir; d\nS: 250 End\n"},
		{name: "to itself", do: cp("a", "a"), script: offering("CPFR,CPTO") + facts("a", 5)},
	})
}

func TestClientSymlink(t *testing.T) {
	ln := func(target, name string) func(t *testing.T, cl *ftpclient.Client) error {
		return func(t *testing.T, cl *ftpclient.Client) error { return cl.Symlink(t.Context(), target, name) }
	}
	const help = "C: SITE HELP\nS: 214 SYMLINK\n"
	runOptional(t, []optionalTest{
		{name: "SITE SYMLINK", do: ln("../a", "d/l m"), script: newServer + help + "C: PWD\nS: 257 \"/\"\nC: CWD d\nS: 250 OK.\nC: SITE SYMLINK ../a l m\nS: 200 OK.\nC: CWD /\nS: 250 OK.\n"},
		{name: "an odd name", do: ln("a", "-l"), script: newServer + help + "C: SITE SYMLINK a ./-l\nS: 200 OK.\n"},
		{name: "no such directory", do: ln("a", "d/l"), err: fs.ErrNotExist, script: newServer + help + "C: PWD\nS: 257 \"/\"\nC: CWD d\nS: 550 没有。\nC: MLST d/l\nS: 550 没有。\nC: MLST d\nS: 550 没有。\n"},
		{name: "exists, in another language", do: ln("a", "l"), err: fs.ErrExist, script: newServer + help + "C: SITE SYMLINK a l\nS: 550 它已经存在。\n" + facts("l", 1)},
		{name: "exists", do: ln("a", "l"), err: fs.ErrExist, script: newServer + help + "C: SITE SYMLINK a l\nS: 550 File exists.\n"},
		{name: "none", do: ln("a", "l"), err: errors.ErrUnsupported, script: newServer + "C: SITE HELP\nS: 214 CHMOD\n"},
		{name: "a blank in the target", do: ln("a b", "l"), err: errors.ErrUnsupported, script: newServer + help},
	})
	// What no server should be asked for is refused here.
	cl := ftpclient.New(addr, &ftpclient.Options{})
	defer cl.Close()
	for _, target := range []string{"", "/etc", "../x", "a\r\nDELE b"} {
		if err := cl.Symlink(t.Context(), target, "l"); !errors.Is(err, storage.ErrName) {
			t.Errorf("a link to %q: %v", target, err)
		}
	}
}
