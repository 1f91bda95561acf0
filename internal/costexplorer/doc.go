// Package costexplorer holds the data sources of the CostExplorer service: bills,
// usages, monthly payments, and summaries of bills and usages.
//
// Amounts are the exact decimal string that the service sent. Rows are read page by
// page; the data sources of rows keep them in the form of the response, and the
// summaries keep sums only.
package costexplorer
