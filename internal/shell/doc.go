// Package shell is the language of ferry's shell: command lines and what completes
// them, jobs, and the history. It knows no command, no server and no terminal.
//
// # Grammar
//
// A script is statements, each ended by a line's end, ";" or "&". A statement is
// commands between "&&" and "||", which bind alike and to the left, as in POSIX. One
// ended by "&" runs as a job beside what follows. A command is words, of which the first
// names it; one that begins with "!" is the rest of the line, for the shell of the
// system.
//
// Words are quoted as in POSIX: \c, '...', "..." (where \ stands before $, `, ", \ and
// the end of a line), and $'...' with the escapes of C. "*", "?" and "[...]" without
// quotes make a pattern, "~" at the beginning stands for a home, and "#" there begins a
// comment. Nothing else is expanded: "$" and "`" are ordinary.
package shell
