package officialstate_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

const typeName = "samsungcloudplatformv2_budget_budget"

func from(raw *tfprotov6.RawState) (officialstate.Object, bool) {
	return officialstate.From(resource.MoveStateRequest{
		SourceProviderAddress: "registry.terraform.io/samsungsdscloud/samsungcloudplatformv2", SourceTypeName: typeName, SourceRawState: raw,
	}, typeName)
}

// Whatever stands in a state, reading it ends, and an id is a string with content.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `1`, `"x"`, `{`, `{"id":"a"}`, `{"id":7}`, `{"id":1e400}`, `{"id":null,"budget":{"budget_id":"b"}}`,
		`{"budget":[{"budget_id":"b"}]}`, `{"budget":[[]]}`, `{"tags":{"a":"b"}}`, `{"tags":{"a":1}}`, `{"tags":{}}`, `{"id":" "}`, `{"id":"a"}{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o, ok := from(&tfprotov6.RawState{JSON: data})
		if !ok || o == nil {
			t.Fatal("the source was not recognized")
		}
		if id, ok := o.ID("budget", "budget_id", "id"); ok && len(id) == 0 {
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
		o, ok := from(raw)
		if !ok {
			t.Fatal("the source was not recognized")
		}
		if id, ok := o.ID("budget", "budget_id"); ok {
			t.Errorf("an id %q out of nothing", id)
		}
	}
}
