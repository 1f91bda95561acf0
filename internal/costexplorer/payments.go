package costexplorer

// The data source of monthly payments.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

type paymentsModel struct {
	Payments []paymentModel `tfsdk:"payments"`
}

type paymentModel struct {
	PayerAccountID          types.String  `tfsdk:"payer_account_id"`
	PayerAccountName        types.String  `tfsdk:"payer_account_name"`
	PayerAccountType        types.String  `tfsdk:"payer_account_type"`
	BillYearMonth           types.String  `tfsdk:"bill_year_month"`
	UsedYearMonth           types.String  `tfsdk:"used_year_month"`
	PaymentDate             types.String  `tfsdk:"payment_date"`
	BillCurrency            types.String  `tfsdk:"bill_currency"`
	PaymentCurrency         types.String  `tfsdk:"payment_currency"`
	PaymentState            types.String  `tfsdk:"payment_state"`
	BillAmount              *tfkit.Amount `tfsdk:"bill_amount"`
	UsedAmount              *tfkit.Amount `tfsdk:"used_amount"`
	UnpaidAmount            *tfkit.Amount `tfsdk:"unpaid_amount"`
	PaidAmount              *tfkit.Amount `tfsdk:"paid_amount"`
	AccumulatedUnpaidAmount *tfkit.Amount `tfsdk:"accumulated_unpaid_amount"`
	SuspendedYearMonth      types.String  `tfsdk:"suspended_year_month"`
}

// NewPaymentsDataSource returns the data source.
func NewPaymentsDataSource() datasource.DataSource {
	payment := map[string]schema.Attribute{
		"payer_account_id":          tfkit.ComputedString("Account that pays."),
		"payer_account_name":        tfkit.ComputedString("Name of the account that pays."),
		"payer_account_type":        tfkit.ComputedString("Kind of the account that pays. The vendor's examples show only `MEMBER`."),
		"bill_year_month":           tfkit.ComputedString("Month of the bill as `YYYY-MM`."),
		"used_year_month":           tfkit.ComputedString("Month of usage as `YYYY-MM`."),
		"payment_date":              tfkit.ComputedString("Day of the payment as `YYYY-MM-DD`."),
		"bill_currency":             tfkit.ComputedString("Currency of the bill, such as `KRW`. The service may write it in lower case."),
		"payment_currency":          tfkit.ComputedString("Currency of the payment, such as `KRW`. The service may write it in lower case."),
		"payment_state":             tfkit.ComputedString("State of the payment. The vendor's examples show only `PAID`."),
		"bill_amount":               tfkit.ComputedAmount("Amount of the bill."),
		"used_amount":               tfkit.ComputedAmount("Amount for usage."),
		"unpaid_amount":             tfkit.ComputedAmount("Unpaid amount."),
		"paid_amount":               tfkit.ComputedAmount("Paid amount."),
		"accumulated_unpaid_amount": tfkit.ComputedAmount("Unpaid amount of all months together."),
		"suspended_year_month":      tfkit.ComputedString("Month of a suspension as `YYYY-MM`; null if there is none."),
	}
	return &tfkit.Source[paymentsModel]{
		Name: "monthly_payments", Doing: "list monthly payments", Timeout: readTimeout,
		Description: "Reads the monthly payments: one row for each payer account and billing month. All pages are read, and each amount is the exact string that the service returned.",
		Attributes: map[string]schema.Attribute{
			"payments": tfkit.ComputedRows("The payments, in the service's order. Empty when there are none.", payment),
		},
		Fill: listPayments,
	}
}

func listPayments(ctx context.Context, r *tfkit.Reading, m *paymentsModel) error {
	m.Payments = []paymentModel{}
	for row, err := range r.Client.ShowPaymentMonthly(ctx, tfkit.WarnShortfall("monthly payments", r.Diags)) {
		if err != nil {
			return explainTimeout(ctx, err)
		}
		var payment paymentModel
		tfkit.Fill(&payment, row)
		m.Payments = append(m.Payments, payment)
	}
	return nil
}
