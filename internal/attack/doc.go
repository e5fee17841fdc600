// Package attack holds the attacks by which FTP servers have been broken, each as a
// test against a real ferry server on the loopback interface. It has no code but its
// tests. The number of a test is that of the attack:
//
//	 1 TestAttack01PathTraversal        names that lead out of the root
//	 2 TestAttack02PrefixConfinement    a sibling whose name begins like the root's
//	 3 TestAttack03Symlinks             links that lead out, also while they are swapped
//	 4 TestAttack04PatternBomb          patterns and listings that never end
//	 5 TestAttack05Bounce               PORT and EPRT to other hosts
//	 6 TestAttack06PassiveTheft         others connect to a passive port
//	 7 TestAttack07TicketTheft          data connections of others at the client's address
//	 8 TestAttack08UploadTruncation     uploaders that never read
//	 9 TestAttack09Truncation           an upload that somebody cuts
//	10 TestAttack10StartTLSInjection    commands behind AUTH
//	11 TestAttack11CrossProtocol        clients that mean another server (ALPACA)
//	12 TestAttack12OddOctets            NUL, lone CR and LF, IAC, in pieces
//	13 TestAttack13LogInjection         names that forge lines of the log
//	14 TestAttack14Numbers              numbers that no file has
//	15 TestAttack15StateMachine         commands out of order, and many at once
//	16 TestAttack16AbortRaces           ABOR at every moment
//	17 TestAttack17UserEnumeration      finding out who is a user
//	18 TestAttack18BruteForce           guessing passwords
//	19 TestAttack19SlowConnections     many that are slow, silent or stuck in a handshake
//	20 TestAttack20PassiveExhaustion    taking all ports and sessions
//	21 TestAttack21HandshakeFlood       handshakes by the thousand, half or renewed
//	22 TestAttack22QuotaRace            many writers at the limit of a quota
//	23 TestAttack23Overwrite            a failed upload over a file
//	24 TestAttack24Credentials          empty, endless and clever passwords
//	25 TestAttack25Bombs                data that inflate
//	26 TestAttack26ClockJump            the wall clock is set
//	27 TestAttack27Encoding             names that are not UTF-8
//	29 TestAttack29Blackhole            PORT to a host that never answers
//	30 TestAttack30Durability           kill -9 behind the 226
//
// Tests whose names begin the same (TestAttack03SymlinkSwap) are further sides of it.
package attack
