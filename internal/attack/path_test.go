package attack_test

import (
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftpserver"
)

// everything switches on what takes paths and is off by default.
func everything(c *ftpserver.Config) {
	c.RMDA, c.MDTMSet, c.PRET = true, true, true
}

// astray are names that have led out of the root of one server or another, or whose
// cousins have. OUTER is the absolute name of the folder around the root.
var astray = []string{
	"../canary", "../../canary", "/../canary", "/../../../../../..OUTER/canary", "OUTER/canary", "/OUTER/canary", "..OUTER/canary",
	"..", "../", "/..", "../..", "../.", "./..", "sub/../..", "sub/../../canary", "./../canary", "/./../canary", "//../canary", "/..//canary",
	"../root/../canary", "../canary/.", "../canary/", "none/../../canary", "own/../../canary",
	`..\canary`, `\..\canary`, `sub\..\..\canary`, `..\..\canary`, `..\/canary`, `/..\canary`,
	"%2e%2e/canary", "..%2fcanary", "%2e%2e%2fcanary", "..%5ccanary", "%252e%252e%252fcanary", "..%c0%afcanary",
	"....//canary", ".../canary", "..../canary", "...//...//canary", "..;/canary", "..\t/canary", ".. /canary", " ../canary", "../ canary",
	"C:/canary", `C:\canary`, "C:../canary", `\\?\C:\canary`, `\\.\C:\canary`, `\\127.0.0.1\c$\canary`, "//127.0.0.1/canary", "CON", "NUL", "canary::$DATA",
	"../canary.", "../canary ", "../canary...", "../canary\x00", "../canary\x00.txt", "..\x00/canary", "\x00/../canary",
	"~/canary", "~root/canary", "$HOME/canary", "${PWD}/../canary", "`ls ..`", "file://OUTER/canary",
	"..\xc0\xafcanary", "\xc0\xae\xc0\xae/canary", "\xe0\x80\xae\xe0\x80\xae/canary", "\uff0e\uff0e\uff0fcanary", "\u2024\u2024/canary", "..\u2215canary",
	"*/../../canary", "../can*", "../*", "/../*", "[.][.]/canary", "{..}/canary", ".?/canary", "../{canary,x}",
	strings.Repeat("../", 1300) + "canary", strings.Repeat("sub/../", 570) + "../canary", "/" + strings.Repeat("x", 4096) + "/../../canary",
	strings.Repeat("../", 1000) + "OUTER/canary",
}

// TestAttack01PathTraversal: no name leads out of the root, whatever command it is
// given to, be the working directory the root or below it.
func TestAttack01PathTraversal(t *testing.T) {
	t.Parallel()
	w := serve(t, everything)
	w.canary(".")
	c := w.login(t)
	for i, path := range astray {
		if testing.Short() && i%4 > 0 {
			continue
		}
		path = strings.ReplaceAll(path, "OUTER", w.outer)
		c.confined(nil, path)
		if path[0] != '/' {
			c.do("MKD /sub")
			c.want(250, "CWD /sub")
			c.confined(nil, path)
			c.want(250, "CWD /")
		}
	}
}

// TestAttack02PrefixConfinement: a folder whose name begins with that of the root is
// not in the root.
func TestAttack02PrefixConfinement(t *testing.T) {
	t.Parallel()
	w := serve(t, everything)
	w.canary("root2")
	w.canary("rootrootroot")
	remake := func() { w.links(map[string]string{"near": "../root2", "far": w.dir + "2"}) }
	w.login(t).confined(remake,
		"../root2/canary", "/../root2/canary", "../root2", "2/canary", "/2/canary", "/../root2/", "../root/../root2/canary",
		w.dir+"2/canary", w.dir+"2", "near/canary", "far/canary", "../rootrootroot/canary", "near/../canary", "near", "far",
	)
}
