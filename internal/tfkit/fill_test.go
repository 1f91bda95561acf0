package tfkit

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type sentString string

type sentAmount struct {
	KRW *string `json:"krw"`
	USD *string `json:"usd"`
}

type sentObject struct {
	Name    string            `json:"name"`
	Text    *string           `json:"text"`
	Own     *sentString       `json:"own"`
	Whole   *int64            `json:"whole"`
	Amount  int64             `json:"amount"`
	On      *bool             `json:"on"`
	YN      *string           `json:"yn"`
	Cores   *string           `json:"cores"`
	Facts   map[string]string `json:"facts"`
	Price   *sentAmount       `json:"price,omitzero"`
	Prices  []sentAmount      `json:"prices"`
	NotSeen *string           `json:"not_seen"`
}

type common struct {
	Name types.String `tfsdk:"name"`
	Text types.String `tfsdk:"text"`
}

type filled struct {
	common

	Own    types.String `tfsdk:"own"`
	Whole  types.Int64  `tfsdk:"whole"`
	Amount Integer      `tfsdk:"amount"`
	On     types.Bool   `tfsdk:"on"`
	YN     types.Bool   `tfsdk:"yn"`
	Cores  types.Number `tfsdk:"cores"`
	Facts  types.Map    `tfsdk:"facts"`
	Price  *Amount      `tfsdk:"price"`
	Prices []Amount     `tfsdk:"prices"`
	Asked  types.String `tfsdk:"asked"`
}

func of[T any](v T) *T { return &v }

func TestFill(t *testing.T) {
	m := filled{Asked: types.StringValue("kept"), Price: &Amount{}}
	Fill(&m, &sentObject{
		Name: "a", Text: of(""), Own: of(sentString("b")), Whole: of(int64(1 << 62)), Amount: 5, On: of(false), YN: of("y"), Cores: of("2.50"),
		Facts: map[string]string{"cpu": "2"}, Price: &sentAmount{KRW: of("1")}, Prices: []sentAmount{{}, {USD: of("2")}},
	})
	got := []any{
		m.Name.ValueString(), m.Text.Equal(types.StringValue("")), m.Own.ValueString(), m.Whole.ValueInt64(), m.Amount.ValueInt64(),
		m.On.Equal(types.BoolValue(false)), m.YN.ValueBool(), m.Cores.String(), fmt.Sprint(m.Facts),
		m.Price.KRW.ValueString(), m.Price.USD.IsNull(), len(m.Prices), m.Prices[1].USD.ValueString(), m.Asked.ValueString(),
	}
	want := []any{"a", true, "b", int64(1 << 62), int64(5), true, true, "2.5", `{"cpu":"2"}`, "1", true, 2, "2", "kept"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	// Null stays null, whatever was there before; a list is empty.
	Fill(&m, &sentObject{})
	for name, value := range map[string]attr.Value{"text": m.Text, "own": m.Own, "whole": m.Whole, "on": m.On, "yn": m.YN, "cores": m.Cores, "facts": m.Facts} {
		if !value.IsNull() {
			t.Errorf("%s is %s, want null", name, value)
		}
	}
	if m.Price != nil || m.Prices == nil || len(m.Prices) != 0 || m.Name.IsNull() {
		t.Errorf("got %+v", m)
	}

	// A string that is neither yes nor no, and one that is not a number.
	Fill(&m, &sentObject{YN: of("maybe"), Cores: of("two"), Facts: map[string]string{}})
	if !m.YN.IsNull() || !m.Cores.IsNull() || m.Facts.IsNull() {
		t.Errorf("got %+v", m)
	}
}
