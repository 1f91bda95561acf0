package e2e

// Responses with one field changed: null, absent, of another type, for each field
// of each operation in turn.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// needed are the fields that a response cannot do without; the others may be null
// or absent. A path names lists by [].
var needed = map[string][]string{
	"listEndpoints":                  {"endpoints"},
	"listAccountBudgets":             {"budgets", "budgets[].id", "budgets[].name", "budgets[].amount", "budgets[].unit", "budgets[].start_month"},
	"createAccountBudget":            {"budget", "budget.id"}, // the others are read afterwards
	"showAccountBudget":              {"budget", "budget.name", "budget.amount", "budget.unit", "budget.start_month"},
	"setAccountBudget":               {"budget.name", "budget.amount", "budget.unit", "budget.start_month"},
	"listPlannedComputes":            {"planned_computes", "planned_computes[].id"},
	"createPlannedComputes":          {"planned_compute", "planned_compute.id"},
	"showPlannedCompute":             {"planned_compute"},
	"listContractTypes":              {"contract_types"},
	"listOsTypes":                    {"os_types"},
	"listPlannedComputeServerTypes":  {"server_types"},
	"listPlannedComputeServiceTypes": {"services"},
	"listPlannedComputeInstances":    {"coverages"},
	"listBills":                      {"bills"},
	"listUsages":                     {"usages"},
	"showPaymentMonthly":             {"payments"},
}

// nullable may be null although it must be there: an empty list is sent so, if
// the count does not say otherwise.
var nullable = []string{"contract_types", "os_types", "server_types", "services", "coverages"}

func TestEveryField(t *testing.T) {
	t.Parallel()
	var cells atomic.Int64
	t.Cleanup(func() { t.Logf("%d cells: each field null, absent and of each other type", cells.Load()) })
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			body := responseOf(t, op)
			name, _, _ := strings.Cut(op.name, "/")
			fields := paths(body)
			if len(fields) == 0 && op.method != http.MethodDelete {
				t.Fatal("the response has no field")
			}
			for _, path := range fields {
				for _, with := range replacements {
					cells.Add(1)
					must := slices.Contains(needed[name], path)
					if with.name == "null" && slices.Contains(nullable, path) {
						must = false
					}
					t.Run(path+" "+with.name, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) { fieldCell(t, op, path, with, must) })
					})
				}
			}
			for _, path := range needed[name] {
				if !slices.Contains(fields, path) {
					t.Errorf("the response has no %s, so that was not tested", path)
				}
			}
		})
	}
}

// replacement is what a field is replaced by.
type replacement struct {
	name  string
	value any
}

type absent struct{}

var replacements = []replacement{
	{"null", nil},
	{"absent", absent{}},
	{"as object", map[string]any{"unexpected": []any{1}}},
	{"as list", []any{map[string]any{}, "a", nil, 1.5}},
	{"as a string", "\x1b[31mnot\u202e what is meant\n"},
	{"as number", json.Number("1e400")},
	{"as boolean", true},
}

// fieldCell makes the call with one field replaced in its responses, forever.
func fieldCell(t *testing.T, op operation, path string, with replacement, must bool) {
	o := cellOptions(op, fault{reply: func(next http.Handler) http.Handler {
		return rewrite(next, func(_ http.Header, body []byte) []byte { return replaced(body, path, with) })
	}}, true)
	w := newWorld(t, o)
	got, err := op.call(t.Context(), w.client)
	if with.name == "null" || with.name == "absent" {
		if must != (err != nil) && !op.catalogue {
			t.Errorf("got %v, %v; must be an error: %t", shape(got), err, must)
		}
	}
	var e *scp.Error
	if err != nil {
		if !errors.As(err, &e) {
			t.Fatalf("got %T %v", err, err)
		}
		want := scp.KindResponse
		if op.catalogue {
			want = scp.KindEndpoint
		}
		if e.Kind != want || op.method != http.MethodGet && e.Outcome != scp.OutcomeUnknown {
			t.Errorf("%s with outcome %s: %v", e.Kind, e.Outcome, err)
		}
		if text := err.Error(); strings.ContainsAny(text, "\x1b\u202e\n") || len(text) > 2500 {
			t.Errorf("not one readable line: %q", text)
		}
	}
	if op.done != nil {
		if n := op.done(w.scp); n != 1 {
			t.Errorf("the change was made %d times", n)
		}
	}
	// However odd the response: a change that may not be repeated is sent once.
	if n := w.scp.Count(op.method, op.path); !op.freely && n != 1 || n > 1+retries {
		t.Errorf("%d requests", n)
	}
	if n := len(w.lines()); n > 2+retries {
		t.Errorf("%d requests: %v", n, w.lines())
	}
}

// responseOf is the body of a good response to the first request of an operation.
func responseOf(t *testing.T, op operation) []byte {
	t.Helper()
	var body []byte
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, cellOptions(op, fault{reply: func(next http.Handler) http.Handler {
			return rewrite(next, func(_ http.Header, b []byte) []byte {
				body = bytes.Clone(b)
				return b
			})
		}}, false))
		if _, err := op.call(t.Context(), w.client); err != nil {
			t.Fatal(err)
		}
	})
	return body
}

// decoded is JSON with its numbers as they are.
func decoded(body []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if len(body) > 0 {
		if err := decoder.Decode(&value); err != nil {
			panic(fmt.Sprintf("%v: %s", err, body))
		}
	}
	return value
}

func encoded(value any) []byte {
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return out
}

// paths are all fields of a response, those of list entries once.
func paths(body []byte) []string {
	seen := map[string]bool{}
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				path := strings.TrimPrefix(prefix+"."+name, ".")
				seen[path] = true
				walk(path, inner)
			}
		case []any:
			for _, inner := range v {
				walk(prefix+"[]", inner)
			}
		}
	}
	walk("", decoded(body))
	return slices.Sorted(maps.Keys(seen))
}

// replaced changes one field of a response, in all entries of a list.
func replaced(body []byte, path string, with replacement) []byte {
	if len(body) == 0 {
		return body
	}
	value := decoded(body)
	parts := strings.Split(path, ".")
	var walk func(v any, parts []string)
	walk = func(v any, parts []string) {
		name, list := strings.CutSuffix(parts[0], "[]")
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		switch inner, there := object[name]; {
		case !there:
		case len(parts) > 1 && list:
			entries, _ := inner.([]any)
			for _, entry := range entries {
				walk(entry, parts[1:])
			}
		case len(parts) > 1:
			walk(inner, parts[1:])
		default:
			if _, remove := with.value.(absent); remove {
				delete(object, name)
			} else {
				object[name] = with.value
			}
		}
	}
	walk(value, parts)
	return encoded(value)
}
