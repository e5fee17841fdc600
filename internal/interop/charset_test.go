package interop_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
	"github.com/seed-6092453b/ferry/internal/interop/rig"
	"github.com/seed-6092453b/ferry/internal/peers"
	"github.com/seed-6092453b/ferry/storage/charset"
)

// serveIn runs ferry's server for clients in a charset.
func serveIn(t testing.TB, name string) *rig.Server {
	t.Helper()
	c, err := charset.Lookup(name)
	check(t, err)
	return rig.ServeWith(t, t.TempDir(), func(config *ftpserver.Config) { config.Charset = c })
}

// on returns the names in a directory of the disk, sorted.
func on(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func wantOn(t testing.TB, dir string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := on(t, dir); !slices.Equal(got, want) {
		t.Errorf("in %s are %q, want %q", filepath.Base(dir), got, want)
	}
}

// TestCharsetsByPython has Python's ftplib speak to ferry in one charset after the
// other.
func TestCharsetsByPython(t *testing.T) {
	python := peers.Require(t, "/usr/bin/python3", "python3")
	script, err := filepath.Abs("testdata/charset.py")
	check(t, err)
	for _, tt := range []struct{ encoding, charset, name string }{
		{"gbk", "GBK", "中文目录"},
		{"gb18030", "GB18030", "㐀한"},
		{"big5", "Big5", "許功蓋"},
		{"shift_jis", "Shift_JIS", "ソ表ゼ示"},
		{"euc_jp", "EUC-JP", "日本語"},
		{"euc_kr", "EUC-KR", "한글"},
		{"koi8-r", "KOI8-R", "файл"},
		{"cp1251", "windows-1251", "яма"}, // with an octet 255, which ftplib does not double
		{"cp1252", "windows-1252", "café €"},
		{"iso8859-2", "ISO-8859-2", "żółw"},
		{"cp437", "CP437", "naïve ░"},
		{"mac-roman", "macintosh", "Ångström"},
		{"utf-8", "UTF-8", "中ü😀"},
	} {
		t.Run(tt.encoding, func(t *testing.T) {
			s := serveIn(t, tt.charset)
			check(t, os.Mkdir(filepath.Join(s.Root, tt.name), 0o755))
			rig.Plant(t, s.Root, map[string]string{tt.name + "/" + tt.name: "contents"})
			rig.Run(t, rig.Invocation{Path: python, Args: []string{"-I", script, s.Host, strconv.Itoa(s.Port), s.User, s.Password, tt.encoding, tt.name}})
			wantOn(t, s.Root, tt.name, tt.name+"2", "dir"+tt.name)
			wantOn(t, filepath.Join(s.Root, tt.name))
		})
	}
}

// TestCharsetByLftp has lftp mirror a tree to and fro, in GBK and, as it does by
// itself, in UTF-8.
func TestCharsetByLftp(t *testing.T) {
	for how, set := range map[string]string{
		"GBK":   "set ftp:use-utf8 no; set ftp:charset gbk; set file:charset utf-8",
		"UTF-8": "set ftp:charset gbk; set file:charset utf-8",
	} {
		t.Run(how, func(t *testing.T) {
			s := serveIn(t, "GBK")
			from, back := t.TempDir(), filepath.Join(t.TempDir(), "back")
			rig.Plant(t, from, map[string]string{"目录/文件 一.txt": "one", "目录/乗/plain": "two", "镕": "three"})
			rig.Run(t, rig.Lftp(t, s.Target, set, "mirror --reverse "+from+" /"))
			rig.SameTree(t, s.Root, from)
			rig.Run(t, rig.Lftp(t, s.Target, set, "mirror / "+back))
			rig.SameTree(t, back, from)
			rig.Run(t, rig.Lftp(t, s.Target, set, "rm -r 目录", "mv 镕 新"))
			wantOn(t, s.Root, "新")
		})
	}
}

// TestCharsetByCurl has curl send octets. Those that are no GBK stay what they are.
func TestCharsetByCurl(t *testing.T) {
	s := serveIn(t, "GBK")
	local := filepath.Join(t.TempDir(), "local")
	for escaped, name := range map[string]string{
		"%CE%C4.txt": "文.txt", "%C4%BF/%CE%C4": "目/文", "%FE%FE": "\xfe\xfe", "caf%E9": "caf\xe9", "%ED%95%9C": "한",
	} {
		check(t, os.WriteFile(local, []byte(name), 0o644))
		rig.Run(t, rig.Curl(t, s.Target, "--ftp-create-dirs", "--upload-file", local, s.URL("")+escaped))
		got, err := os.ReadFile(filepath.Join(s.Root, name))
		if err != nil || string(got) != name {
			t.Errorf("%s is %q, %v", escaped, got, err)
		}
		rig.Run(t, rig.Curl(t, s.Target, "--output", local, s.URL("")+escaped))
		if got, err := os.ReadFile(local); err != nil || string(got) != name {
			t.Errorf("%s comes back as %q, %v", escaped, got, err)
		}
	}
	out, err := rig.Command(t, rig.Curl(t, s.Target, "--silent", "--list-only", s.URL(""))).Output()
	check(t, err)
	got := slices.Sorted(slices.Values(linesOf(string(out))))
	want := []string{"\xce\xc4.txt", "\xc4\xbf", "\xfe\xfe", "caf\xe9", "한"}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("listed are %q, want %q", got, want)
	}
}

