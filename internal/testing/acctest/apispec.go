package acctest

// The API description between the provider and the emulator.

import (
	"net/http"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/apispec"
)

// checked compares every request with the API description; every response, too,
// unless the test makes the service misbehave on purpose. It keeps the signatures.
func (e *Env) checked(t testing.TB, next http.Handler, o emulator.Options) http.Handler {
	if len(o.Faults) > 0 || o.Guesses != (emulator.Guesses{}) {
		e.misbehaves.Store(true)
	}
	strict := apispec.Handler(t, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if signature := r.Header.Get("Scp-Signature"); signature != "" {
			e.signatures.Store(signature, true)
		}
		if !e.misbehaves.Load() {
			strict.ServeHTTP(w, r)
			return
		}
		if err := apispec.CheckRequest(r); err != nil {
			t.Error(err)
		}
		next.ServeHTTP(w, r)
	})
}
