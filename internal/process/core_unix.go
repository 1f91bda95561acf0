//go:build unix

package process

import "syscall"

// forbidCoreDumps keeps the system from writing the process's memory to a file when
// it crashes: the secret key is in it. A failure leaves things as they were.
func forbidCoreDumps() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