// oddTree has names that GBK has, that it has not, and that no charset has.
var oddTree = map[string]string{"中/文": "one", "新": "two", "한": "not of GBK", "\xff\xfe": "of no charset"}

// TestFerryInCharset has ferry's command line copy trees from and to a server whose
// names are in GBK.
func TestFerryInCharset(t *testing.T) {
	tg := peers.Start(t, peers.VSFTPD(), peers.IPv4)
	p := rig.NewProgram(t)
	here, got, again := t.TempDir(), filepath.Join(t.TempDir(), "got"), filepath.Join(t.TempDir(), "again")
	rig.Plant(t, here, oddTree)
	rig.Plant(t, tg.Root, map[string]string{"\xd6\xd0/\xce\xc4": "one", "\xd0\xc2": "two", "한": "not of GBK", "\xff\xfe": "of no charset", "up/": ""})
	check(t, os.Chmod(filepath.Join(tg.Root, "up"), 0o777))

	rig.Run(t, p.Invoke(tg, "get", "-r", tg.URL(""), got, "--charset", "GBK"))
	check(t, os.RemoveAll(filepath.Join(got, "up")))
	sameTexts(t, got, here)
	rig.Run(t, p.Invoke(tg, "put", "-r", here, tg.URL("up/there"), "--charset", "GBK"))
	wantOn(t, filepath.Join(tg.Root, "up/there"), "\xd6\xd0", "\xd0\xc2", "한", "\xff\xfe")
	wantOn(t, filepath.Join(tg.Root, "up/there/\xd6\xd0"), "\xce\xc4")
	rig.Run(t, p.Invoke(tg, "get", "-r", tg.URL("up/there"), again, "--charset", "GBK"))
	sameTexts(t, again, here)
	rig.Run(t, p.Invoke(tg, "rm", "-r", tg.URL("up/there/中"), tg.URL("up/there/新"), "--charset", "GBK"))
	wantOn(t, filepath.Join(tg.Root, "up/there"), "한", "\xff\xfe")
}

// TestFerryInTwoCharsets has it do the same where the server says that it knows UTF-8,
// and has names that are not.
func TestFerryInTwoCharsets(t *testing.T) {
	s := rig.ServeWith(t, t.TempDir(), func(*ftpserver.Config) {})
	p := rig.NewProgram(t)
	here, got := t.TempDir(), filepath.Join(t.TempDir(), "got")
	rig.Plant(t, here, oddTree)
	rig.Run(t, p.Invoke(s.Target, "put", "-r", here, s.URL("utf8"), "--charset", "GBK"))
	rig.SameTree(t, filepath.Join(s.Root, "utf8"), here)
	rig.Run(t, p.Invoke(s.Target, "put", "-r", here, s.URL("gbk"), "--charset", "GBK", "--no-utf8"))
	wantOn(t, filepath.Join(s.Root, "gbk"), "\xd6\xd0", "\xd0\xc2", "한", "\xff\xfe")

	rig.Plant(t, s.Root, map[string]string{"mixed/中/\xce\xc4": "one", "mixed/\xd0\xc2": "two", "mixed/한": "not of GBK", "mixed/\xff\xfe": "of no charset"})
	rig.Run(t, p.Invoke(s.Target, "get", "-r", s.URL("mixed"), got, "--charset", "GBK"))
	rig.SameTree(t, got, here)
}

// sameTexts compares the files of two trees by names and contents: vsftpd cannot be
// told times.
func sameTexts(t testing.TB, got, want string) {
	t.Helper()
	if got, want := texts(t, got), texts(t, want); !maps.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

func texts(t testing.TB, root string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	check(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, root)] = string(text)
		return err
	}))
	return all
}

func linesOf(s string) []string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		lines = append(lines, strings.TrimSuffix(line, "\r"))
	}
	return lines
}
