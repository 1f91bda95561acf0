//go:build !unix

package process

// forbidCoreDumps does nothing: this system writes no core dumps.
func forbidCoreDumps() {}
