package ftp

// String says where a command is legal. TableTexts has it in other languages, as it
// has what Traits.Words returns.
func (p Phase) String() string {
	switch p {
	case PhaseAny:
		return "At any time"
	case PhaseLogin:
		return "After the login"
	case PhaseOutside:
		return "Before the login"
	}
	return "In some phases of the login"
}

// traitWords are the properties in the order of their bits.
var traitWords = []struct {
	trait Traits
	words string
}{
	{Transfers, "It uses the data connection"},
	{During, "It may be sent while a transfer runs"},
	{KeepsPending, "It may stand between REST or ALLO and the command that they are for"},
	{Secret, "Its argument is never logged nor shown"},
	{Fixed, "Its reply is for programs"},
	{Obsolete, "Nobody implements it any more: the answer is 502"},
}

// Words says what the properties are, each in a sentence without its full stop.
func (t Traits) Words() []string {
	var list []string
	for _, w := range traitWords {
		if t.Has(w.trait) {
			list = append(list, w.words)
		}
	}
	return list
}
