package conformance

import "strings"

// lstMoreChecks are about commands that no RFC has.
var lstMoreChecks = map[string]check{
	"LST-52": {needs: files, try: func(t *trial) {
		c := t.login()
		c.want("MKD d", 257)
		c.file("d/f", "12345")
		c.want("MKD d/e", 257)
		c.file("d/e/g", "1234567")
		unknown, known := "", 0
		for _, line := range []string{"AVBL", "DSIZ d"} {
			r := c.ask(line)
			if r.is(500, 502) {
				unknown = line + " was answered " + r.String()
				continue
			}
			known++
			n := c.number(line, c.judge(line, r, 213))
			if line != "AVBL" && n < 12 {
				t.fail("DSIZ d tells %d, but in the two files that are there are 12 octets", n)
			}
		}
		if known == 0 {
			t.notOffered("%s", unknown)
		}
	}},
	"LST-53": {needs: files, try: func(t *trial) {
		c := t.login()
		line := "CSID Name=ferry check; Version=1;"
		r := c.want(line, 200)
		told := make(map[string]string)
		for part := range strings.SplitSeq(r.text(), ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			told[strings.ToLower(key)] = value
		}
		cases, separator := told["casesensitive"], told["dirsep"]
		if cases != "0" && cases != "1" || separator == "" {
			t.fail("CSID was answered %s, which has to tell CaseSensitive=0; or 1; and DirSep", r)
		}
		if here := c.pwd(); !strings.Contains(here, separator) {
			t.fail("CSID tells that directories are separated by %q, but PWD tells %q", separator, here)
		}
		c.file("file", "one")
		switch found := c.works("RETR FILE", ""); {
		case found && cases == "1":
			t.fail("CSID tells CaseSensitive=1, but RETR FILE sends the file whose name is file")
		case !found && cases == "0":
			t.fail("CSID tells CaseSensitive=0, but RETR FILE does not send the file whose name is file")
		}
	}},
	"LST-54": {needs: needLogin, try: func(t *trial) {
		c := t.login()
		c.want("CLNT ferry-check", 200, 500)
		c.alive()
	}},
	"LST-55": {needs: files, try: func(t *trial) {
		c := t.login()
		c.file("p1", "one, ")
		c.file("p2", "two")
		c.want(`COMB "t" "p1" "p2"`, 250)
		c.holds("t", "one, two")
		c.absent("p1", "COMB was answered 250")
		c.absent("p2", "COMB was answered 250")
	}},
}
