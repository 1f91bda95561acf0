package provider

// What the provider writes to Terraform's log: one line per request, without
// headers, bodies and query values.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// logAttempt writes one attempt of a request.
func logAttempt(ctx context.Context, event scp.Event) {
	fields := map[string]any{
		"operation":   event.Operation,
		"method":      event.Method,
		"host":        event.Host,
		"path":        event.Path,
		"query_keys":  event.QueryKeys,
		"attempt":     event.Attempt,
		"status":      event.StatusCode,
		"duration_ms": event.Duration.Milliseconds(),
		"request_id":  event.RequestID,
	}
	if event.Error == "" {
		tflog.Debug(ctx, "SCP request", fields)
		return
	}
	fields["error"] = event.Error
	fields["retry"] = event.Retry
	fields["next_wait_ms"] = event.NextWait.Milliseconds()
	tflog.Warn(ctx, "SCP request failed", fields)
}
