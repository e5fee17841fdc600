package ftp

import "slices"

// ReplyRow is one row of the table of reply codes: what is known about a code. The
// texts are English; TableTexts has them in other languages. Each is a sentence or
// more, the last one without its full stop.
type ReplyRow struct {
	Code    Code
	Meaning string  // by its usual meaning
	Senses  []Sense // what it means after some commands instead
	Note    string  // what a reader of the dialogue should know, too; may be ""
	Never   string  // why ferry's server never sends it; "" if it does
	Client  string  // what ferry's client does at it, beside what the first digit has it do; may be ""
	Ref     string  // where it is defined
}

// Sense is what a code means after some commands and no others.
type Sense struct {
	After   []string // the verbs
	Meaning string
	Ref     string
}

// MeaningAfter returns what the code means as a reply to a command, the verb of which
// is in upper case; "" for none.
func (r *ReplyRow) MeaningAfter(verb string) string {
	for _, s := range r.Senses {
		if slices.Contains(s.After, verb) {
			return s.Meaning
		}
	}
	return r.Meaning
}

// LookupReply returns the row of the table for a code, nil for one that is in no
// standard and in no server's practice: Outcome and Subject tell of every code.
func LookupReply(code Code) *ReplyRow {
	i, ok := slices.BinarySearchFunc(replyRows, code, func(r ReplyRow, c Code) int { return int(r.Code - c) })
	if !ok {
		return nil
	}
	return &replyRows[i]
}

// Replies returns the whole table in the order of the codes. The caller may not
// change it.
func Replies() []ReplyRow { return replyRows }

// replyRows has the codes of RFC 959, 4.2.2, and all later ones.
var replyRows = slices.Concat(doneReplies, pendingReplies, refusalReplies)

// Common returns the codes that any command may answer. The caller may not change
// them.
func Common() []Code { return common }

// digit is what a digit of a code means, and what ferry's client does at it.
type digit struct{ meaning, client string }

// outcomes are the meanings of the first digit (RFC 959, 4.2.1; RFC 2228, 4).
var outcomes = [...]digit{
	1: {"The command has begun; another reply follows", "It waits for the reply that follows"},
	2: {"Done: the command has succeeded", "It takes the command for done"},
	3: {"So far so good: the server waits for the next command of the sequence", "It goes on with the next command of the sequence"},
	4: {"Refused this time: the same command may succeed later", "It takes the command for refused, and the refusal for one that may pass"},
	5: {"Refused: the same command will be refused again", "It takes the command for refused"},
	6: {"A reply under the protection of RFC 2228, in base64", "It takes the command for refused: it has never asked for such replies"},
}

// Outcome says what the first digit of c means (RFC 959, 4.2.1; RFC 2228, 4). It is ""
// where c is not Valid.
func (c Code) Outcome() string { return c.first().meaning }

// Handling says what ferry's client does at a reply with the first digit of c, "" where
// c is not Valid.
func (c Code) Handling() string { return c.first().client }

func (c Code) first() digit {
	if !c.Valid() {
		return digit{}
	}
	return outcomes[c/100]
}

// subjects are the meanings of the second digit (RFC 959, 4.2.1).
var subjects = [...]string{
	0: "It is about the syntax, or about nothing in particular",
	1: "It is about information that was asked for",
	2: "It is about the control connection or a data connection",
	3: "It is about the login, the account or the protection",
	4: "It is about nothing that RFC 959 defines",
	5: "It is about the file system of the server",
}

// Subject says what the second digit of c means (RFC 959, 4.2.1), "" if it means
// nothing.
func (c Code) Subject() string {
	if second := c / 10 % 10; c.Valid() && int(second) < len(subjects) {
		return subjects[second]
	}
	return ""
}
