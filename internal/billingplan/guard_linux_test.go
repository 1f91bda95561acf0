package billingplan_test

// The purchase guard between a plan and its apply: on the same machine, elsewhere, and in
// a container, where Terraform is process 1.

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// known accounts for every contract that there is while planning.
const known = `known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id`

const allContracts = "data \"scpbilling_planned_computes\" \"all\" {}\n"

// asProcessOne runs Terraform in a new process namespace, as a container does.
func (p *project) asProcessOne(environment []string, arguments ...string) (output string, exit int) {
	p.t.Helper()
	const namespace = "--user --map-root-user --pid --fork --mount-proc"
	if out, err := exec.CommandContext(p.t.Context(), "unshare", append(strings.Fields(namespace), "true")...).CombinedOutput(); err != nil {
		p.t.Skipf("no process namespace can be made here: %v: %s", err, out)
	}
	ctx, stop := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer stop()
	terraform := acctest.TerraformCommand(ctx, p.t, p.folder, environment, append([]string{arguments[0], "-input=false", "-no-color"}, arguments[1:]...)...)
	command := exec.CommandContext(ctx, "unshare", append(strings.Fields(namespace), terraform.Args...)...)
	command.Args[len(strings.Fields(namespace))+1] = terraform.Path
	command.Dir, command.Env = terraform.Dir, terraform.Env
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	_ = command.Run()
	return flat(out.String()), command.ProcessState.ExitCode()
}

// elsewhere runs Terraform in a copy of the folder.
func (p *project) elsewhere(arguments ...string) (output string, exit int) {
	p.t.Helper()
	folder := filepath.Join(p.t.TempDir(), "copy")
	if err := os.CopyFS(folder, os.DirFS(p.folder)); err != nil {
		p.t.Fatal(err)
	}
	r := acctest.RunTerraform(p.t, folder, nil, append([]string{arguments[0], "-input=false", "-no-color"}, arguments[1:]...)...)
	state, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	if err == nil {
		err = os.WriteFile(filepath.Join(p.folder, "terraform.tfstate"), state, 0o600)
	}
	if err != nil {
		p.t.Error(err)
	}
	return flat(r.Output()), r.ExitCode
}

// A plan that names the known contracts is applied anywhere: beside siblings of the
// state it buys, and with an orphan that appeared meanwhile REFUSE buys nothing.
func TestTerraformSavedPlanWithKnownContracts(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	places := map[string]func(p *project) (string, int){
		"same machine": func(p *project) (string, int) { return p.run("apply", "saved") },
		"other home": func(p *project) (string, int) {
			r := acctest.RunTerraform(p.t, p.folder, []string{"HOME=" + p.t.TempDir(), "XDG_CACHE_HOME=" + p.t.TempDir(), "TMPDIR=" + p.t.TempDir()}, "apply", "-input=false", "-no-color", "saved")
			return flat(r.Output()), r.ExitCode
		},
		"other folder":   func(p *project) (string, int) { return p.elsewhere("apply", "saved") },
		"as process one": func(p *project) (string, int) { return p.asProcessOne(nil, "apply", "saved") },
	}
	for _, policy := range []string{"REFUSE", "WARN"} {
		for _, orphan := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, orphan %t", policy, orphan), func(t *testing.T) {
				t.Parallel()
				guard := fmt.Sprintf("purchase_guard = %q", policy)
				p := newProject(t, emulator.Guesses{}, allContracts+hcl("this", "count = 2", guard, known))
				p.ok("apply") // siblings bought a moment ago
				p.write(allContracts + hcl("this", "count = 3", guard, known))
				if out := p.ok("plan", "-out=saved"); strings.Contains(out, "An identical contract already exists") {
					t.Errorf("a false orphan in the plan:\n%s", out)
				}
				if orphan {
					p.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
				}
				before, state := p.SCP.PlannedComputes(), p.state()
				for name, apply := range places {
					t.Run(name, func(t *testing.T) {
						p := p.in(t)
						p.setState(state)
						p.Reset()
						out, exit := apply(p)
						if orphan && policy == "REFUSE" {
							if exit == 0 {
								t.Errorf("bought beside an orphan:\n%s", out)
							}
							p.says(out, "An identical contract already exists", "orphan", "Nothing is bought")
							p.wantRequests(0, 0)
							return
						}
						if exit != 0 || orphan != strings.Contains(out, "An identical contract already exists") {
							t.Errorf("ended with %d, orphan %t:\n%s", exit, orphan, out)
						}
						p.wantRequests(1, 0)
						if name == "same machine" { // What is saved does not depend on the place.
							p.empty()
						}
						p.restore(before)
					})
				}
			})
		}
	}
}

