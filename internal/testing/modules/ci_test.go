package modules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// fakeGitHub stands in for the program gh: it returns the list of comments from a file
// and appends each call, with what it read, to another.
const fakeGitHub = `#!/usr/bin/env bash
printf '%s\n' "$*" >>"$FAKE/calls"
case "$*" in
*--paginate*) cat "$FAKE/comments" ;;
*) cat >"$FAKE/body" ;;
esac
`

// pullRequest is a folder with the files of a plan, and a gh of its own.
type pullRequest struct{ folder, fake string }

func newPullRequest(t *testing.T, folder string) *pullRequest {
	t.Helper()
	p := &pullRequest{folder: folder, fake: t.TempDir()}
	for name, text := range map[string]string{"gh": fakeGitHub, "comments": "[]"} {
		if err := os.WriteFile(filepath.Join(p.fake, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(acctest.Tool(t, "gojq"), filepath.Join(p.fake, "jq")); err != nil {
		t.Fatal(err)
	}
	return p
}

// comment runs the script and returns the calls and the body that was posted.
func (p *pullRequest) comment(t *testing.T) (calls []string, body string) {
	t.Helper()
	_ = os.Remove(filepath.Join(p.fake, "calls"))
	command := exec.CommandContext(t.Context(), "bash", examplesPath(t, "ci", "plan-comment.sh"))
	command.Dir = p.folder
	command.Env = append(os.Environ(), "PATH="+p.fake+":"+os.Getenv("PATH"), "FAKE="+p.fake,
		"REPOSITORY=example/finops", "PULL_REQUEST=7", "COMMIT=0123456789abcdef")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var message struct{ Body string }
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, p.fake, "body")), &message); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(acctest.ReadFile(t, p.fake, "calls")), "\n"), message.Body
}

// planFiles runs the three commands of the workflow.
func planFiles(t *testing.T, folder string) {
	t.Helper()
	write := func(name, text string) { acctest.WriteFile(t, filepath.Join(folder, name), text) }
	planned := acctest.RunTerraform(t, folder, nil, "plan", "-input=false", "-out=plan", "-json")
	write("plan.jsonl", planned.Stdout)
	if planned.ExitCode != 0 {
		return
	}
	write("plan.txt", acctest.RunTerraform(t, folder, nil, "show", "-no-color", "plan").Must(t).Stdout)
	write("plan.json", acctest.RunTerraform(t, folder, nil, "show", "-json", "plan").Must(t).Stdout)
}

// planPurchase runs the commands of the workflow on a configuration that buys a contract.
func planPurchase(t *testing.T, serverType, more string) (*acctest.Env, *pullRequest) {
	t.Helper()
	acctest.NeedEmulator(t, "it plans a purchase")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo", Guesses: emulator.Guesses{NoSettlement: true}}))
	folder := e.Attached(t, fmt.Sprintf(`
resource "scpbilling_planned_compute" "web" {
  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = %q
  contract_type = "01"
}
`, serverType)+more)
	planFiles(t, folder)
	return e, newPullRequest(t, folder)
}

func TestPlanComment(t *testing.T) {
	t.Parallel()
	e, p := planPurchase(t, "s1v2m4", `
resource "scpbilling_account_budget" "stop" {
  name       = "stop"
  amount     = 1000000
  unit       = "MONTHLY"
  prevention = { threshold = 100 }
}

variable "note" {
  default   = "a very secret note"
  sensitive = true
}

output "cost_report" { value = "# Cloud costs" }
output "note" {
  value     = var.note
  sensitive = true
}
`)
	calls, body := p.comment(t)
	if len(calls) != 2 || !strings.Contains(calls[0], "repos/example/finops/issues/7/comments?per_page=100") ||
		calls[1] != "api --method POST repos/example/finops/issues/7/comments --input -" {
		t.Errorf("calls: %q", calls)
	}
	acctest.Has(t, body,
		"<!-- terraform plan -->\n## Terraform plan for 0123456789ab\n",
		"2 to add, 0 to change, 0 to destroy. Nothing was applied.",
		"### Contracts that are bought\n\n- `scpbilling_planned_compute.web`\n",
		"### Budgets that block new servers and databases for the whole account\n\n- `scpbilling_account_budget.stop`\n",
		"### Warnings\n\n- **", "# Cloud costs\n", "<details><summary>Plan</summary>\n\n````\n", "# scpbilling_planned_compute.web will be created")
	if strings.Contains(body, "very secret") {
		t.Errorf("the comment holds a sensitive value:\n%s", body)
	}

	// The next push updates this comment and leaves those of others alone.
	page := func(id int, author, text string) string {
		return fmt.Sprintf(`{"id":%d,"user":{"login":%q},"body":%q}`, id, author, text)
	}
	comments := "[" + page(1, "somebody", "<!-- terraform plan -->\nmine") + "," + page(2, "github-actions[bot]", "tests passed") + "]\n[" +
		page(3, "github-actions[bot]", "<!-- terraform plan -->\nold") + "]"
	acctest.WriteFile(t, filepath.Join(p.fake, "comments"), comments)
	if calls, _ := p.comment(t); len(calls) != 2 || calls[1] != "api --method PATCH repos/example/finops/issues/comments/3 --input -" {
		t.Errorf("calls: %q", calls)
	}

	// A plan that is too long is cut, and the rest of the comment stays whole.
	acctest.WriteFile(t, filepath.Join(p.folder, "plan.txt"), strings.Repeat("가나다라 ", 20_000))
	_, body = p.comment(t)
	if n := len([]rune(body)); n > 65_536 || !strings.HasSuffix(strings.TrimSpace(body), "cut off: the whole plan is in the log of the job.\n````\n</details>") || !strings.Contains(body, "# Cloud costs") {
		t.Errorf("a comment of %d characters ends with %q", n, body[len(body)-200:])
	}
	if e.Count("GET", "") != e.Count("", "") {
		t.Errorf("a plan sent %q", e.Requests())
	}
}

func TestPlanCommentOfAFailedPlan(t *testing.T) {
	t.Parallel()
	_, p := planPurchase(t, "s1v2m5", "")
	_, body := p.comment(t)
	acctest.Has(t, body, "The plan failed. Nothing was applied.\n", "### Errors\n\n- **", "`scpbilling_planned_compute.web`", "s1v2m5")
	if strings.Contains(body, "<details>") {
		t.Errorf("there is no plan to show:\n%s", body)
	}
}
