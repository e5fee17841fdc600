// Package manyfiles holds the tests that move many small files between ftpclient and
// other projects' servers, as storage.Batcher does it, and count how often the client
// has to wait for them. It has no code but its tests.
package manyfiles
