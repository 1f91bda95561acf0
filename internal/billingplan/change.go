package billingplan

// A change of a contract: confirmed by reading the contract, and sent again if the response
// was unclear and the contract does not show it.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// change changes a contract and returns it afterwards. Neither a lost response nor a good one
// is proof: the contract itself shows whether the change took effect.
func change(ctx context.Context, client *scp.Client, id string, wanted scp.PlannedComputeChange) (*scp.PlannedCompute, error) {
	return send(ctx, client, id, wanted, placed(client, wanted))
}

// finish sends a change that ends something, after which the contract is forgotten. So it
// counts as done only if the contract shows it. For a contract that is gone it returns the
// service's 404. before is the contract before the change.
func finish(ctx context.Context, client *scp.Client, id string, before running, wanted scp.PlannedComputeChange) error {
	isPlaced := placed(client, wanted)
	_, err := send(ctx, client, id, wanted, func(pc *scp.PlannedCompute) bool {
		return isPlaced(pc) || wanted.Action == scp.ContractCancel && goesOnNoMore(pc, before)
	})
	return err
}

// send sends a change until the contract shows it. After an unclear response (5xx, reset,
// timeout) the contract is read, and the change is sent again if it does not show it, at most
// max_retries times. Each action is idempotent and can be verified, so this is safe; a
// cancellation is sent again only while the contract still runs. For a contract that is gone
// it returns the service's 404.
func send(ctx context.Context, client *scp.Client, id string, wanted scp.PlannedComputeChange, shows func(*scp.PlannedCompute) bool) (*scp.PlannedCompute, error) {
	unclear := false
	for attempt := 0; ; attempt++ {
		reply, err := client.UpdatePlannedCompute(ctx, id, wanted)
		if err == nil {
			return confirm(ctx, client, id, wanted, reply, shows)
		}
		outcome := scp.OutcomeOf(err)
		unclear = unclear || outcome == scp.OutcomeUnknown
		ends := wanted.Action == scp.ContractCancel || wanted.Action == scp.ExtendCancel
		if !unclear && (outcome == scp.OutcomeNotSent || !ends) {
			return nil, err
		}
		current, absent, readErr := readAfter(ctx, client, id, err, shows)
		// Only a change that the contract was seen not to have is sent again.
		pauses := client.LookAgain()
		again := absent && outcome == scp.OutcomeUnknown && attempt < client.MaxRetries()
		if !again || tfkit.Wait(ctx, pauses[min(attempt, len(pauses)-1)]) != nil {
			return current, readErr
		}
		// It may have taken effect in the meantime.
		if current, absent, readErr = readAfter(ctx, client, id, err, shows); !absent {
			return current, readErr
		}
	}
}

// running is what distinguishes a running contract from a cancelled one.
type running struct{ state, end string }

// runningStates are the states of a running contract: the documented one and those that the
// official provider waits for (NOTES section 7).
var runningStates = []string{"ACTIVE", "RUNNING", "READY", "CREATED"}

// goesOnNoMore reports whether a contract that was running is now in a different state, or
// ends earlier. How the service shows a cancelled contract is unknown.
func goesOnNoMore(pc *scp.PlannedCompute, before running) bool {
	state, was := strings.ToUpper(text(pc.State)), strings.ToUpper(before.state)
	failed := strings.Contains(state, "FAIL") || strings.Contains(state, "ERROR")
	if state != "" && !failed && !slices.Contains(runningStates, state) && slices.Contains(runningStates, was) {
		return true
	}
	end, readable := dateOf(text(pc.EndDate))
	earlier, known := dateOf(before.end)
	return readable && known && end.Before(earlier)
}

// confirm looks for a change that the service has accepted, repeatedly if it does not show at
// once. Of the response to the change itself it trusts only what is certain. For a contract
// that is gone it returns the service's 404.
func confirm(
	ctx context.Context, client *scp.Client, id string, wanted scp.PlannedComputeChange, reply *scp.PlannedCompute, shows func(*scp.PlannedCompute) bool,
) (*scp.PlannedCompute, error) {
	if placed(client, wanted)(reply) {
		return reply, nil
	}
	read := func(ctx context.Context) (*scp.PlannedCompute, error) { return client.ShowPlannedCompute(ctx, id) }
	last, done, err := tfkit.Until(ctx, client, reply, read, shows)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the service accepted %s, but %w", wanted.Action, err)
	case !done:
		return nil, fmt.Errorf("the service accepted %s, but the contract does not show it: its state is %s, its server type %s, its end %s, its follow-up %s",
			wanted.Action, shown(last.State), shown(last.ServerType), shown(last.EndDate), shown(last.NextContractType))
	default:
		return last, nil
	}
}

// shown formats a value for people.
func shown(value *string) string {
	if text(value) == "" {
		return "not given"
	}
	return text(value)
}

// readAfter reads the contract after a change that failed with cause, and returns it if it
// shows the change. absent is set if it was read and does not show it. For a contract that is
// gone the error is the service's 404.
func readAfter(
	ctx context.Context, client *scp.Client, id string, cause error, shows func(*scp.PlannedCompute) bool,
) (current *scp.PlannedCompute, absent bool, err error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer stop()
	current, err = client.ShowPlannedCompute(ctx, id)
	switch {
	case scp.IsNotFound(err):
		return nil, false, err
	case err == nil && shows(current):
		return current, false, nil
	case scp.IsNotFound(cause):
		// The read did not find it gone, whatever the response to the change says.
		return nil, false, fmt.Errorf("the contract may still exist, despite this response: %v", cause) //nolint:errorlint // It must not count as gone.
	default:
		return nil, err == nil, cause
	}
}

// placed is inPlace at the service's time.
func placed(client *scp.Client, wanted scp.PlannedComputeChange) func(*scp.PlannedCompute) bool {
	return func(pc *scp.PlannedCompute) bool {
		return inPlace(wanted, pc, client.Now())
	}
}

// inPlace reports whether the contract is as a change requests it. now is the service's time.
func inPlace(wanted scp.PlannedComputeChange, pc *scp.PlannedCompute, now time.Time) bool {
	next := text(pc.NextContractType)
	switch wanted.Action {
	case scp.ServerTypeChange:
		return strings.EqualFold(text(pc.ServerType), wanted.ServerType)
	case scp.ExtendCancel:
		// A response that says nothing about the contract says nothing about a follow-up.
		complete := pc.ServerType != nil || pc.ServiceID != nil || pc.ContractType != nil
		return complete && next == ""
	case scp.ExtendApply, scp.ExtendChange:
		// An unknown term may well be the requested one.
		return tfkit.SameContractType(next, wanted.ContractType) || next != "" && !tfkit.IsContractType(next)
	case scp.ContractCancel:
		return endedBecause(pc, now) != ""
	default:
		return false
	}
}
