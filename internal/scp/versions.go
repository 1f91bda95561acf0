package scp

// Which API version of a service is requested (NOTES section 2): always a specific one, the
// newest that this client knows or the one that the user pinned. Only if the service refuses
// it is its list of versions read.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// knownVersions are the API versions that this client can read and write, the newest
// first.
func knownVersions(service Service) []string {
	if service == ServiceBudget {
		return []string{"1.1", "1.0"}
	}
	return []string{"1.0"}
}

var versionPattern = regexp.MustCompile(`^[0-9]{1,4}\.[0-9]{1,4}$`)

// versions holds what is known about the services' API versions.
type versions struct {
	mu sync.Mutex
	// inForce is the version of a service that did not have the newest known one.
	inForce map[Service]string
	// unknown lists services that have no version that this client knows: they are only read.
	unknown map[Service]*versionError
	// lists are the versions by base URL.
	lists Fetched[[]versionRow]
}

type versionRow struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// VersionInForce returns the API version that the next call to a service requests.
func (c *Client) VersionInForce(service Service) string {
	if pinned := c.config.APIVersions[service]; pinned != "" {
		return pinned
	}
	c.versions.mu.Lock()
	defer c.versions.mu.Unlock()
	if version := c.versions.inForce[service]; version != "" {
		return version
	}
	return knownVersions(service)[0]
}

// HasVersion reports whether the version in force of a service is at least one.
func (c *Client) HasVersion(service Service, version string) bool {
	return !olderVersion(c.VersionInForce(service), version)
}

// versionFor returns the version that a call requests, or the reason why the call is
// impossible.
func (c *Client) versionFor(call *call, base string) (string, error) {
	if call.service == "" {
		return "", nil
	}
	version := c.VersionInForce(call.service)
	c.versions.mu.Lock()
	unknown := c.versions.unknown[call.service]
	c.versions.mu.Unlock()
	if unknown != nil && call.changes() {
		return "", unknown.of(call, base)
	}
	return call.under(version, base)
}

// otherVersion is the version to go on with after the service refused one.
func (c *Client) otherVersion(ctx context.Context, call *call, base, refused string, failure *Error) (string, error) {
	rows, err := c.versions.lists.Get(ctx, base, func(ctx context.Context) ([]versionRow, error) { return c.fetchVersions(ctx, base) })
	if err != nil {
		failure.Detail += fmt.Sprintf(". The list of its versions could not be read: %v", err)
		return "", failure
	}
	problem := &versionError{service: call.service, refused: refused, rows: rows, cause: failure}
	if c.config.APIVersions[call.service] != "" {
		problem.pinned = true
		return "", problem.of(call, base)
	}
	c.versions.mu.Lock()
	defer c.versions.mu.Unlock()
	usable := problem.usable()
	// Other calls may have found one meanwhile.
	if version := c.versions.inForce[call.service]; version != "" && version != refused {
		return version, nil
	}
	if c.versions.inForce == nil {
		c.versions.inForce, c.versions.unknown = map[Service]string{}, map[Service]*versionError{}
	}
	for _, version := range knownVersions(call.service) {
		if version != refused && slices.Contains(usable, version) {
			c.versions.inForce[call.service] = version
			return call.under(version, base)
		}
	}
	current := problem.current()
	c.versions.unknown[call.service] = problem
	if current == "" || current == refused || call.changes() {
		return "", problem.of(call, base)
	}
	c.versions.inForce[call.service] = current
	if c.config.Notice != nil {
		c.config.Notice(problem.notice(current))
	}
	return call.under(current, base)
}

// under returns a version, unless it does not have the call.
func (call *call) under(version, base string) (string, error) {
	if call.since == "" || !olderVersion(version, call.since) {
		return version, nil
	}
	return "", call.failure(KindVersion, OutcomeNotSent, base,
		fmt.Sprintf("it needs API version %s of the service %s, and version %s is in use", call.since, call.service, version))
}

