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

// clockTolerance is how far the local clock may be off before it is named as
// the likely cause of a refused signature. The service's own tolerance is not
// stated; five minutes is a guess, and half of it leaves room.
const clockTolerance = 150 * time.Second

// AddError reports a failed call. doing completes the sentence "Could not ...",
// for example `create account budget "team-a"`.
func AddError(diags *diag.Diagnostics, doing string, err error) {
	diags.AddError("Could not "+doing, Explain(err))
}

// Explain says what the service answered and what to do about it.
func Explain(err error) string {
	text := sentence(err.Error())
	if hint := Hint(err); hint != "" {
		text += "\n\n" + hint
	}
	return text
}

// Hint says what a person can do about err; empty when nothing useful is known.
func Hint(err error) string {
	var api *scp.Error
	if !errors.As(err, &api) {
		if errors.Is(err, context.DeadlineExceeded) {
			return "The time allowed for this operation is over. Raise it in the timeouts attribute when the service is only slow."
		}
		return ""
	}
	switch api.Kind {
	case scp.KindService, scp.KindGateway, scp.KindResponse:
		return answerHint(api)
	case scp.KindRedirect:
		return "The address answered with a redirect. Redirects are never followed, so that credentials stay with the configured host. Check environment, endpoints, endpoint_override and auth_url."
	case scp.KindEndpoint:
		// What the catalogue answered is the cause, and has a hint of its own.
		if cause := (*scp.Error)(nil); errors.As(api.Err, &cause) {
			return Hint(cause)
		}
		return "Set environment (s, g or e), or auth_url, or the service's own address in endpoints."
	case scp.KindTransport:
		if scp.IsHeldBack(api) {
			return "The call waited until its time was over. Raise that in the timeouts attribute, or let Terraform make fewer calls at once with -parallelism."
		}
		if api.Outcome == scp.OutcomeNotSent {
			return "No connection could be opened. Check the network, HTTPS_PROXY and NO_PROXY, the certificate authorities of this machine, and the endpoint."
		}
		return "The connection broke or was too slow. Raise request_timeout when the service is only slow."
	default:
		return ""
	}
}

// answerHint goes by the status first: proxies and gateways write the body as they
// like. Who wrote it comes second.
func answerHint(api *scp.Error) string {
	service := api.Kind == scp.KindService
	switch status := api.StatusCode; {
	case status == http.StatusUnauthorized:
		if api.Kind == scp.KindResponse {
			return unauthorizedHint(api) + " " + strangerHint(api)
		}
		return unauthorizedHint(api)
	case status == http.StatusForbidden && service:
		return "The credentials are right but may not do this. Ask an administrator of the account for the permission that the message names."
	case status == http.StatusForbidden:
		return "This is not the service's own refusal: a gateway or a proxy before it gave this answer. Check which addresses may reach the service, and ask an administrator of the account whether a permission is missing."
	case status == http.StatusNotFound && api.Kind == scp.KindGateway:
		return "The gateway, not the service, gave this answer: it knows no such address, or it saw no credentials. It says nothing about whether the object exists. " +
			"Check environment, endpoints and endpoint_override, and that a proxy passes the Scp- headers on."
	case status == http.StatusNotFound && !service:
		return strangerHint(api) + " The answer says nothing about whether the object exists."
	case status == http.StatusRequestTimeout:
		return "The request took too long on its way. " + whenItStays(api) + "check the network and the proxies."
	case status == http.StatusConflict && !service:
		return "The request conflicts with what the service has now, or with another change at the same time."
	case status == http.StatusTooManyRequests:
		return "The service asks for fewer requests. Lower terraform's -parallelism, set max_requests_per_second, or raise max_retries."
	case status >= http.StatusInternalServerError:
		whose := "a fault of the service"
		if !service {
			whose += " or of a gateway or proxy before it"
		}
		return "This is " + whose + ". " + whenItStays(api) + "tell its support " + evidence(api) + "."
	case api.Kind == scp.KindGateway:
		return "The gateway, not the service, gave this answer. Check environment, endpoints and endpoint_override."
	case api.Kind == scp.KindResponse:
		return strangerHint(api)
	default:
		return ""
	}
}

// whenItStays begins the advice on a fault that may pass. A change of which it is not
// known whether it was made must not be repeated blindly: the caller says what to do.
func whenItStays(api *scp.Error) string {
	if api.Changes() && api.Outcome == scp.OutcomeUnknown {
		return "When it stays, "
	}
	return "Try again later; when it stays, "
}

// strangerHint is for a body that is neither the service's nor the gateway's.
func strangerHint(api *scp.Error) string {
	return "The answer is not what this service sends. Check that the endpoint is right and that no proxy answers in its place; otherwise report it together with " + evidence(api) + "."
}

// evidence is what support needs to find a request.
func evidence(api *scp.Error) string {
	if api.RequestID != "" || api.GlobalRequestID != "" {
		return "the request id"
	}
	return "what was asked and when it was"
}

// unauthorizedHint covers a request whose signature or entitlement was refused.
func unauthorizedHint(api *scp.Error) string {
	if skew := api.ClockSkew; skew.Abs() > clockTolerance {
		direction := "ahead of"
		if skew < 0 {
			direction = "behind"
		}
		return fmt.Sprintf("The clock of this machine is %s %s the service's clock, and signatures carry the time. Set the clock (for example with NTP) and try again.",
			skew.Abs().Round(time.Second), direction)
	}
	if strings.Contains(api.Detail, "catalog") {
		return "The account has no endpoint for this service. Check that the service is open to the account, and that environment fits the account."
	}
	return "The signature was refused. Check that secret_key (SCP_TF_SECRET_KEY, or secret-key in ~/.scpconf/credentials.json) belongs to this access key, " +
		"that the access key is active, that account_id fits it, and that the clock of this machine is right."
}

// sentence ends a text with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
