package scp

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A service that repeats a secret gets nothing of it into an error, not even
// where the string is cut short in the middle of the secret.
func TestNoPartOfASecretIsShown(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"detail", "code", "header", "page"} {
		for before := range 830 {
			if place != "detail" && before > 140 {
				break
			}
			repeat := func(r *http.Request) (*http.Response, error) {
				text := strings.Repeat("x", before) + " " + r.Header.Get("X-Auth-Token") + " " + r.Header.Get("Scp-Signature") + " tail"
				switch place {
				case "detail":
					return reply(400, serviceErr(400, "ValidationError", text))(r)
				case "code":
					return reply(400, serviceErr(400, text, "No."))(r)
				case "header":
					return reply(403, "", "X-Request-Id", text)(r)
				default:
					return reply(200, "<html><title>"+text+"</title></html>")(r)
				}
			}
			f := &fake{t: t, steps: []step{repeat}, repeatLast: true}
			c := newTest(t, f, func(config *Config) { config.AuthToken, config.MaxRetries = testToken, 0 })
			_, err := c.ShowAccountBudget(t.Context(), "b1")
			if err == nil {
				t.Fatal("no error")
			}
			for name, secret := range map[string]string{"token": testToken, "signature": f.sent()[0].header.Get("Scp-Signature")} {
				if strings.Contains(strings.ReplaceAll(err.Error(), testBase, ""), secret[:6]) {
					t.Fatalf("%s after %d characters: a part of the %s is in %s", place, before, name, fmt.Sprintf("%.900s", err.Error()))
				}
			}
		}
	}
}