// fetchVersions reads the versions at a base URL.
func (c *Client) fetchVersions(ctx context.Context, base string) ([]versionRow, error) {
	var rows []versionRow
	list := &call{
		operation: "listApiVersions", method: http.MethodGet, path: "/", open: true, repeat: repeatFreely,
		decode: func(body []byte) (err error) { rows, err = decodeSome[versionRow](body, "versions"); return err },
	}
	target, err := newTarget(base, list)
	if err != nil {
		return nil, err
	}
	if failure := c.send(ctx, list, target, nil, ""); failure != nil {
		return nil, failure
	}
	return rows, nil
}

// versionError is a service without a version that could be used.
type versionError struct {
	service Service
	refused string
	rows    []versionRow
	pinned  bool
	cause   *Error
}

// usable returns the versions that the service has, without their leading v.
func (e *versionError) usable() []string {
	var out []string
	for _, row := range e.rows {
		if id := strings.TrimPrefix(row.ID, "v"); versionPattern.MatchString(id) && !strings.EqualFold(row.Status, "PLANNED") {
			out = append(out, id)
		}
	}
	return out
}

// current is the version that the service uses by default.
func (e *versionError) current() string {
	for _, row := range e.rows {
		if id := strings.TrimPrefix(row.ID, "v"); versionPattern.MatchString(id) && strings.EqualFold(row.Status, "CURRENT") {
			return id
		}
	}
	return ""
}

func (e *versionError) has() string {
	if usable := e.usable(); len(usable) > 0 {
		return strings.Join(usable, ", ")
	}
	return "none"
}

// of returns the error of a call that e makes impossible.
func (e *versionError) of(call *call, base string) error {
	detail := fmt.Sprintf("the service %s has the API versions %s, and this provider knows %s", e.service, e.has(), strings.Join(knownVersions(e.service), ", "))
	if newest := e.newest(); e.pinned {
		detail = fmt.Sprintf("api_versions.%s pins version %s, which the service does not have; it has %s", e.service, e.refused, e.has())
	} else if newest != "" {
		detail += fmt.Sprintf(". To use one that it does not know, at your own risk, pin it in the provider block: api_versions = { %s = %q }", e.service, newest)
	}
	failure := call.failure(KindVersion, OutcomeRefused, base, detail)
	failure.Err, failure.StatusCode, failure.RequestID, failure.Code, failure.Attempts = e.cause, e.cause.StatusCode, e.cause.RequestID, e.cause.Code, 1
	return failure
}

func (e *versionError) newest() string {
	out := ""
	for _, version := range e.usable() {
		if version != e.refused && (out == "" || olderVersion(out, version)) {
			out = version
		}
	}
	return out
}

// notice is the warning about reads that continue with an unknown version.
func (e *versionError) notice(current string) string {
	return fmt.Sprintf("The service %s has the API versions %s, and this provider knows %s. Reads continue with version %s, whose responses may differ; changes are refused. "+
		"Look for a newer version of the provider.", e.service, e.has(), strings.Join(knownVersions(e.service), ", "), current)
}

// olderVersion reports whether a is an older version than b.
func olderVersion(a, b string) bool {
	var majorA, minorA, majorB, minorB int
	_, errA := fmt.Sscanf(a, "%d.%d", &majorA, &minorA)
	_, errB := fmt.Sscanf(b, "%d.%d", &majorB, &minorB)
	if errors.Join(errA, errB) != nil {
		return false
	}
	return majorA < majorB || majorA == majorB && minorA < minorB
}

// isVersionRefused reports whether the service does not have the version that was asked
// for: 406, or a 400 that names the header (NOTES section 2).
func (e *Error) isVersionRefused() bool {
	words := strings.ToLower(e.Code + " " + e.Title + " " + e.Detail)
	return e.StatusCode == http.StatusNotAcceptable ||
		e.StatusCode == http.StatusBadRequest && (strings.Contains(words, "scp-api-version") || strings.Contains(words, "nosuchversion"))
}
