package billingplan

// A change of a contract: sent once, and believed when the contract shows it.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// change sends a change once and returns the contract after it. Neither a lost answer
// nor a good one is proof: the contract itself tells whether the change is in place.
func change(ctx context.Context, client *scp.Client, id string, wanted scp.PlannedComputeChange) (*scp.PlannedCompute, error) {
	answer, err := client.UpdatePlannedCompute(ctx, id, wanted)
	switch {
	case err == nil:
		return confirm(ctx, client, id, answer, wanted.Action, func(pc *scp.PlannedCompute, now time.Time) bool { return inPlace(wanted, pc, now) })
	case scp.OutcomeOf(err) == scp.OutcomeUnknown:
		return readAfter(ctx, client, id, wanted, err)
	default:
		return nil, err
	}
}

// finish makes a change that ends something, after which the contract is forgotten.
// So it counts as done only when the contract shows it, or is gone. before is how
// the contract looked until now.
func finish(ctx context.Context, client *scp.Client, id string, before running, wanted scp.PlannedComputeChange) error {
	answer, err := client.UpdatePlannedCompute(ctx, id, wanted)
	switch {
	case err == nil:
		_, err = confirm(ctx, client, id, answer, wanted.Action, func(pc *scp.PlannedCompute, now time.Time) bool {
			return inPlace(wanted, pc, now) || wanted.Action == scp.ContractCancel && goesOnNoMore(pc, before)
		})
	case scp.OutcomeOf(err) != scp.OutcomeNotSent:
		_, err = readAfter(ctx, client, id, wanted, err)
	}
	if scp.IsNotFound(err) {
		return nil
	}
	return err
}

// running is what tells a running contract from one that was cancelled.
type running struct{ state, end string }

// runningStates are the words for a contract that goes on: the documented one and
// those that the official provider waits for (NOTES section 7).
var runningStates = []string{"ACTIVE", "RUNNING", "READY", "CREATED"}

// goesOnNoMore tells whether a contract whose cancellation was accepted has another
// state than before, or an earlier end. How the service shows a cancelled contract is
// not known.
func goesOnNoMore(pc *scp.PlannedCompute, before running) bool {
	state := text(pc.State)
	if state != "" && !strings.EqualFold(state, before.state) && !slices.Contains(runningStates, strings.ToUpper(state)) {
		return true
	}
	end, readable := dateOf(text(pc.EndDate))
	earlier, was := dateOf(before.end)
	return readable && was && end.Before(earlier)
}

// confirm looks for a change that the service has accepted, for a while when it is
// not there at once. A contract that is gone is the service's 404.
func confirm(
	ctx context.Context, client *scp.Client, id string, answer *scp.PlannedCompute,
	action scp.PlannedComputeAction, done func(pc *scp.PlannedCompute, now time.Time) bool,
) (*scp.PlannedCompute, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer stop()
	for _, pause := range append([]time.Duration{0}, tfkit.LookAgain...) {
		if now, _ := client.ServiceTime(time.Now()); done(answer, now) {
			return answer, nil
		}
		if tfkit.Wait(ctx, pause) != nil {
			break
		}
		var err error
		if answer, err = client.ShowPlannedCompute(ctx, id); err != nil {
			return nil, fmt.Errorf("the service accepted %s, but whether it is done could not be read: %w", action, err)
		}
	}
	if now, _ := client.ServiceTime(time.Now()); done(answer, now) {
		return answer, nil
	}
	return nil, fmt.Errorf("the service accepted %s, but the contract does not show it: its state is %s, its server type %s, its end %s, its follow-up %s",
		action, shown(answer.State), shown(answer.ServerType), shown(answer.EndDate), shown(answer.NextContractType))
}

// shown is a value for a person.
func shown(value *string) string {
	if text(value) == "" {
		return "not given"
	}
	return text(value)
}

// readAfter reads the contract after a change that was not answered well. Without the
// change in place the error is the cause; a contract that is gone is the service's 404.
func readAfter(ctx context.Context, client *scp.Client, id string, wanted scp.PlannedComputeChange, cause error) (*scp.PlannedCompute, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer stop()
	current, err := client.ShowPlannedCompute(ctx, id)
	now, _ := client.ServiceTime(time.Now())
	switch {
	case scp.IsNotFound(err):
		return nil, err
	case err == nil && inPlace(wanted, current, now):
		return current, nil
	case scp.IsNotFound(cause):
		// It was not seen to be gone, whatever the answer to the change says.
		return nil, fmt.Errorf("the contract may still be there, although: %v", cause) //nolint:errorlint // Nobody shall take it for gone.
	default:
		return nil, cause
	}
}

// inPlace tells whether the contract is as a change wants it. now is the service's
// time.
func inPlace(wanted scp.PlannedComputeChange, pc *scp.PlannedCompute, now time.Time) bool {
	switch wanted.Action {
	case scp.ServerTypeChange:
		return text(pc.ServerType) == wanted.ServerType
	case scp.ExtendCancel:
		return text(pc.NextContractType) == ""
	case scp.ExtendApply, scp.ExtendChange:
		return tfkit.SameContractType(text(pc.NextContractType), wanted.ContractType)
	case scp.ContractCancel:
		return endedBecause(pc, now) != ""
	default:
		return false
	}
}
