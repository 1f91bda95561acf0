package costexplorer

// The data source of monthly payments.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// PaymentsTypeName is the data source's name.
const PaymentsTypeName = "scpbilling_monthly_payments"

var _ datasource.DataSourceWithConfigure = (*paymentsDataSource)(nil)

type paymentsDataSource struct{ tfkit.DataSource }

type paymentsModel struct {
	Payments []paymentModel `tfsdk:"payments"`
}

type paymentModel struct {
	PayerAccountID          *string      `tfsdk:"payer_account_id"`
	PayerAccountName        *string      `tfsdk:"payer_account_name"`
	PayerAccountType        *string      `tfsdk:"payer_account_type"`
	BillYearMonth           *string      `tfsdk:"bill_year_month"`
	UsedYearMonth           *string      `tfsdk:"used_year_month"`
	PaymentDate             *string      `tfsdk:"payment_date"`
	BillCurrency            *string      `tfsdk:"bill_currency"`
	PaymentCurrency         *string      `tfsdk:"payment_currency"`
	PaymentState            *string      `tfsdk:"payment_state"`
	BillAmount              *amountModel `tfsdk:"bill_amount"`
	UsedAmount              *amountModel `tfsdk:"used_amount"`
	UnpaidAmount            *amountModel `tfsdk:"unpaid_amount"`
	PaidAmount              *amountModel `tfsdk:"paid_amount"`
	AccumulatedUnpaidAmount *amountModel `tfsdk:"accumulated_unpaid_amount"`
	SuspendedYearMonth      *string      `tfsdk:"suspended_year_month"`
}

type amountModel struct {
	KRW *string `tfsdk:"krw"`
	USD *string `tfsdk:"usd"`
}

// NewPaymentsDataSource returns the data source.
func NewPaymentsDataSource() datasource.DataSource { return &paymentsDataSource{} }

// Metadata sets the type name.
func (d *paymentsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = PaymentsTypeName
}

// Schema describes the data source.
func (d *paymentsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the monthly payments: one row for each payer account and billing month. All pages are read, and each amount is the exact string that the service returned.",
		Attributes: map[string]schema.Attribute{
			"payments": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The payments, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"payer_account_id":          tfkit.ComputedText("Account that pays."),
					"payer_account_name":        tfkit.ComputedText("Name of the account that pays."),
					"payer_account_type":        tfkit.ComputedText("Kind of the account that pays. The vendor's examples show only `MEMBER`."),
					"bill_year_month":           tfkit.ComputedText("Month of the bill as `YYYY-MM`."),
					"used_year_month":           tfkit.ComputedText("Month of usage as `YYYY-MM`."),
					"payment_date":              tfkit.ComputedText("Day of the payment as `YYYY-MM-DD`."),
					"bill_currency":             tfkit.ComputedText("Currency of the bill, such as `KRW`. The service may write it in lower case."),
					"payment_currency":          tfkit.ComputedText("Currency of the payment, such as `KRW`. The service may write it in lower case."),
					"payment_state":             tfkit.ComputedText("State of the payment. The vendor's examples show only `PAID`."),
					"bill_amount":               amountAttribute("Amount of the bill."),
					"used_amount":               amountAttribute("Amount for usage."),
					"unpaid_amount":             amountAttribute("Unpaid amount."),
					"paid_amount":               amountAttribute("Paid amount."),
					"accumulated_unpaid_amount": amountAttribute("Unpaid amount of all months together."),
					"suspended_year_month":      tfkit.ComputedText("Month of a suspension as `YYYY-MM`; null if there is none."),
				}},
			},
		},
	}
}

// Read follows every page.
func (d *paymentsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	const doing = "list monthly payments"
	client, ok := d.Data.Client(&resp.Diagnostics, doing)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	m := paymentsModel{Payments: []paymentModel{}}
	for row, err := range client.ShowPaymentMonthly(ctx, tfkit.WarnShortfall("monthly payments", &resp.Diagnostics)) {
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, doing, explainTimeout(ctx, err))
			return
		}
		m.Payments = append(m.Payments, paymentOf(row))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func paymentOf(row *scp.Payment) paymentModel {
	return paymentModel{
		PayerAccountID: row.PayerAccountID, PayerAccountName: row.PayerAccountName, PayerAccountType: row.PayerAccountType,
		BillYearMonth: row.BillYearMonth, UsedYearMonth: row.UsedYearMonth, PaymentDate: row.PaymentDate,
		BillCurrency: row.BillCurrency, PaymentCurrency: row.PaymentCurrency, PaymentState: row.PaymentState,
		BillAmount: amountOf(row.BillAmount), UsedAmount: amountOf(row.UsedAmount), UnpaidAmount: amountOf(row.UnpaidAmount),
		PaidAmount: amountOf(row.PaidAmount), AccumulatedUnpaidAmount: amountOf(row.AccumulatedUnpaidAmount),
		SuspendedYearMonth: row.SuspendedYearMonth,
	}
}

func amountOf(amount *scp.Amount) *amountModel {
	if amount == nil {
		return nil
	}
	return &amountModel{KRW: amount.KRW, USD: amount.USD}
}