// Without known_contracts nothing reaches the apply of a saved plan: REFUSE refuses beside
// an identical contract of the last 24 hours, and the way out that it names works.
func TestTerraformSavedPlanWithout(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	refusing := `purchase_guard = "REFUSE"`
	p := newProject(t, emulator.Guesses{}, hcl("this", "count = 1", refusing))
	p.ok("apply")
	id := p.held()[0].ID
	p.write(hcl("this", "count = 2", refusing))
	p.ok("plan", "-out=saved")
	p.Reset()
	p.fails([]string{"An identical contract already exists", id, "known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id"}, "apply", "saved")
	p.wantRequests(0, 0)
	p.write(allContracts + hcl("this", "count = 2", refusing, known))
	p.ok("plan", "-out=saved")
	p.ok("apply", "saved")
	p.wantRequests(1, 0)
	p.empty()
	// An old contract is none of a response that was lost.
	p.SCP.Advance(25 * time.Hour)
	p.write(hcl("this", "count = 3", refusing))
	p.ok("plan", "-out=saved")
	p.ok("apply", "saved")
	p.wantRequests(2, 0)
	p.empty()
}

// Two containers that share a home, as jobs of one runner do: what the first run read
// accounts for nothing in the second, so its lost contract is found.
func TestTerraformContainersThatShareAHome(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	home := t.TempDir()
	environment := []string{"HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "TMPDIR=" + filepath.Join(home)}
	refusing := `purchase_guard = "REFUSE"`
	p := newProject(t, emulator.Guesses{}, hcl("this", refusing))
	if out, exit := p.asProcessOne(environment, "apply", "-auto-approve"); exit != 0 {
		t.Fatalf("the first run ended with %d:\n%s", exit, out)
	}
	p.wantRequests(1, 0)
	if out, exit := p.asProcessOne(environment, "plan", "-detailed-exitcode"); exit != 0 {
		t.Errorf("the plan of the first state ended with %d:\n%s", exit, out)
	}
	// The state is lost.
	if err := os.Remove(filepath.Join(p.folder, "terraform.tfstate")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		out, exit := p.asProcessOne(environment, "apply", "-auto-approve")
		if exit != 1 {
			t.Errorf("the second run ended with %d:\n%s", exit, out)
		}
		p.says(out, "An identical contract already exists", p.held()[0].ID, "Nothing is bought")
	}
	p.wantRequests(1, 0)
	// In a container siblings are none either.
	p.write(hcl("this", refusing) + fmt.Sprintf("import {\n  to = %s.this\n  id = %q\n}\n", typeName, p.held()[0].ID) + hcl("sibling", refusing))
	if out, exit := p.asProcessOne(environment, "apply", "-auto-approve"); exit != 0 {
		t.Errorf("beside an import: ended with %d:\n%s", exit, out)
	}
	p.wantRequests(2, 0)
	p.wantHeld(2)
}

// WARN and REFUSE of one spec in one plan: each speaks for itself.
func TestTerraformWarnBesideRefuse(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	p := newProject(t, emulator.Guesses{}, hcl("warns")+hcl("refuses", `purchase_guard = "REFUSE"`))
	p.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
	out, exit := p.run("plan")
	if exit != 1 || strings.Count(out, "An identical contract already exists") != 2 || !strings.Contains(out, "Error: An identical contract already exists") || !strings.Contains(out, "Warning: An identical contract already exists") {
		t.Errorf("ended with %d:\n%s", exit, out)
	}
	p.fails([]string{"Nothing is bought"}, "apply", "-target="+typeName+".refuses")
	p.wantRequests(0, 0)
	p.ok("apply", "-target="+typeName+".warns")
	p.wantRequests(1, 0)
}

// Identical purchases in one apply: as many as there are, and no false orphan. At ten at a
// time TestTerraformIdentical makes them.
func TestTerraformManyIdentical(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	const count = 30
	for _, parallelism := range []int{1, 30} {
		t.Run(fmt.Sprintf("at %d", parallelism), func(t *testing.T) {
			t.Parallel()
			p := newProject(t, emulator.Guesses{}, hcl("this", fmt.Sprintf("count = %d", count), `purchase_guard = "REFUSE"`))
			if out := p.ok("apply", fmt.Sprintf("-parallelism=%d", parallelism)); strings.Contains(out, "identical contract") {
				t.Errorf("a false orphan:\n%s", out)
			}
			p.wantRequests(count, 0)
			p.wantHeld(count)
			p.empty()
		})
	}
}

// A protected contract whose resource is renamed: the protection alone, with the hint.
func TestTerraformRenamed(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	each := func(key string) string {
		return hcl("this", fmt.Sprintf("for_each = toset([%q])", key), `purchase_guard = "REFUSE"`)
	}
	for name, c := range map[string]struct{ before, after, moved string }{
		"renamed":      {hcl("old", `purchase_guard = "REFUSE"`), hcl("new", `purchase_guard = "REFUSE"`), "moved {\n  from = " + typeName + ".old\n  to = " + typeName + ".new\n}\n"},
		"for_each key": {each("a"), each("b"), "moved {\n  from = " + typeName + ".this[\"a\"]\n  to = " + typeName + ".this[\"b\"]\n}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, emulator.Guesses{}, c.before)
			p.ok("apply")
			p.Reset()
			p.write(c.after)
			out, exit := p.run("apply")
			if exit != 1 || strings.Contains(out, "identical contract") || strings.Count(out, "Error:") != 1 {
				t.Errorf("ended with %d:\n%s", exit, out)
			}
			p.says(out, "The contract is protected", "add a moved block")
			p.wantRequests(0, 0)
			p.write(c.after + c.moved)
			p.ok("apply")
			p.wantRequests(0, 0)
			p.empty()
		})
	}
}
