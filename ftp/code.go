package ftp

import "strconv"

// Code is a reply code: three digits, of which the first tells the outcome
// (RFC 959, 4.2). Clients decide by the first digit (RFC 1123, 4.1.2.11).
type Code int

// The reply codes of RFC 959, 4.2.2, and of what came after. A code that means
// different things after different commands is named for its usual one.
const (
	CodeMarker           Code = 110 // MARK ssss = rrrr, fixed text; RFC 1123, 4.1.3.4
	CodeReadyInMinutes   Code = 120 // RFC 959, 4.2.2
	CodeAlreadyOpen      Code = 125 // data connection already open, transfer starting; RFC 959, 4.2.2
	CodeOpening          Code = 150 // about to open data connection; RFC 959, 4.2.2
	CodeOK               Code = 200 // RFC 959, 4.2.2
	CodeSuperfluous      Code = 202 // not needed here: a success; RFC 959, 4.2.2
	CodeStatus           Code = 211 // system status, HELP, FEAT; RFC 959, 4.2.2 and RFC 2389, 3
	CodeDirStatus        Code = 212 // RFC 959, 4.2.2
	CodeFileStatus       Code = 213 // also SIZE, MDTM, MFMT; RFC 959, 4.2.2 and RFC 3659, 3 and 4
	CodeHelp             Code = 214 // RFC 959, 4.2.2
	CodeSystem           Code = 215 // RFC 959, 4.2.2
	CodeReady            Code = 220 // also REIN, HOST; RFC 959, 4.2.2
	CodeBye              Code = 221 // RFC 959, 4.2.2
	CodeOpenIdle         Code = 225 // data connection open, no transfer; RFC 959, 4.2.2
	CodeDone             Code = 226 // closing data connection, action done; RFC 959, 4.2.2
	CodePassive          Code = 227 // (h1,h2,h3,h4,p1,p2); RFC 959, 4.2.2
	CodeLongPassive      Code = 228 // RFC 1639, 3
	CodeExtendedPassive  Code = 229 // (|||port|); RFC 2428, 3
	CodeLoggedIn         Code = 230 // RFC 959, 4.2.2
	CodeLoggedOut        Code = 231 // in no RFC; understood, never sent
	CodeAuthorized       Code = 232 // logged in by the security exchange; RFC 2228, 4
	CodeSecurityDone     Code = 234 // RFC 2228, 4
	CodeSecurityData     Code = 235 // RFC 2228, 4
	CodeActionDone       Code = 250 // RFC 959, 4.2.2
	CodeDigest           Code = 251 // MD5; draft-twine-ftpmd5-00
	CodeDigests          Code = 252 // MMD5; draft-twine-ftpmd5-00
	CodePath             Code = 257 // "path"; RFC 959, 4.2.2
	CodeNeedPassword     Code = 331 // RFC 959, 4.2.2
	CodeNeedAccount      Code = 332 // RFC 959, 4.2.2
	CodeSecurityNext     Code = 334 // RFC 2228, 4
	CodeSecurityMore     Code = 335 // RFC 2228, 4
	CodeChallenge        Code = 336 // RFC 2228, 4
	CodePending          Code = 350 // RFC 959, 4.2.2
	CodeClosing          Code = 421 // any command, or unasked; RFC 959, 4.2.2
	CodeNoData           Code = 425 // cannot open data connection; RFC 959, 4.2.2
	CodeAborted          Code = 426 // connection closed, transfer aborted; RFC 959, 4.2.2
	CodeBadLogin         Code = 430 // in no RFC; understood, never sent
	CodeNoSecurity       Code = 431 // resource missing for security; RFC 2228, 4
	CodeHostUnavailable  Code = 434 // in no RFC; understood, never sent
	CodeBusy             Code = 450 // file busy, or none for LIST; RFC 959, 4.2.2
	CodeLocalError       Code = 451 // RFC 959, 4.2.2
	CodeNoSpace          Code = 452 // RFC 959, 4.2.2
	CodeUnknown          Code = 500 // syntax error, unknown command; RFC 959, 4.2.2
	CodeBadArgument      Code = 501 // RFC 959, 4.2.2
	CodeNotImplemented   Code = 502 // RFC 959, 4.2.2
	CodeBadSequence      Code = 503 // RFC 959, 4.2.2
	CodeNotForParameter  Code = 504 // valid parameter that is not implemented; RFC 959, 4.2.2
	CodeDisabled         Code = 520 // in no RFC; understood, never sent
	CodeFamilies         Code = 521 // LPRT, LPSV: families supported (RFC 1639, 3); transfers: PROT too low (RFC 4217, 10.2)
	CodeProtocols        Code = 522 // EPRT, EPSV: protocols supported (RFC 2428, 2); transfers: TLS failed (RFC 4217, 10.2)
	CodeNotLoggedIn      Code = 530 // RFC 959, 4.2.2
	CodeNeedAccountFor   Code = 532 // need account for storing files; RFC 959, 4.2.2
	CodeLevelDenied      Code = 533 // RFC 2228, 4
	CodeDenied           Code = 534 // RFC 2228, 4
	CodeSecurityFailed   Code = 535 // RFC 2228, 4
	CodeLevelUnsupported Code = 536 // RFC 2228, 4
	CodeCommandLevel     Code = 537 // RFC 2228, 4
	CodeUnavailable      Code = 550 // no such file, no access; RFC 959, 4.2.2
	CodePageType         Code = 551 // RFC 959, 4.2.2
	CodeAllocation       Code = 552 // RFC 959, 4.2.2
	CodeBadName          Code = 553 // RFC 959, 4.2.2
	CodeBadRestart       Code = 554 // RFC 1123, 4.1.3.4
	CodeMismatch         Code = 555 // RFC 1123, 4.1.3.4
	CodeDigestPolicy     Code = 556 // draft-bryan-ftpext-hash
	CodeIntegrity        Code = 631 // RFC 2228, 4
	CodePrivate          Code = 632 // RFC 2228, 4
	CodeConfidential     Code = 633 // RFC 2228, 4
)

// Valid reports whether c has a first digit that RFC 959 or RFC 2228 defines.
func (c Code) Valid() bool { return c >= 100 && c < 700 }

// Preliminary reports a 1yz: another reply follows.
func (c Code) Preliminary() bool { return c/100 == 1 }

// OK reports a 2yz: done.
func (c Code) OK() bool { return c/100 == 2 }

// Intermediate reports a 3yz: the next command of the sequence is due.
func (c Code) Intermediate() bool { return c/100 == 3 }

// Transient reports a 4yz: refused now, perhaps not later.
func (c Code) Transient() bool { return c/100 == 4 }

// Permanent reports a 5yz: refused.
func (c Code) Permanent() bool { return c/100 == 5 }

// String returns the digits.
func (c Code) String() string { return strconv.Itoa(int(c)) }
