package e2e

// An id never leads to another path than that of the object, whatever is in it.

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// hostileIDs are ids that try to get somewhere else.
func hostileIDs() []string {
	ids := []string{
		"", ".", "..", "/", "//", "../account", "a/b", "a/../b", "..%2f..", "%2f", "%2F%2f", "%252f", "%00", "%", "%zz", "a%20b", "?", "a?b=c", "?size=1", "#", "a#b", ";", "a;b",
		"a/../../x", "%2f..", "a?x=y", "..%2F..%2Fx", "./a",
		"\\", "..\\..", "a\\b", "\x00", "\r\n", "a\r\nHost: evil", "a b", "\t", "\x7f", "\u202e", "\u2028", "．．／", "예산", "@", "a@b", ":", "a:80", "http://evil.example/", "//evil.example/x",
		"contract-types", "Contract-Types", "cancellation-fee", "os-types", "instances", "server-types", "service-types", "bulk", "check", "coverages", "contract%2dtypes",
		strings.Repeat("a", 256), strings.Repeat("a", 257), strings.Repeat("/", 1000), "\xff\xfe", "&", "=", "+", "*", "~", "'\"<>",
	}
	random := rand.New(rand.NewPCG(6, 6))
	letters := []rune("ab/\\.%2fF?#&;:@ \r\n\x00\u202e예")
	for range 2000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteRune(letters[random.IntN(len(letters))])
		}
		ids = append(ids, b.String())
	}
	return ids
}

func TestIDsReachNoOtherPath(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var lines []string
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, r.Method+" "+r.RequestURI)
		rw.WriteHeader(http.StatusBadRequest)
		_, _ = rw.Write([]byte(`{"errors":[{"code":"No","detail":"No."}]}`))
	}))
	t.Cleanup(web.Close)
	client, err := scp.New(scp.Config{AccessKey: emulator.ExampleAccessKey, SecretKey: emulator.ExampleSecretKey, EndpointOverride: web.URL})
	if err != nil {
		t.Fatal(err)
	}
	provider := acctest.NewProvider(t)
	provider.Configure(acctest.Object{"access_key": "AK", "secret_key": "example-not-real", "endpoint_override": web.URL, "max_retries": 0}).WantNone(t)
	calls := []struct {
		method, path string
		call         func(ctx context.Context, id string) error
	}{
		{"GET", budgetsPath, func(ctx context.Context, id string) error { return errorOf(client.ShowAccountBudget(ctx, id)) }},
		{"PUT", budgetsPath, func(ctx context.Context, id string) error {
			return errorOf(client.SetAccountBudget(ctx, id, newBudget("a", 1)))
		}},
		{"DELETE", budgetsPath, client.DeleteAccountBudget},
		{"GET", contractsPath, func(ctx context.Context, id string) error { return errorOf(client.ShowPlannedCompute(ctx, id)) }},
		{"PUT", contractsPath, func(ctx context.Context, id string) error {
			return errorOf(client.UpdatePlannedCompute(ctx, id, scp.PlannedComputeChange{Action: scp.ContractCancel}))
		}},
	}
	sent, refused := 0, 0
	check := func(method, path, id string, err error) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		defer func() { lines = nil }()
		var bad *scp.ConfigError
		if len(lines) == 0 {
			refused++
			if err != nil && !errors.As(err, &bad) {
				t.Errorf("%q: nothing was sent, and yet %v", id, err)
			}
			return
		}
		sent++
		segment, ok := strings.CutPrefix(lines[0], method+" "+path+"/")
		unescaped, uerr := url.PathUnescape(segment)
		if !ok || len(lines) != 1 || strings.ContainsAny(segment, "/?#\\ \r\n\x00;") && !strings.Contains(segment, ";") || uerr != nil || unescaped != id {
			t.Errorf("%q led to %q", id, lines)
		}
		for _, sibling := range []string{"cancellation-fee", "contract-types", "os-types", "instances", "server-types", "service-types"} {
			if path == contractsPath && strings.EqualFold(unescaped, sibling) {
				t.Errorf("%q reached a sibling: %q", id, lines)
			}
		}
	}
	ids := hostileIDs()
	for _, id := range ids {
		for _, c := range calls {
			check(c.method, c.path, id, c.call(t.Context(), id))
		}
	}
	// The provider's ways to an id: import, and the data source.
	for _, id := range ids[:75] {
		for typeName, path := range map[string]string{budgetType: budgetsPath, contractType: contractsPath} {
			if id == "" {
				continue // Terraform itself refuses an empty id
			}
			_, d := provider.Import(typeName, id, nil)
			if !d.HasError() {
				t.Errorf("%q was imported", id)
			}
			// What is not an id may be a name, which is looked for in the list.
			mu.Lock()
			lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "GET "+path+"?") })
			mu.Unlock()
			check("GET", path, id, nil)
			_, d = provider.ReadData(typeName, acctest.Object{"id": id})
			if !d.HasError() {
				t.Errorf("%q was read", id)
			}
			check("GET", path, id, nil)
		}
	}
	if sent < 1000 || refused < 1000 {
		t.Errorf("%d requests were sent and %d refused, so little was tested", sent, refused)
	}
	t.Logf("%d ids: %d requests, each to its own object's path, and %d refused before one was made", len(ids), sent, refused)
}

func errorOf[T any](_ T, err error) error { return err }
