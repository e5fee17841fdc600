// Package resume cuts the transfers of large files, and has clients go on with them.
package resume
