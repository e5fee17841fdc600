package cli

import "github.com/seed-6092453b/ferry/conformance"

// clientText says how a client is described that ferry check does not know, by the
// example of ferry.
func clientText() string {
	example, _ := conformance.PresetText("ferry")
	return `Clients: how ferry check --client FILE runs one

Each item has the client do something with a server that is started for it, and looks
at what it sends, which files it leaves and what it shows. FILE has a line for each
thing that the client can do, with the command that does it:

  TASK = COMMAND

  get            download {remote} to {local}, in passive mode
  get-active     the same in active mode
  get-tls        with AUTH TLS and PROT P; {cacert} vouches for the server
  get-tls-active both
  get-block      in block mode (MODE B)
  get-url        what {url} says, to {local}
  get-account    with an account ({account}) for when the server asks
  get-two        {remote} and {remote2}, in one session
  get-tree       the folder {remote} with all in it, into the folder {local}
  resume         go on with a "get" that was cut
  resume-block   go on with a "get-block" that was cut
  put            upload {local} to {remote}
  put-unique     upload {local}, under a name that the server chooses (STOU)
  list           show the names in the folder {remote}; the first one if that is empty
  mkdir          make the folder {remote}
  pwd            show the path of the folder that the login leads to
  quote          send {line} and show the replies

In a command these stand for what belongs to the job:

  {host} {port} {addr}   the server; {addr} is both, as in 127.0.0.1:2121
  {user} {password}      who logs in
  {url} {url2}           the URLs of {remote} and {remote2}, without login;
                         {root-url} is that of the server
  {login-url} {login-url2} {login-root-url}
                         the same with user and password
  {patience}             how many seconds to wait for a reply
  {dir}                  a folder for the job, which is its home, too

There is no shell: words are what stands between blanks, and quotes hold together what
they enclose. NAME=VALUE ahead of the program sets an environment variable, and
"> FILE" at the end is where its output goes. Lines that begin with # are comments.
What there is no command for is reported as not offered. This is ferry's own file,
where {program} is --client-program or ferry itself:

` + example
}
