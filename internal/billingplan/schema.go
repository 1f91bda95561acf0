package billingplan

// The resource's schema, and the descriptions that the data sources share.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// What destroying the resource means.
const (
	policyPrevent = "PREVENT"
	policyCancel  = "CANCEL"
	policyExpire  = "EXPIRE"
	policyAbandon = "ABANDON"
)

// How a plan treats a possible duplicate purchase.
const (
	guardWarn   = "WARN"
	guardRefuse = "REFUSE"
)

// descriptions of what the API returns, by attribute.
var descriptions = map[string]string{
	"id":                      "Identifier of the planned compute.",
	"account_id":              "Account that owns the contract.",
	"contract_id":             "Identifier of the contract in the billing system, such as `C002612775`.",
	"contract_type":           "Term of the running contract: `01` is one year, `03` three years, `05` five years. Names such as `1-year` are equivalent.",
	"start_date":              "First day of the running contract.",
	"end_date":                "Last day of the running contract.",
	"first_contract_start_at": "First day of the first contract, before any renewals.",
	"next_contract_type":      "Term of the reserved follow-up contract; null if there is none.",
	"next_start_date":         "First day of the reserved follow-up contract.",
	"next_end_date":           "Last day of the reserved follow-up contract.",
	"service_id":              "Service that the contract is for, such as `VIRTUAL_SERVER`. The data source `scpbilling_service_types` lists the possible values.",
	"service_name":            "Display name of the service.",
	"os_type":                 "Operating system that the contract is for, such as `opensource`, or equivalently `OPEN_SOURCE`. The data source `scpbilling_os_types` lists the possible values.",
	"os_name":                 "Display name of the operating system.",
	"server_type":             "Server type that the contract is for, such as `s1v1m2`. The data source `scpbilling_server_types` lists the possible values.",
	"server_type_description": "Details of the server type, such as `cpu` and `memory`.",
	"region":                  "Region in which the contract applies.",
	"resource_type":           "Kind of resource that the contract covers.",
	"resource_name":           "Name of the resource, if the service returns one.",
	"srn":                     "SRN, the platform's unique identifier of the resource.",
	"state":                   "State of the contract, as returned by the service. The vendor documents only `ACTIVE`.",
	"delete_yn":               "Whether the service has marked the contract as deleted.",
	"created_at":              "Time of the purchase, as returned by the service, without a time zone.",
	"created_by":              "Who bought the contract.",
	"modified_at":             "Time of the last change, as returned by the service, without a time zone.",
	"modified_by":             "Who last changed the contract.",
}

// replaceWhenKnown replaces the contract if a value changes. A value that the service did not
// return, as after an import, never replaces anything.
var replaceWhenKnown = stringplanmodifier.RequiresReplaceIf(
	func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
		resp.RequiresReplace = !req.StateValue.IsNull()
	},
	"A different value is a different contract.", "A different value is a different contract.")

// keepWhileUnknown plans no replacement for a value that is not known yet: it may
// turn out to be the same, and by then Terraform would have ended the contract.
type keepWhileUnknown struct{ tfkit.Described }

func (keepWhileUnknown) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.PlanValue.IsUnknown() || req.StateValue.IsNull() {
		return
	}
	resp.PlanValue = req.StateValue
	resp.Diagnostics.AddAttributeWarning(req.Path, "Value unknown during planning",
		fmt.Sprintf("The value depends on something that this apply changes, so it is assumed to be %s, as before. "+
			"If it turns out to be different, nothing is bought or cancelled because of it in this apply. If anything else about the contract changes in the same apply, "+
			"the apply fails with \"Provider produced inconsistent final plan\". In that case, plan again: the value is known by then.", req.StateValue))
}

// onlyAtCreation plans no change of a value that matters only to a purchase. Terraform lets a
// provider keep the prior value, which is never null once the contract has been read.
type onlyAtCreation struct{ tfkit.Described }

func (onlyAtCreation) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	switch {
	case !req.State.Raw.IsNull() && !req.StateValue.IsNull():
		resp.PlanValue = req.StateValue
	case req.ConfigValue.IsNull():
		resp.PlanValue = types.SetValueMust(types.StringType, []attr.Value{})
	}
}

