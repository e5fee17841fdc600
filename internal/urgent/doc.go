// Package urgent sends TCP urgent data, which Telnet's Synch is made of (RFC 854;
// RFC 959, 4.1.3), and for which package net has no words.
package urgent
