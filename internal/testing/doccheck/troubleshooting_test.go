package doccheck

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each message of the troubleshooting guide is one that the provider has.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	err := filepath.WalkDir(path(t, "internal"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			if err == nil && entry.IsDir() && (entry.Name() == "testing" || entry.Name() == "emulator") {
				return filepath.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(file)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	messages := regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(read(t, "templates", "guides", "troubleshooting.md"), -1)
	if len(messages) < 20 {
		t.Errorf("%d messages, want 20 or more", len(messages))
	}
	for _, message := range messages {
		// The name of a missing setting is put in.
		if want := strings.TrimPrefix(message[1], "Missing access_"); !strings.Contains(code.String(), want) {
			t.Errorf("no message has %q", want)
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

// Every link within the project leads to a file that exists, and every anchor to a heading.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, file := range append(prose(t), path(t, "CONTRIBUTING.md"), path(t, "SECURITY.md"), path(t, "examples", "README.md")) {
		if strings.Contains(filepath.ToSlash(file), "/templates/") {
			continue // docs/ is made of them, with links as they are there
		}
		if filepath.Ext(file) != ".md" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range pageLink.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
			target, at, _ := strings.Cut(match[1], "#")
			switch {
			case repository.MatchString(target):
				target = path(t, filepath.FromSlash(repository.ReplaceAllString(target, "")))
			case strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:"):
				continue
			case target == "":
				target = file
			default:
				target = filepath.Join(filepath.Dir(file), filepath.FromSlash(target))
			}
			checked++
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %s leads nowhere", file, match[1])
				continue
			}
			if at == "" || filepath.Ext(target) != ".md" {
				continue
			}
			page, err := os.ReadFile(target)
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Contains(string(page), `<a id="`+at+`">`)
			for _, h := range heading.FindAllStringSubmatch(fence.ReplaceAllString(string(page), ""), -1) {
				found = found || anchor(h[1]) == at
			}
			if !found {
				t.Errorf("%s: %s has no heading for #%s", file, target, at)
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
	links := func(page string) (out []string) {
		for _, match := range pageLink.FindAllStringSubmatch(read(t, strings.Split(page, "/")...), -1) {
			target, _, _ := strings.Cut(match[1], "#")
			if repository.MatchString(target) {
				out = append(out, repository.ReplaceAllString(target, ""))
			} else if target != "" && !strings.Contains(target, "://") {
				out = append(out, filepath.ToSlash(filepath.Join(filepath.Dir(page), target)))
			}
		}
		return out
	}
	reached := map[string]bool{}
	for _, first := range links("docs/index.md") {
		reached[first] = true
		if strings.HasPrefix(first, "docs/") {
			for _, second := range links(first) {
				reached[second] = true
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

// Each test that the guide "Reliability" names is there.
func TestReliabilityNamesTests(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	err := filepath.WalkDir(path(t, "internal"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(read(t, "templates", "guides", "reliability.md"), -1)
	if len(names) < 30 {
		t.Errorf("%d tests are named", len(names))
	}
	for _, name := range names {
		if !strings.Contains(code.String(), "func "+name[1]+"(") {
			t.Errorf("there is no test %s", name[1])
		}
	}
}
