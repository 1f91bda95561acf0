package doccheck

import (
	"os"
	slashes "path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Each message of the troubleshooting guide is one that the provider has, and each test that
// the guide "Reliability" names is there.
func TestGuidesNameWhatIsThere(t *testing.T) {
	t.Parallel()
	for guide, names := range map[string]struct {
		pattern            string
		least              int
		in                 string
		cut, before, after string // cut: the name of a missing setting is put in
	}{
		"troubleshooting.md": {`(?m)^### (.*)$`, 20, code(t, false), "Missing access_", "", ""},
		"reliability.md":     {"`((?:Test|Fuzz)[A-Za-z0-9]+)`", 30, code(t, true), "", "func ", "("},
	} {
		found := regexp.MustCompile(names.pattern).FindAllStringSubmatch(read(t, "templates", "guides", guide), -1)
		if len(found) < names.least {
			t.Errorf("%s has %d names, want %d or more", guide, len(found), names.least)
		}
		for _, name := range found {
			if !strings.Contains(names.in, names.before+strings.TrimPrefix(name[1], names.cut)+names.after) {
				t.Errorf("%s: there is no %q", guide, name[1])
			}
		}
	}
}

var (
	pageLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading  = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// anchor is what GitHub and the Registry make of a heading.
func anchor(heading string) string {
	heading = strings.ToLower(strings.NewReplacer("`", "", "*", "").Replace(heading))
	heading = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(heading, "")
	return strings.ReplaceAll(heading, " ", "-")
}

// repository is the address under which documents name files of the project.
var repository = regexp.MustCompile(`^https://(?:github\.com/scpbilling/terraform-provider-scpbilling/(?:blob|tree)/main|raw\.githubusercontent\.com/scpbilling/terraform-provider-scpbilling/main)/`)

// link is one of a document.
type link struct {
	text, target, anchor string // target is a path in the project; "" leads out of it
}

// links are those of a document's sentences.
func links(t testing.TB, file string) (out []link) {
	t.Helper()
	for _, match := range pageLink.FindAllStringSubmatch(readDocument(t, file).sentences, -1) {
		l := link{text: match[1]}
		target, at, _ := strings.Cut(match[1], "#")
		switch l.anchor = at; {
		case repository.MatchString(target):
			l.target = repository.ReplaceAllString(target, "")
		case target == "":
			l.target = file
		case !strings.Contains(target, "://") && !strings.HasPrefix(target, "mailto:"):
			l.target = slashes.Join(slashes.Dir(file), target)
		}
		out = append(out, l)
	}
	return out
}

// Every link within the project leads to a file that exists, and every anchor to a heading.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	checked := 0
	// docs/ is made of templates/, with links as they are there.
	for _, file := range append(files(t, "docs"), "README.md", "README.ko.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md") {
		if filepath.Ext(file) != ".md" {
			continue
		}
		for _, l := range links(t, file) {
			if l.target == "" {
				continue
			}
			checked++
			if _, err := os.Stat(acctest.Path(t, l.target)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", file, l.text)
				continue
			}
			if l.anchor == "" || filepath.Ext(l.target) != ".md" {
				continue
			}
			found := strings.Contains(read(t, l.target), `<a id="`+l.anchor+`">`)
			for _, h := range heading.FindAllStringSubmatch(readDocument(t, l.target).sentences, -1) {
				found = found || anchor(h[1]) == l.anchor
			}
			if !found {
				t.Errorf("%s: %s has no heading for #%s", file, l.target, l.anchor)
			}
		}
	}
	if checked < 60 {
		t.Errorf("%d links were checked; the pattern finds too few", checked)
	}
}

// From the landing page each job of a newcomer is at most two clicks away.
func TestNewcomersFindTheirPage(t *testing.T) {
	t.Parallel()
	reached := map[string]bool{}
	for _, first := range links(t, "docs/index.md") {
		reached[first.target] = true
		if strings.HasPrefix(first.target, "docs/") {
			for _, second := range links(t, first.target) {
				reached[second.target] = true
			}
		}
	}
	for job, page := range map[string]string{
		"a budget with emails": "docs/resources/account_budget.md", "import of what exists": "docs/guides/contracts.md", "a renewal": "docs/guides/contracts.md", "a cancellation": "docs/actions/cancel_planned_compute.md",
		"a cost report in a pull request": "examples/modules/cost-report", "the workflow": "examples/ci", "tests offline": "docs/guides/testing-modules.md", "several accounts": "examples/several-accounts", "troubleshooting": "docs/guides/troubleshooting.md",
	} {
		if !reached[page] {
			t.Errorf("%s: %s is more than two clicks from docs/index.md", job, page)
		}
	}
}
