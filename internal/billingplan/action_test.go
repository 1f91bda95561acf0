package billingplan_test

import (
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const cancelType = "scpbilling_cancel_planned_compute"

func TestCancelAction(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	w := newWorld(t, emulator.Guesses{})
	id := w.SCP.PutPlannedCompute(boughtOnMarch1("a")).ID
	other := w.SCP.PutPlannedCompute(boughtOnMarch1("b")).ID
	quote, d := w.ReadData("scpbilling_planned_compute_cancellation_fee", acctest.Object{"planned_compute_ids": []any{id}, "region": w.SCP.PlannedComputes()[0].Region})
	d.WantNone(t)
	fee, _ := quote["cancellation_fee"].(string)
	w.Reset()

	messages, d := w.Invoke(cancelType, acctest.Object{"id": id})
	d.WantNone(t)
	if !w.isCancelled(id) || w.isCancelled(other) {
		t.Error("the wrong contract was cancelled")
	}
	w.MustCheck(t, acctest.Exactly(1, "GET", computePath), acctest.Exactly(1, "POST", computePath), acctest.Exactly(1, "PUT", computePath))
	if len(messages) != 3 {
		t.Fatalf("messages %q, want 3", messages)
	}
	for i, text := range []string{"Reading planned compute a", "would otherwise run until 2027-03-01. Cancelling today costs " + fee, "was cancelled"} {
		if !strings.Contains(messages[i], text) {
			t.Errorf("message %d does not say %q: %q", i, text, messages[i])
		}
	}

	// Once more: it has ended, so nothing is asked for.
	w.Reset()
	messages, d = w.Invoke(cancelType, acctest.Object{"id": id})
	d.WantNone(t)
	w.MustCheck(t, acctest.Exactly(1, "GET", computePath))
	if len(messages) != 2 || !strings.Contains(messages[1], "nothing is cancelled") {
		t.Errorf("messages %q", messages)
	}
}

// The plan shows what is cancelled and for which fee, and refuses what cannot be.
func TestPlanOfTheCancelAction(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	w := newWorld(t, emulator.Guesses{})
	id := w.SCP.PutPlannedCompute(boughtOnMarch1("a")).ID
	ended := boughtOnMarch1("b")
	ended.Ended = emulator.EndedCancelled
	w.SCP.PutPlannedCompute(ended)
	w.Reset()
	w.PlanAction(cancelType, acctest.Object{"id": id}).WantWarning(t, "The contract will be cancelled", "a (contract C-a)", "2027-03-01", "Cancelling today costs", "KRW")
	w.MustCheck(t, acctest.Exactly(1, "GET", computePath), acctest.Exactly(1, "POST", computePath))
	w.PlanAction(cancelType, acctest.Object{"id": "b"}).WantError(t, "The contract has already ended", "CANCELED")
	w.PlanAction(cancelType, acctest.Object{"id": "nowhere"}).WantError(t, "Could not plan to cancel planned compute nowhere", "404")
	w.PlanAction(cancelType, acctest.Object{"id": acctest.Unknown}).WantError(t, "The contract to cancel is not known yet")
	if w.isCancelled(id) || w.Count("PUT", "") > 0 {
		t.Error("planning cancelled it")
	}
}

// A lost response is no failure when the contract turns out to be cancelled, and the
// cancellation is not sent again.
func TestCancelActionWithFailures(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it injects faults")
	for name, test := range map[string]struct {
		fault     string
		error     string
		cancelled bool
	}{
		"the response is lost":  {"method=PUT,path=" + computePath + ",mode=reset-after", "", true},
		"the response is empty": {"method=PUT,path=" + computePath + ",mode=empty", "", true},
		"refused":               {"method=PUT,path=" + computePath + ",status=403", "Could not cancel planned compute a", false},
		"not there":             {"method=GET,path=" + computePath + ",status=404", "Could not cancel planned compute a", false},
		"no quote":              {"method=POST,path=/v1/planned-computes/cancellation-fee,status=403", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{}, acctest.WithSetting("max_retries", 0))
			id := w.SCP.PutPlannedCompute(boughtOnMarch1("a")).ID
			w.Fault(t, test.fault)
			messages, d := w.Invoke(cancelType, acctest.Object{"id": id})
			if test.error == "" {
				d.WantNone(t)
			} else {
				d.WantError(t, test.error)
			}
			if w.isCancelled(id) != test.cancelled {
				t.Errorf("cancelled: %t, want %t", !test.cancelled, test.cancelled)
			}
			if n := w.Count("PUT", computePath); n > 1 {
				t.Errorf("the cancellation was sent %d times", n)
			}
			if name == "no quote" && !strings.Contains(strings.Join(messages, "\n"), "could not be quoted") {
				t.Errorf("messages %q", messages)
			}
		})
	}
}
