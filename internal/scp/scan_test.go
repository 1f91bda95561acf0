package scp

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unsafe"
)

func TestTextPoolShares(t *testing.T) {
	p := newTextPool()
	a, b := p.share([]byte("COMPUTE"), true), p.share([]byte("COMPUTE"), true)
	if a != b {
		t.Error("a string that came before is not shared")
	}
	if c := p.share([]byte(`COM\u0050UTE`), false); c != a {
		t.Errorf("%q and %q are not shared", *c, *a)
	}
	if got := *p.share(nil, true); got != "" {
		t.Errorf("nothing became %q", got)
	}
	long := strings.Repeat("x", longestToShare+1)
	if c, d := p.share([]byte(long), true), p.share([]byte(long), true); c == d || *c != long || *d != long {
		t.Error("a long text is shared, or broken")
	}
}

// Texts keep what they say when later ones are added, whatever the piece.
func TestTextPoolKeeps(t *testing.T) {
	p := newTextPool()
	var kept []*string
	for i := range 3 * textPoolPiece {
		kept = append(kept, p.keep([]byte(strings.Repeat(string(rune('a'+i%26)), i%200)), true))
	}
	huge := p.keep([]byte(strings.Repeat("z", 10*textPoolBytes)), true)
	for i, text := range kept {
		if want := strings.Repeat(string(rune('a'+i%26)), i%200); *text != want {
			t.Fatalf("text %d is %q; want %q", i, *text, want)
		}
	}
	if len(*huge) != 10*textPoolBytes {
		t.Error("a huge text is broken")
	}
	// A shared text must not keep a piece of other texts alive.
	if cap(p.headers) > 0 {
		first, shared := unsafe.StringData(*kept[1]), unsafe.StringData(*p.share([]byte("b"), true))
		if first == shared {
			t.Error("a shared text lies in a piece")
		}
	}
}

// After the first problem nothing is read, and the first problem stays.
func TestScannerStops(t *testing.T) {
	s := &scanner{data: []byte(`{"a":[1,"b"]} `), texts: newTextPool()}
	s.shape("no such thing", []byte("x"))
	problem := s.err
	never := func() { t.Error("read on after a problem") }
	s.object(func([]byte) { never() })
	s.list(never)
	if s.text() != nil || s.common() != nil || s.commonOrList() != nil && *s.commonOrList() != "" || s.decimal() != nil || s.amount() != nil || s.whole() != nil || s.links() != nil || s.raw() != nil {
		never()
	}
	s.end()
	if !errors.Is(s.err, problem) || !strings.Contains(problem.Error(), "no such thing") {
		t.Errorf("the problem is %v", s.err)
	}
}

// FuzzScan holds the scanner against encoding/json: the same documents are
// JSON, and the same rows are in them.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"usages":[` + usageJSON + `],"count":1,"timezone":"Asia/Seoul","links":[]}`,
		`{"usages":[{"id":"\ud83d\ude00\ud800 \u0000\"\\\/","order_status":["a","b"],"status_code":-0.0e+10}]}`,
		`{"usages":[{"id":"` + "\xff\xc3\x28" + `예산"}]}`, ` { "usages" : [ ] } `, `{"usages":[{"id":null},{"id":true},{"id":1}]}`,
		`[]`, `null`, `"a"`, `1`, `{"usages":[{"id":"a","id":"b"}]}`, `{"\u0075sages":[{"\u0069d":"x"}]}`, `{"usages":[}`, `{"usages":[{"id":01}]}`,
		`{"a":[[[[{"b":[1,2,{}]}]]]],"usages":[]}`, "{\"usages\":[{\"id\":\"a\x1f\"}]}",
		"{\"usages\":[{\"id\":\"\\n\x1f\"}]}", `{"usages":[{"id":"\n`, `{"usages":[{"id":"\`, `{"usages":[{"\q":1}]}`, `{"usages":[{"a":false}],"links":[{"a":fals}]}`,
	} {
		f.Add([]byte(seed))
	}
	list := rowList[Usage]{rows: "usages", read: readUsage}
	f.Fuzz(func(t *testing.T, body []byte) {
		page, _, err := list.decode(body, newTextPool(), 1)
		var notJSON *unreadableError
		unreadable := errors.As(err, &notJSON)
		switch valid := json.Valid(body); {
		case err == nil && !valid:
			t.Fatal("the scanner takes what is not JSON")
		case (unreadable || errors.Is(err, errEmpty)) && valid && !tooDeep(body):
			t.Fatalf("the scanner refuses JSON: %v", err)
		}
		if err != nil {
			return
		}
		var want struct {
			Usages []map[string]json.RawMessage `json:"usages"`
		}
		if json.Unmarshal(body, &want) != nil {
			return
		}
		var keys map[string]json.RawMessage
		if json.Unmarshal(body, &keys) != nil || !onlyKey(keys, "usages") {
			return // encoding/json also takes keys in capitals
		}
		if len(want.Usages) != len(page.Rows) {
			t.Fatalf("%d rows; encoding/json has %d", len(page.Rows), len(want.Usages))
		}
		for i, row := range page.Rows {
			if got, want := row.ID, jsonText(want.Usages[i]["id"]); deref(got) != want {
				t.Fatalf("row %d has the id %q; encoding/json has %q", i, deref(got), want)
			}
		}
	})
}

// onlyKey reports whether there is a key, and no other that differs from it by
// case alone.
func onlyKey(keys map[string]json.RawMessage, key string) bool {
	for other := range keys {
		if other != key && strings.EqualFold(other, key) {
			return false
		}
	}
	return keys[key] != nil
}

// tooDeep is a document that only the scanner refuses.
func tooDeep(body []byte) bool {
	depth := 0
	for _, b := range body {
		switch b {
		case '[', '{':
			depth++
		}
	}
	return depth > maxDepth
}
