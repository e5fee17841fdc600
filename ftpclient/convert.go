package ftpclient

import (
	"fmt"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// Conversion says in words what Options.Params make of a file's octets on their
// way; "" if they stay what they are, in which case sizes and offsets are the same
// on both sides.
func (cl *Client) Conversion() string {
	p := complete(cl.o.Params)
	if exact(p) {
		return ""
	}
	text := fmt.Sprintf("TYPE %s, STRU %c", p.TypeString(), p.Stru)
	if p.Type == 'E' {
		text += ", " + [...]string{ftp.IBM1047: "IBM1047", ftp.IBM037: "IBM037", ftp.IBM1140: "IBM1140"}[cl.o.Page]
	}
	return text
}

// Form is the form (storage.Info.Form) in which Options.Params bring files: "R"
// where they are records that lines could not hold, "P" where they are pages, else
// "". Create takes files in that form, and plain ones.
func (cl *Client) Form() string { return formOf(complete(cl.o.Params)) }

// Mode is the mode of transmission of Options.Params: S, B, C or Z.
func (cl *Client) Mode() string { return string(complete(cl.o.Params).Mode) }

// Sends reports whether a file can be sent as Options.Params say, and come back the
// same. One in another form cannot, say.
func (cl *Client) Sends(info storage.Info) error {
	p := complete(cl.o.Params)
	return ftp.Codec{Params: p, Page: cl.o.Page}.Check(info.Form, info.Size)
}
