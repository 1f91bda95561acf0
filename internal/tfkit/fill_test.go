package tfkit

import (
	"fmt"
	"reflect"
	"strings"
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
	Amount types.Number `tfsdk:"amount"`
	On     types.Bool   `tfsdk:"on"`
	YN     types.Bool   `tfsdk:"yn"`
	Cores  types.Number `tfsdk:"cores"`
	Facts  types.Map    `tfsdk:"facts"`
	Asked  types.String `tfsdk:"asked"`
}

func of[T any](v T) *T { return &v }

func TestFill(t *testing.T) {
	m := filled{Asked: types.StringValue("kept")}
	Fill(&m, &sentObject{
		Name: "a", Text: of(""), Own: of(sentString("b")), Whole: of(int64(1 << 62)), Amount: 5, On: of(false), YN: of("y"), Cores: of("2.50"),
		Facts: map[string]string{"cpu": "2"},
	})
	got := []any{
		m.Name.ValueString(), m.Text.Equal(types.StringValue("")), m.Own.ValueString(), m.Whole.ValueInt64(), m.Amount.String(),
		m.On.Equal(types.BoolValue(false)), m.YN.ValueBool(), m.Cores.String(), fmt.Sprint(m.Facts), m.Asked.ValueString(),
	}
	want := []any{"a", true, "b", int64(1 << 62), "5", true, true, "2.5", `{"cpu":"2"}`, "kept"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	// Null stays null, whatever was there before.
	Fill(&m, &sentObject{})
	for name, value := range map[string]attr.Value{"text": m.Text, "own": m.Own, "whole": m.Whole, "on": m.On, "yn": m.YN, "cores": m.Cores, "facts": m.Facts} {
		if !value.IsNull() {
			t.Errorf("%s is %s, want null", name, value)
		}
	}
	if m.Name.IsNull() {
		t.Errorf("got %+v", m)
	}

	// A string that is neither yes nor no, and one that is not a number.
	Fill(&m, &sentObject{YN: of("maybe"), Cores: of("two"), Facts: map[string]string{}})
	if !m.YN.IsNull() || !m.Cores.IsNull() || m.Facts.IsNull() {
		t.Errorf("got %+v", m)
	}
}

// Objects that are null stay null, and lists that are null are empty.
func TestValueOf(t *testing.T) {
	price := types.ObjectType{AttrTypes: map[string]attr.Type{"krw": types.StringType, "usd": types.StringType}}
	object := types.ObjectType{AttrTypes: map[string]attr.Type{"price": price, "prices": types.ListType{ElemType: price}}}
	for want, sent := range map[string][]*sentObject{
		`[]`:                             nil,
		`[{"price":<null>,"prices":[]}]`: {{}},
		`[{"price":{"krw":"1","usd":<null>},"prices":[{"krw":<null>,"usd":<null>},{"krw":<null>,"usd":"2"}]},{"price":{"krw":<null>,"usd":<null>},"prices":[]}]`: {
			{Price: &sentAmount{KRW: of("1")}, Prices: []sentAmount{{}, {USD: of("2")}}}, {Price: &sentAmount{}, Prices: []sentAmount{}},
		},
	} {
		if got := valueOf(types.ListType{ElemType: object}, reflect.ValueOf(sent)).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	thresholds := valueOf(types.SetType{ElemType: types.NumberType}, reflect.ValueOf([]int64{80, 100, 80})).String()
	if thresholds != "[80,100]" {
		t.Errorf("thresholds %s", thresholds)
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "no basetypes.DynamicType is made from a string") {
			t.Errorf("it says %s", said)
		}
	}()
	valueOf(types.DynamicType, reflect.ValueOf("a"))
}
