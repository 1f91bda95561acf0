package billingplan

// The data source of the resources that planned computes cover.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*instancesDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*instancesDataSource)(nil)
)

type instancesDataSource struct{ tfkit.DataSource }

// instancesModel is the data source.
type instancesModel struct {
	ServiceID             types.String         `tfsdk:"service_id"`
	OSType                types.String         `tfsdk:"os_type"`
	ServerType            types.String         `tfsdk:"server_type"`
	StartDate             types.String         `tfsdk:"start_date"`
	EndDate               types.String         `tfsdk:"end_date"`
	Coverages             []coverageModel      `tfsdk:"coverages"`
	Amount                *coverageAmountModel `tfsdk:"amount"`
	OrderCount            types.Int64          `tfsdk:"order_count"`
	OS                    *osTypeModel         `tfsdk:"os"`
	Service               *serviceTypeModel    `tfsdk:"service"`
	ServerTypeDescription types.Map            `tfsdk:"server_type_description"`
}

type coverageModel struct {
	ResourceName     types.String `tfsdk:"resource_name"`
	ContractID       types.String `tfsdk:"contract_id"`
	UsedTime         types.Int64  `tfsdk:"used_time"`
	UnitPrice        *amountModel `tfsdk:"unit_price"`
	UsedAmount       *amountModel `tfsdk:"used_amount"`
	NonAppliedAmount *amountModel `tfsdk:"non_applied_amount"`
	RequestAt        types.String `tfsdk:"request_at"`
}

type coverageAmountModel struct {
	Total          *amountModel `tfsdk:"total"`
	Used           *amountModel `tfsdk:"used"`
	NonApplied     *amountModel `tfsdk:"non_applied"`
	NoContractUsed *amountModel `tfsdk:"no_contract_used"`
}

// amountModel is one amount in both currencies, as exact decimal strings.
type amountModel struct {
	KRW types.String `tfsdk:"krw"`
	USD types.String `tfsdk:"usd"`
}

// amountFrom keeps an amount that the service does not give as null.
func amountFrom(a *scp.Amount) *amountModel {
	if a == nil {
		return nil
	}
	return &amountModel{KRW: types.StringPointerValue(a.KRW), USD: types.StringPointerValue(a.USD)}
}

func coverageAmountFrom(sums *scp.CoverageAmount) *coverageAmountModel {
	if sums == nil {
		return nil
	}
	return &coverageAmountModel{
		Total: amountFrom(sums.Total), Used: amountFrom(sums.Used), NonApplied: amountFrom(sums.NonApplied), NoContractUsed: amountFrom(sums.NoContractUsed),
	}
}

func amountAttribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: description + " Exact decimal strings.",
		Attributes: map[string]schema.Attribute{
			"krw": tfkit.ComputedText("In won."),
			"usd": tfkit.ComputedText("In dollars."),
		},
	}
}

func coverageAmountAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: "Sums over the resources, as returned by the service. If the service returns a plain `0` for one of the sums, or for all of them, the amount is zero in both currencies.",
		Attributes: map[string]schema.Attribute{
			"total":            amountAttribute("Total charged."),
			"used":             amountAttribute("What was charged under contracts."),
			"non_applied":      amountAttribute("What the same hours cost without a contract *(inferred from the name)*."),
			"no_contract_used": amountAttribute("What was charged for usage without a contract."),
		},
	}
}

// NewInstancesDataSource returns the data source.
func NewInstancesDataSource() datasource.DataSource { return &instancesDataSource{} }

// Metadata sets the type name.
func (*instancesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_planned_compute_instances"
}

// Schema describes the data source.
func (*instancesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads which resources used planned computes of one spec, for how long, and what was charged with and without a contract. " +
			"The data reaches up to two days before today. For an account without planned computes, the service has been observed to fail instead of returning an empty list.",
		Attributes: map[string]schema.Attribute{
			"service_id":  tfkit.RequiredText("Service, such as `VIRTUAL_SERVER`."),
			"os_type":     tfkit.RequiredText("Operating system, such as `OPEN_SOURCE`. It is sent unchanged."),
			"server_type": tfkit.RequiredText("Server type, such as `s1v1m2`."),
			"start_date":  tfkit.RequiredText("First day, as `YYYY-MM-DD`.", tfkit.Date()),
			"end_date":    tfkit.RequiredText("Last day, as `YYYY-MM-DD`.", tfkit.Date()),
			"coverages": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The resources, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"resource_name":      tfkit.ComputedText("Name of the resource."),
					"contract_id":        tfkit.ComputedText("Identifier, in the billing system, of the contract that covers the resource."),
					"used_time":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Hours used."},
					"unit_price":         amountAttribute("Price of one hour."),
					"used_amount":        amountAttribute("What was charged under the contract."),
					"non_applied_amount": amountAttribute("What the same hours cost without a contract *(inferred from the name)*."),
					"request_at":         tfkit.ComputedText("Time of the request, as returned by the service, without a time zone."),
				}},
			},
			"amount": coverageAmountAttribute(),
			"order_count": schema.Int64Attribute{
				Computed: true, MarkdownDescription: "Number of planned computes of this spec *(inferred from the name; the vendor does not explain it)*.",
			},
			"os": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "The operating system.", Attributes: osTypeAttributes(),
			},
			"service": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "The service.", Attributes: serviceTypeAttributes(),
			},
			"server_type_description": schema.MapAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
			},
		},
	}
}

// ConfigValidators refuses a period that ends before it starts.
func (*instancesDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{period}
}

// Read reads the coverage.
func (d *instancesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "read the coverage of planned computes", func(ctx context.Context, client *scp.Client, m *instancesModel, _ *diag.Diagnostics) error {
		found, err := client.ListPlannedComputeInstances(ctx, scp.InstanceQuery{
			ServiceID: m.ServiceID.ValueString(), OSType: m.OSType.ValueString(), ServerType: m.ServerType.ValueString(),
			StartDate: m.StartDate.ValueString(), EndDate: m.EndDate.ValueString(),
		})
		if err != nil {
			return err
		}
		m.Coverages = make([]coverageModel, 0, len(found.Coverages))
		for _, c := range found.Coverages {
			m.Coverages = append(m.Coverages, coverageModel{
				ResourceName:     types.StringPointerValue(c.ResourceName),
				ContractID:       types.StringPointerValue(c.ContractID),
				UsedTime:         types.Int64PointerValue(c.UsedTime),
				UnitPrice:        amountFrom(c.UnitPrice),
				UsedAmount:       amountFrom(c.UsedAmount),
				NonAppliedAmount: amountFrom(c.NonAppliedAmount),
				RequestAt:        types.StringPointerValue(c.RequestAt),
			})
		}
		m.Amount = coverageAmountFrom(found.Amount)
		m.OrderCount = types.Int64PointerValue(found.OrderCount)
		m.OS = nil
		if found.OS != nil {
			os := osTypeFrom(*found.OS)
			m.OS = &os
		}
		m.Service = nil
		if found.Service != nil {
			service := serviceTypeFrom(*found.Service)
			m.Service = &service
		}
		m.ServerTypeDescription = textMap(found.ServerTypeDescription)
		return nil
	})
}
