package costexplorer

// The data source of monthly payments.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

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
	return &tfkit.Source{
		Name: "monthly_payments", Doing: "list monthly payments", Timeout: readTimeout,
		Description: "Reads the monthly payments: one row for each payer account and billing month. All pages are read, and each amount is the exact string that the service returned.",
		Attributes: map[string]schema.Attribute{
			"payments": tfkit.ComputedRows("The payments, in the service's order. Empty when there are none.", payment),
		},
		Fill: listPayments,
	}
}

func listPayments(ctx context.Context, r *tfkit.Reading) (any, error) {
	rows := rowserver.NewEncoder()
	for row, err := range r.Client.ShowPaymentMonthly(ctx, tfkit.WarnShortfall("monthly payments", r.Diags)) {
		if err != nil {
			return nil, explainTimeout(ctx, err)
		}
		if !rows.Add(row) {
			return nil, fmt.Errorf("there are more than %d payments, which do not fit in one response to Terraform", rows.Rows())
		}
	}
	rowserver.Deliver(ctx, r.Response, "payments", rows.List())
	return nil, nil
}
