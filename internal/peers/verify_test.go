package peers

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestVerifyFindsIdlers checks that no cell passes for a client that does
// nothing, or that keeps to the wrong mode.
func TestVerifyFindsIdlers(t *testing.T) {
	sent := map[Mode][]string{Passive: {"EPSV"}, Active: {"PORT 127,0,0,1,4,5"}, Control: nil}
	for _, cell := range Cells() {
		t.Run(cell.String(), func(t *testing.T) {
			f := newFixture(t, Target{Root: t.TempDir()}, cell)
			if err := f.verify(Result{Sent: sent[cell.Mode]}); err == nil {
				t.Error("a client that does nothing passes")
			}
		})
	}
}

// TestVerifyFindsWholeFiles checks that a transfer of everything does not pass
// for a resumed one, and that the rest alone does.
func TestVerifyFindsWholeFiles(t *testing.T) {
	for _, op := range []Op{ResumeUpload, ResumeDownload} {
		t.Run(string(op), func(t *testing.T) {
			f := newFixture(t, Target{Root: t.TempDir()}, Cell{op, Passive, IPv4})
			res := Result{Sent: []string{"EPSV"}}
			from, to := f.job.Local, filepath.Join(f.remote, remoteName)
			if op == ResumeDownload {
				from, to = to, from
			}
			whole, err := os.ReadFile(from)
			check(t, err)
			part, err := os.ReadFile(to)
			check(t, err)

			check(t, os.WriteFile(to, append(bytes.Clone(part), whole[f.job.Offset:]...), 0o666))
			if err := f.verify(res); err != nil {
				t.Errorf("a resumed transfer: %v", err)
			}
			check(t, os.WriteFile(to, whole, 0o666))
			if err := f.verify(res); err == nil {
				t.Error("a transfer of the whole file passes")
			}
			check(t, os.WriteFile(to, append(bytes.Clone(part), whole...), 0o666))
			if err := f.verify(res); err == nil {
				t.Error("the whole file behind its part passes")
			}
		})
	}
}

func TestVerifyMode(t *testing.T) {
	tests := []struct {
		name string
		mode Mode
		sent []string
		ok   bool
	}{
		{"passive", Passive, []string{"USER a", "EPSV", "RETR b"}, true},
		{"passive by PASV", Passive, []string{"PASV"}, true},
		{"passive fell back to active", Passive, []string{"EPSV", "EPRT |1|127.0.0.1|1|"}, false},
		{"passive never asked", Passive, []string{"USER a", "RETR b"}, false},
		{"active", Active, []string{"EPRT |1|127.0.0.1|1|"}, true},
		{"active by PORT", Active, []string{"port 127,0,0,1,4,5"}, true},
		{"active fell back to passive", Active, []string{"EPRT |2|::|1|", "EPSV"}, false},
		{"active never asked", Active, nil, false},
		{"control", Control, []string{"EPSV", "MLSD", "DELE b"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := verifyMode(tt.mode, tt.sent); (err == nil) != tt.ok {
				t.Errorf("verifyMode = %v, want ok %t", err, tt.ok)
			}
		})
	}
}

func TestCommands(t *testing.T) {
	dialogue := "< 220 hello\r\n> USER a\r\n> EPSV\r\n< 229 |||5|\r\n* noise\n"
	got := commands(dialogue, "> ")
	want := []string{"USER a", "EPSV"}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("commands = %q, want %q", got, want)
	}
	if got := commands("FTP Tx: \"PASV\"\n*cmd* 'NOOP'\n", "FTP Tx: "); len(got) != 1 || got[0] != "PASV" {
		t.Errorf("commands = %q, want PASV without quotes", got)
	}
}
