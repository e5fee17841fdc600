//go:build !linux

package ftpserver_test

const sendfileExists = false
