package ftp_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
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
	file  []byte
}

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
			q := question{
				Op:      "decode",
				Type:    string(c.Type),
				Bits:    c.Bits,
				Stru:    string(c.Stru),
				Mode:    string(c.Mode),
				ASCII:   []string{"smart", "raw", "nvt"}[c.ASCII],
				Page:    []string{"1047", "037", "1140"}[c.Page],
				Literal: c.Literal,
				Seed:    len(questions),
				Data:    hex.EncodeToString(wireOf(t, c, file)),
				codec:   c,
				file:    file,
			}
			questions = append(questions, q)
			q.Op, q.Data = "encode", hex.EncodeToString(file)
			questions = append(questions, q)
		}
	})
	for i, answer := range ask(t, python, questions) {
		q := questions[i]
		got, err := hex.DecodeString(answer)
		if err == nil && q.Op == "encode" {
			got, err = io.ReadAll(q.codec.NewReader(bufio.NewReader(bytes.NewReader(got))))
		}
		if err != nil || !bytes.Equal(got, q.file) {
			t.Fatalf("%s %+v, literal %v, profile %s, page %s: %.300x is %.300x, %v; the wire %.600s", q.Op, q.codec.Params, q.Literal, q.ASCII, q.Page, q.file, got, err, answer+q.Data)
		}
	}
	t.Log(len(questions), "files")
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

// ask returns the data of each answer.
func ask(t *testing.T, python string, questions []question) []string {
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
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(lines), len(questions))
	}
	answers := make([]string, len(lines))
	for i, line := range lines {
		var a struct{ Data, Error string }
		if err := json.Unmarshal([]byte(line), &a); err != nil || a.Error != "" {
			q := questions[i]
			t.Fatalf("%s %+v, literal %v: %s %v; data %.600s", q.Op, q.codec.Params, q.Literal, a.Error, err, q.Data)
		}
		answers[i] = a.Data
	}
	return answers
}
