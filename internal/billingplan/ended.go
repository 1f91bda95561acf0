package billingplan

// When a contract has ended. The vendor documents the state ACTIVE only, so the
// other names are guesses (internal/testing/apispec/NOTES.md section 10, 14).

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const dateLayout = "2006-01-02"

// endedStates are the states that can only mean an end.
var endedStates = []string{
	"CANCEL", "CANCELED", "CANCELLED", "CONTRACT_CANCEL", "CONTRACT_CANCELED", "CONTRACT_CANCELLED",
	"CLOSED", "DELETED", "ENDED", "EXPIRED", "FINISHED", "TERMINATED",
}

// markedEnded reports whether the service itself calls the contract ended.
func markedEnded(pc *scp.PlannedCompute) bool {
	return tfkit.YesNo(pc.DeleteYN).ValueBool() || slices.Contains(endedStates, strings.ToUpper(text(pc.State)))
}

// endedBecause says why a contract counts as ended, empty while it runs. now is
// the service's time.
func endedBecause(pc *scp.PlannedCompute, now time.Time) string {
	switch {
	case slices.Contains(endedStates, strings.ToUpper(text(pc.State))):
		return "the service reports its state as " + text(pc.State)
	case tfkit.YesNo(pc.DeleteYN).ValueBool():
		return "the service has marked it as deleted"
	}
	end, ok := dateOf(text(pc.EndDate))
	// A reserved follow-up continues where the contract ends, even if the service reports it
	// late.
	if ok && text(pc.NextContractType) == "" && now.In(scp.Seoul).After(end.AddDate(0, 0, 1)) {
		return fmt.Sprintf("its last day was %s", text(pc.EndDate))
	}
	return ""
}

// endedMeanwhile asks the service why the contract of a state counts as ended. It is empty
// while the contract runs, and when the service cannot be reached. gone reports whether the
// service's 404 means that it is gone.
func endedMeanwhile(ctx context.Context, client *scp.Client, state *resourceModel, gone func() bool) string {
	current, err := tfkit.Show(ctx, client, state.stored(), client.ShowPlannedCompute)
	switch {
	case scp.IsNotFound(err):
		if !gone() {
			return ""
		}
		return "the service no longer has it"
	case err != nil:
		return ""
	}
	return endedBecause(current, client.Now())
}

// dateOf reads the date at the beginning of a string, as midnight in Seoul.
func dateOf(text string) (time.Time, bool) {
	if len(text) < len(dateLayout) {
		return time.Time{}, false
	}
	date, err := time.ParseInLocation(dateLayout, text[:len(dateLayout)], scp.Seoul)
	return date, err == nil
}

// inSettlement reports whether the service's daily settlement runs, from 23:30 to
// 23:59 in Seoul, when new contracts are refused (user guide).
func inSettlement(now time.Time) bool {
	now = now.In(scp.Seoul)
	return now.Hour() == 23 && now.Minute() >= 30
}
