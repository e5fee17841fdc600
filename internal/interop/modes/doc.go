// Package modes holds block, compressed and deflate mode against implementations that
// have nothing in common with ferry.
package modes
