package emulator

// API versions (NOTES section 2).

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// serviceNames are the services that have API versions.
var serviceNames = []string{"billingplan", "budget", "costexplorer", "pricing"}

// defaultVersions are the versions of September 2026, the current one first. That the
// older ones are still served is a guess (NOTES section 10 number 28), and so is the
// form of costexplorer 1.1 and pricing 1.1: they respond as 1.0 does (number 29).
var defaultVersions = map[string][]string{
	"billingplan":  {"1.0"},
	"budget":       {"1.1", "1.0"},
	"costexplorer": {"1.1", "1.0"},
	"pricing":      {"1.1", "1.0"},
}

var versionForm = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)

// versionsOf are the versions of a service, the current one first.
func (s *Server) versionsOf(service string) []string {
	if versions, set := s.opt.APIVersions[service]; set {
		return versions
	}
	return defaultVersions[service]
}

// ParseAPIVersions adds the versions of services, as in budget=1.1,1.0;pricing=1.0, the
// current one first.
func ParseAPIVersions(to map[string][]string, setting string) error {
	for part := range strings.SplitSeq(setting, ";") {
		service, list, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found || !slices.Contains(serviceNames, service) {
			return fmt.Errorf("%q does not have the form SERVICE=VERSION, where SERVICE is one of %s", part, strings.Join(serviceNames, ", "))
		}
		versions := strings.Split(list, ",")
		for _, version := range versions {
			if !versionForm.MatchString(version) {
				return fmt.Errorf("%q is not a version such as 1.1", version)
			}
		}
		to[service] = versions
	}
	return nil
}

// chooseVersion returns the version that the request names, or else the current one. A version
// that the service does not have is refused with 406: observed on another service of the
// platform, inferred for these.
func (c *call) chooseVersion() *reply {
	name := c.route.service.name()
	versions := c.s.versionsOf(name)
	if len(versions) > 0 {
		c.version = versions[0]
	}
	header := c.r.Header.Values("Scp-Api-Version")
	if c.route.open || len(header) == 0 || len(versions) == 0 && !c.s.opt.Strict {
		return nil
	}
	service, version, _ := strings.Cut(header[0], " ")
	if len(header) > 1 || service != name {
		return c.refuse("Scp-Api-Version %q does not name the service %s.", strings.Join(header, ", "), name)
	}
	since := c.route.since
	if !slices.Contains(versions, version) || since != "" && version < since {
		c.s.refused.Store(&name)
		return c.fail(http.StatusNotAcceptable, codeNoVersion, fmt.Sprintf("The version %s of %s does not exist.", version, name))
	}
	c.version = version
	return nil
}
