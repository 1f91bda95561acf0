package tfkit_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var valuesSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"text":   schema.StringAttribute{Optional: true},
	"number": schema.Int64Attribute{Optional: true},
	"inside": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"set": schema.SetAttribute{Optional: true, ElementType: types.StringType},
	}},
}}

type textField struct {
	Text types.String `tfsdk:"text"`
}

type valuesModel struct {
	textField
	Number  types.Int64  `tfsdk:"number"`
	Inside  types.Object `tfsdk:"inside"`
	Skipped int          `tfsdk:"-"`
	private int
}

type insideModel struct {
	Set types.Set `tfsdk:"set"`
}

var (
	insideTypes = map[string]attr.Type{"set": types.SetType{ElemType: types.StringType}}
	valuesType  = valuesSchema.Type()
)

// models are a struct in all the states that values have.
func models() map[string]valuesModel {
	inside := func(set types.Set) types.Object {
		return types.ObjectValueMust(insideTypes, map[string]attr.Value{"set": set})
	}
	return map[string]valuesModel{
		"known": {
			textField: textField{types.StringValue("a")}, Number: types.Int64Value(1),
			Inside: inside(types.SetValueMust(types.StringType, []attr.Value{types.StringValue("b"), types.StringUnknown()})),
		},
		"null":    {textField: textField{types.StringNull()}, Number: types.Int64Null(), Inside: types.ObjectNull(insideTypes)},
		"unknown": {textField: textField{types.StringUnknown()}, Number: types.Int64Unknown(), Inside: types.ObjectUnknown(insideTypes)},
		"empty":   {textField: textField{types.StringValue("")}, Number: types.Int64Value(0), Inside: inside(types.SetValueMust(types.StringType, []attr.Value{}))},
		"mixed":   {textField: textField{types.StringNull()}, Number: types.Int64Unknown(), Inside: inside(types.SetUnknown(types.StringType))},
	}
}

func emptyState(t *testing.T) tfsdk.State {
	return tfsdk.State{Schema: valuesSchema, Raw: tftypes.NewValue(valuesType.TerraformType(t.Context()), nil)}
}

// What Write and Read make of a struct is what the framework makes of it.
func TestValuesAreTheFrameworks(t *testing.T) {
	t.Parallel()
	for name, model := range models() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			ours, theirs := emptyState(t), emptyState(t)
			if diags := tfkit.Write(ctx, &ours, &model); len(diags) > 0 {
				t.Fatal(diags)
			}
			if diags := theirs.Set(ctx, &model); len(diags) > 0 {
				t.Fatal(diags)
			}
			if !ours.Raw.Equal(theirs.Raw) {
				t.Errorf("Write makes %s, the framework %s", ours.Raw, theirs.Raw)
			}
			again := valuesModel{Skipped: 7, private: 8}
			if diags := tfkit.Read(ctx, &theirs, &again); len(diags) > 0 {
				t.Fatal(diags)
			}
			want := model
			want.Skipped, want.private = 7, 8
			if !reflect.DeepEqual(again, want) {
				t.Errorf("Read makes %+v, want %+v", again, want)
			}
		})
	}
}

func TestWriteFitsPlansAndIdentities(t *testing.T) {
	t.Parallel()
	ctx, model := t.Context(), models()["known"]
	state := emptyState(t)
	plan := tfsdk.Plan(state)
	identity := tfsdk.ResourceIdentity{Schema: valuesSchema, Raw: state.Raw}
	for _, diags := range []any{tfkit.Write(ctx, &state, model), tfkit.Write(ctx, &plan, model), tfkit.Write(ctx, &identity, model)} {
		if reflect.ValueOf(diags).Len() > 0 {
			t.Fatal(diags)
		}
	}
	if state.Raw.IsNull() || !plan.Raw.Equal(state.Raw) || !identity.Raw.Equal(state.Raw) {
		t.Errorf("state %s, plan %s, identity %s", state.Raw, plan.Raw, identity.Raw)
	}
}

func TestReadObject(t *testing.T) {
	t.Parallel()
	want := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("b")})
	var m insideModel
	if diags := tfkit.ReadObject(t.Context(), types.ObjectValueMust(insideTypes, map[string]attr.Value{"set": want}), &m); len(diags) > 0 {
		t.Fatal(diags)
	}
	if !m.Set.Equal(want) {
		t.Errorf("got %s, want %s", m.Set, want)
	}
}

// What does not fit is the framework's to report, and nothing panics.
func TestMisfitsAreReported(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	state := emptyState(t)
	full := models()["known"]
	if diags := state.Set(ctx, &full); len(diags) > 0 {
		t.Fatal(diags)
	}
	null := emptyState(t)
	type tooFew struct {
		Text types.String `tfsdk:"text"`
	}
	type otherName struct {
		Text   types.String `tfsdk:"words"`
		Number types.Int64  `tfsdk:"number"`
		Inside types.Object `tfsdk:"inside"`
	}
	type otherType struct {
		Text   types.Bool   `tfsdk:"text"`
		Number types.Int64  `tfsdk:"number"`
		Inside types.Object `tfsdk:"inside"`
	}
	for name, to := range map[string]any{"few": &tooFew{}, "name": &otherName{}, "type": &otherType{}, "struct": otherType{}, "nil": (*otherType)(nil)} {
		if diags := tfkit.Read(ctx, &state, to); !diags.HasError() {
			t.Errorf("%s: Read says nothing", name)
		}
	}
	if diags := tfkit.Read(ctx, &null, &valuesModel{}); !diags.HasError() {
		t.Error("a null state is read without an error")
	}
	if diags := tfkit.ReadObject(ctx, types.ObjectUnknown(insideTypes), &insideModel{}); !diags.HasError() {
		t.Error("an unknown object is read without an error")
	}
	for name, from := range map[string]any{"few": tooFew{}, "name": otherName{}, "type": &otherType{}} {
		before := state.Raw
		if diags := tfkit.Write(ctx, &state, from); !diags.HasError() {
			t.Errorf("%s: Write says nothing", name)
		}
		if !state.Raw.Equal(before) {
			t.Errorf("%s: Write changed the state", name)
		}
	}
}

// A struct may hold plain Go values too; the framework knows them.
func TestPlainFieldsAreLeftToTheFramework(t *testing.T) {
	t.Parallel()
	type plain struct {
		Text   *string       `tfsdk:"text"`
		Number int64         `tfsdk:"number"`
		Inside *insideModel  `tfsdk:"inside"`
		_      []types.Bool  // not exported
		Not    *types.String `tfsdk:"-"`
	}
	ctx, state, text := t.Context(), emptyState(t), "a"
	want := plain{Text: &text, Number: 3, Inside: &insideModel{types.SetNull(types.StringType)}}
	if diags := tfkit.Write(ctx, &state, &want); len(diags) > 0 {
		t.Fatal(diags)
	}
	var got plain
	if diags := tfkit.Read(ctx, &state, &got); len(diags) > 0 {
		t.Fatal(diags)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !strings.Contains(state.Raw.String(), `"a"`) {
		t.Errorf("state %s", state.Raw)
	}
}
