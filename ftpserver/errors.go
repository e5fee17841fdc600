package ftpserver

import "errors"

// ErrLogin is what Config.Login returns for a wrong name or password.
var ErrLogin = errors.New("ftpserver: wrong user name or password")

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = errors.New("ftpserver: server closed")
