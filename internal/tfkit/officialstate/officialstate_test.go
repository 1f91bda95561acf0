package officialstate

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Whatever stands in a state, reading it ends, and an id is a string with content.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `1`, `"x"`, `{`, `{"id":"a"}`, `{"id":7}`, `{"id":1e400}`, `{"id":null,"budget":{"budget_id":"b"}}`,
		`{"budget":[{"budget_id":"b"}]}`, `{"budget":[[]]}`, `{"tags":{"a":"b"}}`, `{"tags":{"a":1}}`, `{"tags":{}}`, `{"id":" "}`, `{"id":"a"}{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := read(&tfprotov6.RawState{JSON: data})
		if o == nil {
			t.Fatal("no object")
		}
		if id, ok := o.id("budget", []string{"budget_id", "id"}); ok && len(id) == 0 {
			t.Error("an empty id was taken")
		}
		if tags, ok := o.Strings("tags"); ok != (tags != nil) {
			t.Errorf("tags %v, %t", tags, ok)
		}
	})
}

func TestNothingToRead(t *testing.T) {
	t.Parallel()
	for _, raw := range []*tfprotov6.RawState{nil, {}, {Flatmap: map[string]string{"name": "x"}}} {
		if id, ok := read(raw).id("budget", []string{"budget_id"}); ok {
			t.Errorf("an id %q out of nothing", id)
		}
	}
}
