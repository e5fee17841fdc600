package ftp

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every command of the standards and of practice is known.
func TestTableIsComplete(t *testing.T) {
	want := strings.Fields(`
		ABOR ACCT ADAT ALLO APPE AUTH CCC CDUP CONF CWD DELE ENC EPRT EPSV FEAT HELP HOST LANG LIST LPRT LPSV MDTM MIC MKD
		MLSD MLST MODE NLST NOOP OPTS PASS PASV PBSZ PORT PROT PWD QUIT REIN REST RETR RMD RNFR RNTO SITE SIZE SMNT STAT STOR
		STOU STRU SYST TYPE USER XCUP XCWD XMKD XPWD XRMD
		MFMT MFCT MFF HASH MD5 MMD5 XCRC XMD5 XSHA XSHA1 XSHA256 XSHA512 RANG CLNT CSID AVBL DSIZ RMDA THMB COMB CPFR CPTO PRET
		SPSV CPSV SSCN CEPR XQUOTA ESTA ESTP P@SW MAIL MLFL MSND MSOM MSAM MRSQ MRCP XSEN XSEM XMAS XRSQ XRCP XDBG`)
	var got []string
	for _, c := range Commands() {
		got = append(got, c.Name)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the table has %q, want %q", got, want)
	}
	site := strings.Fields("CHGRP CHMOD CHOWN COPY CPFR CPTO HELP IDLE MKDIR QUOTA RMDIR SYMLINK UMASK UTIME WHO")
	got = nil
	for _, c := range SiteCommands() {
		got = append(got, c.Name)
	}
	if !slices.Equal(got, site) {
		t.Errorf("SITE has %q, want %q", got, site)
	}
}

func TestTableRows(t *testing.T) {
	ref := regexp.MustCompile(`^[A-Za-z]`)
	for _, c := range slices.Concat(Commands(), SiteCommands()) {
		if c.Name != strings.ToUpper(c.Name) || c.Phase == 0 || c.Help == "" || !ref.MatchString(c.Ref) {
			t.Errorf("%s: row is not complete: %+v", c.Name, c)
		}
		if strings.HasSuffix(c.Help, ".") || c.Help[0] < 'A' || c.Help[0] > 'Z' {
			t.Errorf("%s: help %q", c.Name, c.Help)
		}
		if (c.Arg == ArgNone) != (c.Syntax == "") && !(c.Syntax == "" && c.Arg == ArgOptText) {
			t.Errorf("%s: argument kind %d and syntax %q", c.Name, c.Arg, c.Syntax)
		}
		if c.Traits.Has(Obsolete) {
			continue
		}
		ok := slices.ContainsFunc(c.Replies, func(code Code) bool { return code.OK() || code.Intermediate() })
		if !ok && c.Phase != PhaseAny {
			t.Errorf("%s can never succeed", c.Name)
		}
		for _, code := range c.Replies {
			if !code.Valid() || slices.Contains(common, code) {
				t.Errorf("%s: code %d is wrong, or common to all", c.Name, code)
			}
		}
		if c.Traits.Has(Transfers) && !(c.Permits(CodeOpening) && c.Permits(CodeNoData) && c.Permits(CodeAborted) && c.Permits(CodeDone)) {
			t.Errorf("%s uses the data connection, but lacks its codes", c.Name)
		}
	}
}

func TestPermits(t *testing.T) {
	c := Lookup("SIZE")
	if !c.Permits(213) || !c.Permits(550) || !c.Permits(CodeClosing) || c.Permits(226) {
		t.Error("SIZE permits the wrong codes")
	}
	if Lookup("NOSUCH") != nil || Lookup("size") != nil || LookupSite("CHMOD") == nil {
		t.Error("Lookup finds the wrong rows")
	}
}

// LookupLine sees in a line what SplitCommand and Lookup see.
func TestLookupLine(t *testing.T) {
	for _, line := range []string{"", " ", "noop", "NOOP", "Noop ", "retr a b", "RETR  a", "WHAT is this", "sixteen-letters-", "seventeen-letters", "N\x00OP", "n\xffop x"} {
		verb, arg, given := SplitCommand([]byte(line))
		c, rest, has := LookupLine([]byte(line))
		if c != Lookup(verb) || string(rest) != arg || has != given {
			t.Errorf("%q: %v, %q, %v; SplitCommand has %q, %q, %v", line, c, rest, has, verb, arg, given)
		}
	}
}
