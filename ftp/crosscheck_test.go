package ftp_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/internal/peers"
)

// A question is what testdata/crosscheck.py is asked, a line each.
type question struct {
	Op      string `json:"op"`
	Type    string `json:"type"`
	Bits    int    `json:"bits"`
	Stru    string `json:"stru"`
	Mode    string `json:"mode"`
	ASCII   string `json:"ascii"`
	Page    string `json:"page"`
	Literal bool   `json:"literal"`
	Seed    int    `json:"seed"`
	Data    string `json:"data"`

	codec ftp.Codec
	data  []byte
	file  []byte // what is to come of it here
}

func about(op string, c ftp.Codec, data, file []byte) question {
	return question{
		Op:      op,
		Type:    string(c.Type),
		Bits:    c.Bits,
		Stru:    string(c.Stru),
		Mode:    string(c.Mode),
		ASCII:   []string{"smart", "raw", "nvt"}[c.ASCII],
		Page:    []string{"1047", "037", "1140"}[c.Page],
		Literal: c.Literal,
		Seed:    len(data),
		Data:    hex.EncodeToString(data),
		codec:   c,
		data:    data,
		file:    file,
	}
}

func (q question) name() string {
	return fmt.Sprintf("%s TYPE %s, STRU %s, MODE %s, literal %v, profile %s, page %s", q.Op, q.codec.TypeString(), q.Stru, q.Mode, q.Literal, q.ASCII, q.Page)
}

type answer struct{ Data, Error string }

// Another implementation reads what this one writes, in every combination, and
// writes, in whatever forms the RFC leaves open, what this one reads.
func TestSecondImplementation(t *testing.T) {
	python := peers.Require(t, "/usr/bin/python3", "python3")
	r := rand.New(rand.NewPCG(11, 12))
	var questions []question
	ftp.Combinations(func(c ftp.Codec) {
		if c.Form == 'T' || c.Form == 'C' || c.Bits > 40 && c.Bits != 255 && c.Bits%32 != 0 {
			return // as N; as others
		}
		for i := range 2 {
			file := ftp.Domain(c, r)
			if i == 0 && c.KeepsOpen() {
				c.Every = 100
			}
			questions = append(questions, about("decode", c, wireOf(t, c, file), file), about("encode", c, file, file))
		}
	})
	for i, a := range ask(t, python, questions) {
		q := questions[i]
		if a.Error != "" {
			t.Fatalf("%s: %s; data %.600x", q.name(), a.Error, q.data)
		}
		got, err := hex.DecodeString(a.Data)
		if err == nil && q.Op == "encode" {
			got, err = io.ReadAll(q.codec.NewReader(bufio.NewReader(bytes.NewReader(got))))
		}
		if err != nil || !bytes.Equal(got, q.file) {
			t.Fatalf("%s: %.300x is %.300x, %v; the answer %.600s", q.name(), q.file, got, err, a.Data)
		}
	}
	t.Log(len(questions), "files")
}

// What is not well-formed, both refuse, or both read alike.
func TestSecondImplementationRefuses(t *testing.T) {
	python := peers.Require(t, "/usr/bin/python3", "python3")
	r := rand.New(rand.NewPCG(13, 14))
	var questions []question
	ftp.Combinations(func(c ftp.Codec) {
		if c.Form == 'T' || c.Form == 'C' || c.Mode == 'Z' || c.Bits > 40 && c.Bits%64 != 0 {
			return
		}
		for range 6 {
			wire := wireOf(t, c, ftp.Domain(c, r))
			for range 1 + r.IntN(3) {
				wire = damage(r, wire)
			}
			if len(wire) > 3000 {
				continue
			}
			questions = append(questions, about("decode", c, wire, nil))
		}
	})
	refused := 0
	for i, a := range ask(t, python, questions) {
		c, wire := questions[i].codec, questions[i].data
		c.MaxExpand = 1000
		in := bufio.NewReader(bytes.NewReader(wire))
		got, err := io.ReadAll(c.NewReader(in))
		if in.Buffered() > 0 && a.Error != "" {
			continue // the file ends earlier now, and here that is not an error
		}
		if (err != nil) != (a.Error != "") || err == nil && hex.EncodeToString(got) != a.Data {
			t.Errorf("%s: %.300x is %.300x, %v; the other says %.600s, %q", questions[i].name(), wire, got, err, a.Data, a.Error)
		}
		if err != nil {
			refused++
		}
	}
	t.Log(refused, "of", len(questions), "refused")
	if refused < len(questions)/20 {
		t.Error("hardly any was bad")
	}
}

// damage changes, takes or inserts an octet.
func damage(r *rand.Rand, wire []byte) []byte {
	wire = bytes.Clone(wire)
	if len(wire) == 0 {
		return wire
	}
	at := r.IntN(min(len(wire), 1<<r.IntN(12)))
	if r.IntN(2) == 0 {
		at = len(wire) - 1 - at
	}
	c := byte(r.Uint32())
	switch r.IntN(4) {
	case 0:
		return wire[:at]
	case 1:
		return append(wire[:at], wire[at+1:]...)
	case 2:
		return append(wire[:at], append([]byte{c}, wire[at:]...)...)
	}
	wire[at] = c
	return wire
}

func wireOf(t *testing.T, c ftp.Codec, file []byte) []byte {
	t.Helper()
	var wire bytes.Buffer
	w := c.NewWriter(&wire)
	if _, err := w.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return wire.Bytes()
}

func ask(t *testing.T, python string, questions []question) []answer {
	t.Helper()
	var in, stderr bytes.Buffer
	e := json.NewEncoder(&in)
	for _, q := range questions {
		if err := e.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(python, "-I", "testdata/crosscheck.py")
	cmd.Stdin, cmd.Stderr = &in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	answers := make([]answer, len(questions))
	d := json.NewDecoder(bytes.NewReader(out))
	for i := range answers {
		if err := d.Decode(&answers[i]); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
	}
	return answers
}
