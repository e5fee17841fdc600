package spill

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// pair is sorted by its key alone; n tells where it was added.
type pair struct {
	key uint32
	n   uint32
}

var pairs = Codec[pair]{
	Append: func(b []byte, p pair) []byte {
		return binary.AppendUvarint(binary.AppendUvarint(b, uint64(p.key)), uint64(p.n))
	},
	Decode: func(b []byte) (pair, error) {
		key, k := binary.Uvarint(b)
		n, m := binary.Uvarint(b[max(k, 0):])
		if k <= 0 || m <= 0 {
			return pair{}, errors.New("no pair")
		}
		return pair{uint32(key), uint32(n)}, nil
	},
}

func byKey(a, b pair) int { return cmp.Compare(a.key, b.key) }

func collect(t *testing.T, next func() (pair, error)) []pair {
	t.Helper()
	var all []pair
	for {
		p, err := next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// tempFiles returns how many files lie in the folder for temporary ones, which is the
// test's own.
func tempFiles(t *testing.T) (count func() int) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() int {
		all, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
}

func random(n int) []pair {
	rnd := rand.New(rand.NewPCG(1, 2))
	values := make([]pair, n)
	for i := range values {
		values[i] = pair{rnd.Uint32N(uint32(n/3 + 1)), uint32(i)}
	}
	return values
}

func TestList(t *testing.T) {
	files := tempFiles(t)
	for _, n := range []int{0, 1, least - 1, least, least + 1, 5*least + 7} {
		b := NewBudget(0)
		l := NewList(b, pairs)
		want := random(n)
		for _, v := range want {
			if err := l.Add(v); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if got := collect(t, l.Cursor()); !slices.Equal(got, want) || l.Len() != n {
				t.Errorf("%d values: got %d, %d", n, len(got), l.Len())
			}
		}
		if spilled := l.file.f != nil; spilled != (n >= least) {
			t.Errorf("%d values: spilled is %v", n, spilled)
		}
		l.Close()
		l.Close()
		if left := b.left.Load(); left != 0 || files() != 0 {
			t.Errorf("%d values: %d of the budget, %d files left", n, left, files())
		}
	}
}

func TestSorter(t *testing.T) {
	files := tempFiles(t)
	for _, n := range []int{0, 1, least, 3*least + 5, (maxRuns + 3) * least, (2*maxRuns+1)*least + 1} {
		b := NewBudget(0)
		s := NewSorter(b, pairs, byKey)
		want := random(n)
		for _, v := range want {
			if err := s.Add(v); err != nil {
				t.Fatal(err)
			}
		}
		if len(s.runs) > maxRuns+2 {
			t.Errorf("%d values: %d runs", n, len(s.runs))
		}
		slices.SortStableFunc(want, byKey)
		if got := collect(t, s.Cursor()); !slices.Equal(got, want) {
			t.Errorf("%d values are out of order", n)
		}
		s.Close()
		if left := b.left.Load(); left != 0 || files() != 0 {
			t.Errorf("%d values: %d of the budget, %d files left", n, left, files())
		}
	}
}

// Within the budget nothing is written, whoever else is beyond.
func TestBudget(t *testing.T) {
	b := NewBudget(3 * least)
	one, other := NewList(b, pairs), NewList(b, pairs)
	defer one.Close()
	defer other.Close()
	for i := range 3 * least {
		if err := one.Add(pair{n: uint32(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if one.file.f != nil {
		t.Error("spilled within the budget")
	}
	for range least {
		if err := other.Add(pair{}); err != nil {
			t.Fatal(err)
		}
	}
	if other.file.f == nil {
		t.Error("kept more than the budget")
	}
}

func TestNoRoom(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	s, l := NewSorter(NewBudget(0), pairs, byKey), NewList(NewBudget(0), pairs)
	var serr, lerr error
	for range least {
		serr, lerr = s.Add(pair{}), l.Add(pair{})
	}
	for _, err := range []error{serr, lerr} {
		if !errors.Is(err, ErrFile) || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Add: %v", err)
		}
	}
	s.Close()
	l.Close()
}

// What comes back damaged is an error, and no value.
func TestDamaged(t *testing.T) {
	s := NewSorter(NewBudget(0), pairs, byKey)
	defer s.Close()
	for range 2 * least {
		if err := s.Add(pair{1, 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.file.f.Truncate(s.file.size / 2); err != nil {
		t.Fatal(err)
	}
	next := s.Cursor()
	for range 2*least + 1 {
		if _, err := next(); err != nil {
			if !errors.Is(err, ErrFile) || err == io.EOF {
				t.Errorf("read: %v", err)
			}
			return
		}
	}
	t.Error("no error")
}
