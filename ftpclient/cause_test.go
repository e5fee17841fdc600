package ftpclient

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/seed-6092453b/ferry/ftp"
	"github.com/seed-6092453b/ferry/storage"
)

// The replies are those of servers in use.
func TestCause(t *testing.T) {
	tests := []struct {
		verb, reply string
		want        error
	}{
		{"RETR", "550 a: No such file or directory", fs.ErrNotExist},
		{"RETR", "550 Can't open a: No such file or directory", fs.ErrNotExist},
		{"RETR", "550 The system cannot find the file specified.", fs.ErrNotExist},
		{"RETR", "550 File not found", fs.ErrNotExist},
		{"RETR", "550 Failed to open file.", nil},
		{"RETR", "550 a: not a regular file", storage.ErrIsDir},
		{"CWD", "550 a: Not a directory", storage.ErrNotDir},
		{"MLSD", "501 Not a directory; use MLST.", storage.ErrNotDir},
		{"RMD", "550 a: Directory not empty", storage.ErrNotEmpty},
		{"DELE", "550 a: Permission denied", fs.ErrPermission},
		{"DELE", "550 Access is denied.", fs.ErrPermission},
		{"MKD", "550 Cannot create a file when that file already exists.", fs.ErrExist},
		{"MKD", "521 \"/a\" directory exists", fs.ErrExist},
		{"MKD", "550 a: File exists", fs.ErrExist},
		{"STOR", "553 Could not create file.", nil},
		{"STOR", "553 Prohibited file name: a", storage.ErrName},
		{"STOR", "552 Disk full - please upload later", storage.ErrQuota},
		{"STOR", "452 a: No space left on device", storage.ErrNoSpace},
		{"STOR", "451 a: Disk quota exceeded", storage.ErrQuota},
		{"STOR", "450 a: is busy", storage.ErrBusy},
		{"STOR", "532 Need account", ErrAccount},
		{"STOR", "530 Please login with USER and PASS.", fs.ErrPermission},
		{"RETR", "554 Restart beyond the end", storage.ErrOffset},
		{"MLST", "500 Unknown command", errors.ErrUnsupported},
		{"MODE", "504 No", errors.ErrUnsupported},
		{"RETR", "426 Failure writing network stream.", io.ErrUnexpectedEOF},
		{"PASS", "530 Login incorrect.", ErrLogin},
		{"PASS", "430 Invalid user name or password", ErrLogin},
		{"PASS", "421 Too many wrong passwords.", ErrLogin},
		{"PASS", "332 Account?", ErrAccount},
		{"USER", "530 Logging in takes TLS here; send AUTH TLS first", ErrSecurity},
		{"USER", "530 Non-anonymous sessions must use encryption.", ErrSecurity},
		{"PASS", "550 SSL/TLS required on the control channel", ErrSecurity},
		{"USER", "503 Use AUTH first.", ErrSecurity},
		{"USER", "534 Policy requires SSL.", ErrSecurity},
		{"USER", "421 Sorry, cleartext sessions and weak ciphers are not accepted on this server.", ErrSecurity},
		{"USER", "530 This server does not allow plain FTP. You have to use FTP over TLS.", ErrSecurity},
		{"PASS", "530 Login incorrect (TLS).", ErrLogin},
		{"", "421 Too many TLS sessions", ErrTooMany},
		{"PASS", "530 Sorry, the maximum number of clients (2) for this user are already connected.", ErrTooMany},
		{"", "421 There are too many connected users, please try later.", ErrTooMany},
		{"", "421 Login timeout", nil},
		{"", "530 Not welcome", ErrLogin},
	}
	for _, tt := range tests {
		r, err := ftp.NewReplyReader(strings.NewReader(tt.reply + "\r\n")).Read()
		if err != nil {
			t.Fatal(err)
		}
		if got := causeOf(tt.verb, r); got != tt.want {
			t.Errorf("%s: %s means %v, want %v", tt.verb, tt.reply, got, tt.want)
		}
		if e := newReplyError(tt.verb, r); !strings.Contains(e.Error(), tt.reply) || !errors.Is(e, tt.want) && tt.want != nil {
			t.Errorf("the error of %s is %v", tt.reply, e)
		}
	}
}
