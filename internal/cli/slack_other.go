//go:build !linux

package cli

// slacken does nothing: threads sleep as long as the system thinks fit.
func slacken() {}
