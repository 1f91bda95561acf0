package tfkit

import (
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// notices are shown to the user once in each process, with whatever is reported next.
type notices struct {
	mu             sync.Mutex
	shown, waiting []string
}

func (n *notices) add(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.shown, text) {
		n.shown = append(n.shown, text)
		n.waiting = append(n.waiting, text)
	}
}

// Report adds what has not been shown yet as warnings.
func (d *ProviderData) Report(diags *diag.Diagnostics) {
	if d == nil {
		return
	}
	d.notices.mu.Lock()
	defer d.notices.mu.Unlock()
	for _, text := range d.notices.waiting {
		diags.AddWarning("Another API version is in use", text)
	}
	d.notices.waiting = nil
}
