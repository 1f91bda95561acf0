package scp

import (
	"io"
	"log"
	"testing"
)

var quietLog = log.New(io.Discard, "", 0)

func validInput() BudgetInput {
	return BudgetInput{
		Name: "team-a", Amount: 5_000_000_000, Unit: "MONTHLY", StartMonth: "2026-01",
		Notifications: NotificationSetting{IsUseNotification: ptr(true), NotificationSendPeriod: ptr("FIRST"), Receivers: []string{"a@example.com"}, Thresholds: []int64{80, 90}},
		Prevention:    PreventionSetting{IsUsePrevention: ptr(false)},
	}
}

var _ = testing.Short
