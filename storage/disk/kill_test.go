package disk_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/seed-6092453b/ferry/storage"
	"github.com/seed-6092453b/ferry/storage/disk"
)

const (
	killDirEnv   = "FERRY_DISK_TEST_DIR"
	killSerial   = "FERRY_DISK_TEST_SERIAL"
	killUploads  = 3 // at once
	killNames    = 4 // that each of them overwrites in turn
	killHangsOn  = "hanging"
	killMostSize = 300_000
)

// killed is what upload number serial writes: contents that tell whether they
// are whole.
func killed(serial int) []byte {
	size := serial * 7919 % killMostSize
	line := fmt.Sprintf("%d %d\n", serial, size)
	return append([]byte(line), bytes.Repeat([]byte{byte('a' + serial%26)}, size)...)
}

// serialOf returns the number of the upload that wrote data, if data is whole.
func serialOf(data []byte) (int, error) {
	head, _, _ := bytes.Cut(data, []byte(" "))
	serial, err := strconv.Atoi(string(head))
	if err != nil {
		return 0, err
	}
	if !bytes.Equal(data, killed(serial)) {
		return 0, fmt.Errorf("%d octets are not those of upload %d", len(data), serial)
	}
	return serial, nil
}

// uploadForever is the process to be killed. It tells on standard output which
// upload of what name has been committed.
func uploadForever() {
	d, err := disk.Open(os.Getenv(killDirEnv), disk.Options{})
	if err != nil {
		panic(err)
	}
	start, err := strconv.Atoi(os.Getenv(killSerial))
	if err != nil {
		panic(err)
	}
	hang, err := d.Create(ctx, killHangsOn, storage.CreateOptions{})
	if err != nil {
		panic(err)
	}
	io.WriteString(hang, "never committed")
	fmt.Println("ready")
	var wg sync.WaitGroup
	for i := range killUploads {
		wg.Go(func() {
			for serial := start + i; ; serial += killUploads {
				name := fmt.Sprintf("%d-%d", i, serial/killUploads%killNames)
				w, err := d.Create(ctx, name, storage.CreateOptions{})
				if err != nil {
					panic(err)
				}
				for data := killed(serial); len(data) > 0; {
					n, err := w.Write(data[:min(len(data), 50_000)])
					if err != nil {
						panic(err)
					}
					data = data[n:]
				}
				if _, err := w.Commit(ctx); err != nil {
					panic(err)
				}
				fmt.Printf("%s %d\n", name, serial) // one write, so lines stay whole
			}
		})
	}
	wg.Wait()
}

// TestKill kills a process in the middle of its uploads, and looks at what is
// left.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir, disk.Options{})
	committed := make(map[string]int)
	serial := killUploads
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		last := killOne(t, d, dir, serial, committed)
		if len(temps(t, dir)) == 0 {
			t.Error("nothing was left behind, so nothing was shown")
		}
		for _, name := range names(t, d, ".") {
			if strings.HasPrefix(name, ".ferry-tmp-") || name == killHangsOn {
				t.Errorf("round %d: %q is visible", round, name)
				continue
			}
			got, err := serialOf([]byte(read(t, d, name)))
			if err != nil {
				t.Errorf("round %d: %q: %v", round, name, err)
			}
			if got < committed[name] {
				t.Errorf("round %d: %q is upload %d, yet %d was committed", round, name, got, committed[name])
			}
			committed[name] = got
			last = max(last, got)
		}
		for name := range committed {
			if _, err := d.Stat(ctx, name); err != nil {
				t.Errorf("round %d: %q was committed: %v", round, name, err)
			}
		}
		if left := temps(t, dir); len(left) != 0 {
			t.Errorf("round %d: after List %q is left", round, left)
		}
		serial = (last/killUploads + 2) * killUploads
	}
	put(t, d, "later", "an upload", storage.CreateOptions{})
	if got := read(t, d, "later"); got != "an upload" {
		t.Errorf("a later upload holds %q", got)
	}
}

// killOne runs the process until it has reported some uploads, kills it, and
// notes all that it has reported. It returns the greatest serial among them.
func killOne(t *testing.T, d *disk.FS, dir string, serial int, committed map[string]int) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"=upload", killDirEnv+"="+dir, killSerial+"="+strconv.Itoa(serial))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the process says %q", lines.Text())
	}
	names(t, d, ".")
	if live := temps(t, dir); len(live) == 0 {
		t.Error("List has removed the temporary file of a process that lives")
	}
	most := serial
	for left := rand.IntN(30); lines.Scan(); left-- {
		if left == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		name, number, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			continue // the last line, cut by the kill
		}
		committed[name] = n
		most = max(most, n)
	}
	return most
}

func TestSerialOfTellsMixtures(t *testing.T) {
	whole := killed(41)
	for what, data := range map[string][]byte{
		"cut":   whole[:len(whole)-1],
		"mixed": append(bytes.Clone(whole[:len(whole)/2]), killed(40)[len(whole)/2:]...),
		"empty": nil,
	} {
		if _, err := serialOf(data); err == nil {
			t.Errorf("contents that are %s pass", what)
		}
	}
	if n, err := serialOf(whole); n != 41 || err != nil {
		t.Errorf("whole contents: %d, %v", n, err)
	}
}