// Schema describes the resource.
func (r *plannedCompute) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	whileUnknown := keepWhileUnknown{"A value that is unknown during planning is treated as unchanged."}
	attributes := map[string]schema.Attribute{
		"service_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: descriptions["service_id"] + " Changing the service replaces the contract, subject to `deletion_policy`.",
			PlanModifiers:       []planmodifier.String{whileUnknown, replaceWhenKnown},
		},
		"os_type": schema.StringAttribute{
			Required: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: descriptions["os_type"] + " Changing the operating system replaces the contract, subject to `deletion_policy`.",
			PlanModifiers:       []planmodifier.String{whileUnknown, tfkit.KeepPriorWhenSame(tfkit.SameOS), replaceWhenKnown},
		},
		"server_type": schema.StringAttribute{
			Required: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: descriptions["server_type"] + " The type can only be changed to a larger one; the contract is changed in place.",
		},
		"contract_type": schema.StringAttribute{
			Required: true, Validators: []validator.String{tfkit.ContractType()},
			MarkdownDescription: descriptions["contract_type"] + " The term of a running contract cannot be changed; reserve a follow-up with `next_contract_type` instead.",
			PlanModifiers:       []planmodifier.String{tfkit.KeepPriorWhenSame(tfkit.SameContractType)},
		},
		"next_contract_type": schema.StringAttribute{
			Optional: true, Validators: []validator.String{tfkit.ContractType()},
			MarkdownDescription: "Term of the follow-up contract to reserve. If omitted, none is reserved, and a reservation made elsewhere is dropped. " +
				"A reserved follow-up is a purchase: it starts automatically on the day after `end_date`. Once it has started, the value stays in the state and does not buy anything again.",
			PlanModifiers: []planmodifier.String{tfkit.KeepPriorWhenSame(tfkit.SameContractType)},
		},
		"service_name": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: descriptions["service_name"] + " It is sent only with the purchase; a later change has no effect on the service.",
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Tags of the contract. A key has 1 to 128 characters, a value up to 256. Tags are sent with the purchase. The API can neither read nor change them, so a later change is an error. After an import, the configured tags are copied into the state once.",
			Validators: []validator.Map{
				mapvalidator.NoNullValues(),
				mapvalidator.KeysAre(stringvalidator.UTF8LengthBetween(1, 128)),
				mapvalidator.ValueStringsAre(stringvalidator.UTF8LengthAtMost(256)),
			},
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(policyPrevent),
			MarkdownDescription: "What happens to the contract when the resource is destroyed. `PREVENT` (default): nothing, and the plan fails with an error. `CANCEL`: the contract is cancelled, which costs a fee. " +
				"`EXPIRE`: a reserved follow-up is dropped, and Terraform forgets the contract, which runs until its last day. `ABANDON`: Terraform forgets the contract and leaves it, and any reserved follow-up, as it is. " +
				"Terraform uses the policy in the state, so a changed policy must be applied before it takes effect.",
			Validators: []validator.String{stringvalidator.OneOf(policyPrevent, policyCancel, policyExpire, policyAbandon)},
		},
		"purchase_guard": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(guardWarn),
			MarkdownDescription: "How to handle a possible duplicate purchase: an identical contract (service, operating system, server type, term) that was bought in the last 24 hours and is not accounted for. " +
				"`WARN` (default) warns and goes on with the purchase; `REFUSE` fails and buys nothing. See `known_contracts`.",
			Validators: []validator.String{stringvalidator.OneOf(guardWarn, guardRefuse)},
		},
		"known_contracts": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			MarkdownDescription: "IDs of the contracts that you know about, usually `data.scpbilling_planned_computes.all.planned_computes[*].id`. The value is used only when the contract is created; later changes to it have no effect. " +
				"With it, `purchase_guard = \"REFUSE\"` blocks a purchase only because of contracts that are not in the list, even with saved plans and on other machines. Without it, `REFUSE` stops a saved plan if any identical contract was bought in the last 24 hours.",
			Validators:    []validator.Set{setvalidator.NoNullValues()},
			PlanModifiers: []planmodifier.Set{onlyAtCreation{"A change after the purchase has no effect."}},
		},
		"timeouts": tfkit.Timeouts(ctx),
	}
	// plan.go decides what a change makes unknown; everything else stays as in the state.
	attributes["next_start_date"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{tfkit.Date()},
		MarkdownDescription: "First day of the follow-up, as `YYYY-MM-DD`. Set it to the day after `end_date` to reserve the follow-up. The first day of a follow-up that has already started has no effect. Any other day is an error that names the right one. " +
			"If omitted, it is the first day of the reserved follow-up.",
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	for _, name := range []string{
		"id", "account_id", "contract_id", "start_date", "end_date", "first_contract_start_at", "next_end_date",
		"os_name", "region", "resource_type", "resource_name", "srn", "state", "created_at", "created_by", "modified_at", "modified_by",
	} {
		attributes[name] = schema.StringAttribute{
			Computed: true, MarkdownDescription: descriptions[name],
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}
	}
	attributes["server_type_description"] = schema.MapAttribute{
		Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
		PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
	}
	attributes["delete_yn"] = schema.BoolAttribute{
		Computed: true, MarkdownDescription: descriptions["delete_yn"],
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A planned compute: a contract of one, three or five years for one server type, which lowers the price of matching usage.\n\n" +
			"~> **This resource spends money.** Creating it buys a contract, reserving a follow-up contract (`next_contract_type`) is another purchase, and cancelling costs a fee. " +
			"Read the guide \"Contracts: what Terraform will and will not do with your money\" before the first apply. " +
			"With `create_before_destroy`, a replacement buys the new contract before it cancels the old one.",
		Attributes: attributes,
	}
}
