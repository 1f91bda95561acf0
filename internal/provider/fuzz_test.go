package provider

// Credentials files of any content.

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// hush stands where a secret would stand. Messages must not show any part of it.
const hush = "hushHUSHhush"

// Whatever the files hold, reading them neither panics nor shows a secret, and
// what is taken is a string of the file.
func FuzzCredentialsFiles(f *testing.F) {
	for _, seed := range []string{
		`{"access-key":"AK","secret-key":"` + hush + `"}`, `{"secret-key":"` + hush, `{"secret-key":` + hush + `}`, `{"secret-key":["` + hush + `"]}`,
		"\xef\xbb\xbf" + `{"secret-key":"` + hush + `","secret-key":"b"}`, `["` + hush + `"]`, `"` + hush + `"`, "[default]\nsecret-key=" + hush, hush, "\x00" + hush,
		`{"secret-key":"\ud800` + hush + `"}`, `{"Secret-Key":"` + hush + `"}`, `{"auth-url":"https://u:` + hush + `@h","auth-token":"` + hush + `\n"}`, "{}", "null",
	} {
		f.Add([]byte(seed), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, config, credentials []byte) {
		s := resolve(nil, noEnvironment, homeWith(t, string(config), string(credentials)))
		for src, v := range s.values {
			if v.text == "" || v.place == "" {
				t.Errorf("%s: %q from %q", src, v.text, v.place)
			}
		}
		s.clientConfig()
		shown := func(p diag.Diagnostic) {
			text := p.Summary() + p.Detail()
			// The address and the like may be shown; keys and tokens may not.
			if strings.Contains(text, hush) && !bytes.Contains(config, []byte(`"environment"`)) && !bytes.Contains(credentials, []byte(`"environment"`)) {
				for _, visible := range []string{"environment", "language", "request_timeout", "max_retries"} {
					if p.Summary() == "Invalid "+visible {
						return
					}
				}
				t.Errorf("a secret is shown: %s", text)
			}
		}
		for _, p := range append(s.diags.Errors(), s.diags.Warnings()...) {
			shown(p)
		}
	})
}
