package ftp

// Feature is a line of FEAT that is no command: a property that a server has as a whole.
type Feature struct {
	Name string // in upper case
	Help string // what it says, in a sentence without a full stop
	Ref  string // where it is defined
}

var features = []Feature{
	{"TVFS", "Paths are as on Unix: a slash between names", "RFC 3659, 6"},
	{"UTF8", "Names are UTF-8", "RFC 2640"},
	{"XPIPELINE", "Commands may be sent before the replies to those before them", "ferry"},
	{"XSTORAHEAD", "In block mode a file may be sent before the reply to its STOR, whose refusal closes the data connection", "ferry"},
}

// Features returns the features that are no commands, sorted by name; Commands has the
// others. The caller may not change it.
func Features() []Feature { return features }

// LookupFeature returns one of Features by its name in upper case, or nil.
func LookupFeature(name string) *Feature {
	for i := range features {
		if features[i].Name == name {
			return &features[i]
		}
	}
	return nil
}
