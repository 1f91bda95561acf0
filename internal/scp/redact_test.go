package scp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A service that repeats a secret gets nothing of it into an error or an event, not even
// where the string is cut short in the middle of the secret.
func TestNoPartOfASecretIsShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status, shifts int
		body           string // % stands for what is repeated
	}{
		{400, 830, `{"errors":[{"code":"a","title":"a","detail":"%"}]}`},
		{400, 140, `{"errors":[{"code":"%","title":"%","detail":"%","request_id":"%"}]}`},
		{400, 140, `{"errors":[{"code":"a","detail":["%"]}]}`},
		{400, 140, `{"status":"%","name":"%","message":"%"}`},
		{400, 140, `{"timestamp":"t","path":"/x?%","error":"%","requestId":"%"}`},
		{400, 140, `%`},
		{400, 140, `<title>%</title>`},
		{200, 140, `<html><title>%</title></html>`},
		{403, 140, ``}, // the header alone
	} {
		for before := range test.shifts {
			repeat := func(status int, body string) step {
				return func(r *http.Request) (*http.Response, error) {
					secrets := []string{strings.Repeat("x", before), r.Header.Get("X-Auth-Token"), r.Header.Get("Scp-Signature"), r.Header.Get("Scp-AccessKey"), testSecretKey, "tail"}
					text := strings.Join(secrets, " ")
					return reply(status, strings.ReplaceAll(body, "%", text), "X-Request-Id", text)(r)
				}
			}
			var events []Event
			f := &fake{t: t, steps: []step{repeat(test.status, test.body), repeat(200, aBudget)}}
			c := newTest(t, f, func(config *Config) {
				config.AuthToken, config.MaxRetries = testToken, 0
				config.Observe = func(_ context.Context, e Event) { events = append(events, e) }
			})
			_, err := c.ShowAccountBudget(t.Context(), "b1")
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
				t.Fatal(err)
			}
			printed := strings.ReplaceAll(fmt.Sprintf("%v %+v %+v %+v", err, err, *e, events), "example.invalid", "")
			for _, secret := range []string{f.sent()[0].header.Get("Scp-Signature"), f.sent()[1].header.Get("Scp-Signature"), testToken, testSecretKey, testAccessKey} {
				if strings.Contains(printed, secret[:6]) {
					t.Fatalf("%s after %d characters: a part of %q is in %.2000s", test.body, before, secret, printed)
				}
			}
		}
	}
}
