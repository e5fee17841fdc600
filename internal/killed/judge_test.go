package killed_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/internal/distance"
)

// killing is a mirror that is killed again and again.
type killing struct {
	t        *testing.T
	relay    *distance.Relay
	down     bool
	src, dst string
	to       string // the folder behind dst
	state    string
	dice     *rand.Rand

	history history
	killed  int
	runs    int
	crossed int64 // octets of all runs, in the direction of the files
	last    int64 // those of the last that had something to do
	missing int64 // what that had to fetch, by its own account
	idle    int64 // octets of a run that has nothing to do
}

func (k *killing) mirror(kill moment) (copied int) {
	before := k.relay.Counts()
	args := []string{"mirror", "-v", "--json", "--sync", "never", k.src, k.dst}
	if kill.large {
		args = append(args, "--limit-rate", "8M") // or it might be over before the kill comes
	}
	there := parts(k.t, k.to)
	copied, killed := k.history.run(k.t, ferry(k.t, k.state, args...), kill)
	crossed := k.since(before)
	k.takenUp(there)
	if killed {
		k.killed++
	} else {
		k.last = crossed
	}
	k.runs++
	k.crossed += crossed
	return copied
}

// takenUp sees that a run went on from all that was there of a file, if it began with it.
func (k *killing) takenUp(there map[string]int64) {
	for name, from := range k.history.begun {
		if from < there[name] && k.history.size[name] > whole {
			k.t.Errorf("%s went on from %d, and %d were there", name, from, there[name])
		}
	}
}

// whole is up to which size a file is copied in one go or not at all.
const whole = 64 << 10

// parts returns how much is there of the files that are not whole.
func parts(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	found := make(map[string]int64)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name, part := strings.CutSuffix(path, ".ferry-part")
		if err != nil || !part {
			return err
		}
		info, err := d.Info()
		if err == nil {
			name, err = filepath.Rel(dir, name)
			found[name] = info.Size()
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return found
}

// since is how many octets went the way of the files since those, for a client that is gone.
func (k *killing) since(before distance.Counts) int64 {
	if err := k.relay.Settle(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	c := k.relay.Counts().Sub(before)
	if k.down {
		return c.Down
	}
	return c.Up
}

// all kills so many times, and then lets it finish.
func (k *killing) all(files, kills int) {
	k.history = history{finished: make(map[string]int)}
	left := files
	for n := range kills {
		// On average as many files between two kills as makes the last come near the end.
		most := max(left/(kills-n+1), 1)
		at := moment{copied: k.dice.IntN(most + 1)}
		if n%3 == 1 && left > files/5 {
			at = moment{copied: at.copied / 4, large: true}
		}
		left -= k.mirror(at)
	}
	for k.killed < kills { // those that came too late
		k.mirror(moment{})
	}
	k.mirror(moment{never: true})
	for name, from := range k.history.begun {
		k.missing += k.history.size[name] - from + min(from, proof) + 300
	}
	if *all && k.history.resumed == 0 {
		k.t.Error("nothing was taken up: no kill came in the middle of a large file")
	}
	before := k.relay.Counts()
	if n, _ := k.history.run(k.t, ferry(k.t, k.state, "mirror", "--json", k.src, k.dst), moment{never: true}); n > 0 {
		k.t.Errorf("a run after all was done has copied %d files", n)
	}
	k.idle = k.since(before)
}

// proof is how much of what is there is compared with the server's, and has to cross for that.
const proof = 64 << 10

// atRisk is how many octets of an upload a kill may cost: what was under way to a file that
// is too small to be taken up, and what the other end had not taken in yet, for each of
// four connections. All kills together have to cost less than the tree, or it would prove
// nothing.
const atRisk = 4 * (64<<10 + 256<<10)

// judge sees that nothing crossed twice that need not.
func (k *killing) judge(octets int64, files int) {
	t := k.t
	for name, n := range k.history.finished {
		if n > 1 {
			t.Errorf("%s was copied %d times", name, n)
		}
	}
	// Each run lists the folders; in uploads, each file has some commands.
	overhead := int64(k.runs) * k.idle
	if !k.down {
		overhead += int64(files) * 300
	}
	again := k.crossed - octets - overhead
	t.Logf("%d files of %d octets, %d kills: %d octets crossed twice, %d were taken up", files, octets, k.killed, max(again, 0), k.history.resumed)
	if k.down {
		k.judgeLast()
		return
	}
	most := int64(k.killed) * atRisk
	if most >= octets {
		t.Fatalf("%d kills may cost %d octets, and there are no more than %d", k.killed, most, octets)
	}
	if again > most {
		t.Errorf("%d octets crossed twice, of which no more than %d were under way", again, most)
	}
}

// judgeLast sees that what the last run, which nobody killed, says to have been there has
// not crossed. The others cannot be judged so: a server sends as much as is asked for, and
// what of it the client has not read is lost with the client.
func (k *killing) judgeLast() {
	if most := k.missing + 4*k.idle; k.last > most { // four connections
		k.t.Errorf("%d octets crossed at last, of which no more than %d were missing", k.last, most)
	}
}
