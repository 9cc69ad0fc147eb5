//go:build !linux

package store

// networkFileSystem is only known on Linux.
func networkFileSystem(string) string { return "" }
