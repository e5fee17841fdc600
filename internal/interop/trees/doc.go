// Package trees moves a source tree of thousands of files, in every mode.
package trees
