package e2e

// What an operation returns when nothing goes wrong.

import (
	"regexp"
	"testing"
	"testing/synctest"
)

// goodResponses calls every operation once without a fault.
func goodResponses(t *testing.T) map[string]any {
	t.Helper()
	good := map[string]any{}
	for _, op := range operations() {
		t.Run("without fault/"+op.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, cellOptions(op, fault{}, false))
				got, err := op.call(t.Context(), w.client)
				if err != nil {
					t.Fatal(err)
				}
				if op.done != nil && op.done(w.scp) != 1 {
					t.Fatal("the change was not made")
				}
				good[op.name] = got
			})
		})
	}
	return good
}

// changing are the parts of a response that differ from one world to the next:
// new ids and the times of attempts.
var changing = regexp.MustCompile(`"[0-9a-f]{32}"|[0-9a-f]{32}|"\d{4}-\d\d-\d\dT[0-9:]+"|C\d{9}|http://127[0-9.]+`)

// shape is a response without what differs between worlds.
func shape(reply any) string {
	return changing.ReplaceAllString(string(encoded(reply)), "*")
}
