package tfkit

// This file turns errors of the client into diagnostics: what was attempted,
// what the service said, and what to do next.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// clockTolerance is how far the local clock may be off before it is reported as the likely
// cause of a rejected signature. The service's own tolerance is not stated; five minutes is a
// guess, and half of it leaves room.
const clockTolerance = 150 * time.Second

// AddError reports a failed call. doing completes the sentence "Could not ...",
// for example `create account budget "team-a"`. Each advice is a paragraph of its own.
func AddError(diags *diag.Diagnostics, doing string, err error, advice ...string) {
	diags.AddError("Could not "+doing, strings.Join(append([]string{Explain(err)}, advice...), "\n\n"))
}

// Explain describes the service's response and what to do next.
func Explain(err error) string {
	text := sentence(err.Error())
	if hint := hintFor(err); hint != "" {
		text += "\n\n" + hint
	}
	return text
}

// hintFor says what to do about err; it is empty if nothing useful is known.
func hintFor(err error) string {
	var api *scp.Error
	if !errors.As(err, &api) {
		if errors.Is(err, context.DeadlineExceeded) {
			return "The operation timed out. If the service is just slow, try again later, or increase the timeout of a resource with its timeouts attribute."
		}
		return ""
	}
	switch api.Kind {
	case scp.KindService, scp.KindGateway, scp.KindResponse:
		return responseHint(api)
	case scp.KindRedirect:
		return "The endpoint responded with a redirect, which is never followed, so that credentials are never sent to another host. Check environment, endpoints, endpoint_override and auth_url."
	case scp.KindEndpoint:
		// The endpoint catalogue's response is the cause, and has its own hint.
		if cause := (*scp.Error)(nil); errors.As(api.Err, &cause) {
			return hintFor(cause)
		}
		return "Set environment (s, g or e), or auth_url, or the service's own address in endpoints."
	case scp.KindTransport:
		if scp.IsHeldBack(api) {
			return "The request timed out before it could be sent, because other requests used every slot or the service had asked for a pause. Try again later, increase the timeout of a resource with its timeouts attribute, or lower Terraform's -parallelism."
		}
		if api.Outcome == scp.OutcomeNotSent {
			return "No connection could be opened. Check the network, HTTPS_PROXY and NO_PROXY, the certificate authorities of this machine, and the endpoint."
		}
		if errors.Is(api.Err, context.Canceled) {
			return "Terraform was interrupted. Plan again to see what took effect."
		}
		return "The connection was lost, or the response took too long. If the service is just slow, raise request_timeout."
	default:
		return ""
	}
}

// responseHint looks at the status first, because proxies and gateways write bodies of any
// form, and then at who sent the response.
func responseHint(api *scp.Error) string {
	service := api.Kind == scp.KindService
	switch status := api.StatusCode; {
	case status == http.StatusUnauthorized:
		if api.Kind == scp.KindResponse {
			return unauthorizedHint(api) + " " + strangerHint(api)
		}
		return unauthorizedHint(api)
	case status == http.StatusForbidden && service:
		return "The credentials are valid but lack this permission. Ask an administrator of the account for the permission that the message names. " + accountHint
	case status == http.StatusForbidden:
		return "The service itself did not refuse this: a gateway or proxy in front of it did. Check whether the IP address of this machine is allowed to reach the service, and ask an administrator of the account whether a permission is missing. " + accountHint
	case status == http.StatusNotFound && api.Kind == scp.KindGateway:
		return "This is the gateway's response, not the service's: the gateway has no such route, or received no credentials. It does not mean that the object does not exist. " +
			"Check environment, endpoints and endpoint_override, and that proxies pass the Scp- headers on."
	case status == http.StatusNotFound && !service:
		return strangerHint(api) + " It does not mean that the object does not exist."
	case status == http.StatusNotFound:
		return "Check the ID. " + accountHint
	case status == http.StatusRequestTimeout:
		return "The request took too long to arrive. " + ifItPersists(api) + "check the network and the proxies."
	case status == http.StatusConflict && !service:
		return "The request conflicts with the current state of the service, or with another change at the same time."
	case status == http.StatusTooManyRequests:
		return "The service received too many requests. Raise max_retries, or set max_requests_per_second if you know the limit."
	case status >= http.StatusInternalServerError:
		failed := "The service failed. "
		if !service {
			failed = "The service, or a gateway or proxy in front of it, failed. "
		}
		return failed + ifItPersists(api) + "contact Samsung SDS support and quote " + evidence(api) + "."
	case api.Kind == scp.KindGateway:
		return "This is the gateway's response, not the service's. Check environment, endpoints and endpoint_override."
	case api.Kind == scp.KindResponse:
		return strangerHint(api)
	default:
		return ""
	}
}

// accountHint is for rejections that a wrong account may cause.
const accountHint = "If account_id is set, check that it is the account of the access key and of the object."

// ifItPersists begins the advice for a failure that may be temporary. A change that may have
// taken effect must not be repeated blindly: the caller says what to do.
func ifItPersists(api *scp.Error) string {
	if api.Changes() && api.Outcome == scp.OutcomeUnknown {
		return "If the problem persists, "
	}
	return "Try again later; if the problem persists, "
}

// strangerHint is for a body that is neither the service's nor the gateway's.
func strangerHint(api *scp.Error) string {
	return "This response did not come from the service. Check that the endpoint is right and that no proxy responds in place of the service. If both are right, contact Samsung SDS support and quote " + evidence(api) + "."
}

// evidence names what support needs to find a request.
func evidence(api *scp.Error) string {
	if api.RequestID != "" || api.GlobalRequestID != "" {
		return "the request ID"
	}
	return "the operation and the time"
}

// unauthorizedHint covers a request whose signature or entitlement was rejected.
func unauthorizedHint(api *scp.Error) string {
	if skew := api.ClockSkew; skew.Abs() > clockTolerance {
		direction := "ahead of"
		if skew < 0 {
			direction = "behind"
		}
		return fmt.Sprintf("The clock of this machine is %s %s the service's, and signatures depend on the time. Set the clock (for example with NTP) and try again.",
			skew.Abs().Round(time.Second), direction)
	}
	if strings.Contains(api.Detail, "catalog") {
		return "The account has no endpoint for this service. Check that the service is available to the account, and that environment is right."
	}
	return "The credentials were rejected. Check that secret_key (SCP_TF_SECRET_KEY, or secret-key in ~/.scpconf/credentials.json) belongs to this access key, " +
		"that the access key is active, and that the clock of this machine is right. " + accountHint
}

// sentence adds a full stop to a string if it lacks one.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
