package scp

// Which API version of a service is requested (NOTES section 2): always a specific one, the
// newest that this client knows or the one that the user pinned. Only if the service refuses
// it is its list of versions read.

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
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
	lists Fetched[offeredVersions]
}

// offeredVersions are the versions that a service has, without their leading v. current is the
// one that it uses by default.
type offeredVersions struct {
	usable  []string
	current string
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
func (c *Client) versionFor(call *call) (string, error) {
	if call.service == "" {
		return "", nil
	}
	version := c.VersionInForce(call.service)
	c.versions.mu.Lock()
	defer c.versions.mu.Unlock()
	if unknown := c.versions.unknown[call.service]; unknown != nil && changes(call.method, call.operation) {
		return "", unknown.of(call)
	}
	return call.under(version)
}

// otherVersion is the version to go on with after the service refused the call's.
func (c *Client) otherVersion(ctx context.Context, call *call, base string, failure *Error) (string, error) {
	offered, err := c.versions.lists.Get(ctx, base, func(ctx context.Context) (offeredVersions, error) { return c.fetchVersions(ctx, base) })
	if err != nil {
		failure.Detail += fmt.Sprintf(". The list of its versions could not be read: %v", err)
		return "", failure
	}
	problem := &versionError{service: call.service, refused: call.version, offered: offered, cause: failure}
	if c.config.APIVersions[call.service] != "" {
		problem.pinned = true
		return "", problem.of(call)
	}
	c.versions.mu.Lock()
	defer c.versions.mu.Unlock()
	// Other calls may have found one meanwhile.
	if version := c.versions.inForce[call.service]; version != "" && version != call.version {
		return version, nil
	}
	for _, version := range knownVersions(call.service) {
		if version != call.version && slices.Contains(offered.usable, version) {
			c.versions.inForce[call.service] = version
			return call.under(version)
		}
	}
	c.versions.unknown[call.service] = problem
	if offered.current == "" || offered.current == call.version || changes(call.method, call.operation) {
		return "", problem.of(call)
	}
	c.versions.inForce[call.service] = offered.current
	if c.config.Notice != nil {
		c.config.Notice(fmt.Sprintf("%s. Reads continue with version %s, whose responses may differ; changes are refused. "+
			"Look for a newer version of the provider.", problem.mismatch("The"), offered.current))
	}
	return call.under(offered.current)
}

// under returns a version, unless it does not have the call.
func (call *call) under(version string) (string, error) {
	if call.since == "" || !olderVersion(version, call.since) {
		return version, nil
	}
	return "", call.failure(KindVersion, OutcomeNotSent,
		fmt.Sprintf("it needs version %s of the API of the service %s, but version %s is in use", call.since, call.service, version))
}

// fetchVersions reads the versions at a base URL.
func (c *Client) fetchVersions(ctx context.Context, base string) (offered offeredVersions, err error) {
	type row struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	}
	var rows []row
	list := &call{
		operation: "listApiVersions", method: http.MethodGet, path: "/", open: true, repeat: repeatFreely,
		decode: func(body []byte) (err error) { rows, err = decodeSome[row](body, "versions"); return err },
	}
	if err := list.aim(base); err != nil {
		return offered, err
	}
	if failure := c.send(ctx, list); failure != nil {
		return offered, failure
	}
	for _, row := range rows {
		id, status := strings.TrimPrefix(row.ID, "v"), strings.ToUpper(row.Status)
		if !versionPattern.MatchString(id) || status == "PLANNED" {
			continue
		}
		offered.usable = append(offered.usable, id)
		if status == "CURRENT" && offered.current == "" {
			offered.current = id
		}
	}
	return offered, nil
}

// versionError is a service without a version that could be used.
type versionError struct {
	service Service
	refused string
	offered offeredVersions
	pinned  bool
	cause   *Error
}

func (e *versionError) has() string { return cmp.Or(strings.Join(e.offered.usable, ", "), "none") }

// mismatch says which versions there are. article begins the sentence.
func (e *versionError) mismatch(article string) string {
	return fmt.Sprintf("%s service %s refused API version %s; it lists %s, and this provider knows %s", article, e.service, e.refused, e.has(), strings.Join(knownVersions(e.service), ", "))
}

// of returns the error of a call that e makes impossible.
func (e *versionError) of(call *call) error {
	detail := e.mismatch("the")
	newest := ""
	for _, version := range e.offered.usable {
		if version != e.refused && (newest == "" || olderVersion(newest, version)) {
			newest = version
		}
	}
	if e.pinned {
		detail = fmt.Sprintf("api_versions.%s pins version %s, which the service does not have; it has %s", e.service, e.refused, e.has())
	} else if newest != "" {
		detail += fmt.Sprintf(". To use a version that the provider does not know, at your own risk, pin that version in the provider block: api_versions = { %s = %q }", e.service, newest)
	}
	failure := call.failure(KindVersion, OutcomeRefused, detail)
	failure.Err, failure.StatusCode, failure.RequestID, failure.Code, failure.Attempts = e.cause, e.cause.StatusCode, e.cause.RequestID, e.cause.Code, 1
	return failure
}

// olderVersion reports whether a is an older version than b.
func olderVersion(a, b string) bool { return slices.Compare(versionNumbers(a), versionNumbers(b)) < 0 }

func versionNumbers(version string) (numbers []int) {
	for part := range strings.SplitSeq(version, ".") {
		number, _ := strconv.Atoi(part) // Every version matches versionPattern.
		numbers = append(numbers, number)
	}
	return numbers
}

// isVersionRefused reports whether the service does not have the version that was asked
// for: 406, or a 400 that names the header (NOTES section 2).
func (e *Error) isVersionRefused() bool {
	words := strings.ToLower(e.Code + " " + e.Title + " " + e.Detail)
	return e.StatusCode == http.StatusNotAcceptable ||
		e.StatusCode == http.StatusBadRequest && (strings.Contains(words, "scp-api-version") || strings.Contains(words, "nosuchversion"))
}
