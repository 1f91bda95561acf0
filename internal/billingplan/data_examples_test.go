package billingplan_test

// The examples of the documentation, run as they stand.

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// exampleID is the contract that the examples speak of.
const exampleID = "5f3688a192094ddeb0c94166a3e88935"

// addExample copies an example into a configuration.
func addExample(t *testing.T, folder, kind, typeName, file string) {
	t.Helper()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "examples", kind, typeName, file))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, typeName+"-"+file), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// All data sources are in one configuration.
func TestAccDataExamples(t *testing.T) {
	acctest.NeedEmulator(t, "it reads contracts that are there already")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: exampleID, CreatedAt: time.Now().AddDate(0, -1, 0)})
	folder := e.Attached(t, `
data "scpbilling_server_types" "again" {
  count               = 30
  service_id          = "VIRTUAL_SERVER"
  os_type             = "OPEN_SOURCE"
  current_server_type = "s1v1m2"
}
`)
	for _, typeName := range []string{oneData, manyData, feeData, instancesData, coverageData, contractsData, systemsData, serversData, servicesData} {
		addExample(t, folder, "data-sources", typeName, "data-source.tf")
	}
	e.Reset()
	plan := acctest.RunTerraform(t, folder, nil, "plan", "-input=false", "-no-color").Must(t)
	if strings.Contains(plan.Output(), "Warning:") {
		t.Errorf("a warning in the plan:\n%s", plan.Output())
	}
	e.MustCheck(t,
		acctest.Exactly(3, "GET", computesPath), acctest.Exactly(1, "GET", computesPath+"/"+exampleID),
		acctest.Exactly(1, "POST", quotePath), acctest.Exactly(7, "GET", instancesPath),
		acctest.Exactly(1, "GET", "/v1/planned-computes/contract-types"), acctest.Exactly(1, "GET", "/v1/planned-computes/os-types"),
		// The example's query and the thirty of this test are one.
		acctest.Exactly(1, "GET", "/v1/planned-computes/server-types"), acctest.Exactly(1, "GET", "/v1/planned-computes/service-types"))
	for _, want := range []string{`"` + exampleID + `" = "20`, " KRW, billed in 20", `"Virtual Server"`, `"s1v2m4"`, `"16 cores, 32 GB"`} {
		if !strings.Contains(plan.Output(), want) {
			t.Errorf("%s is not in the outputs:\n%s", want, plan.Output())
		}
	}
}

func TestAccDataExampleOfAContract(t *testing.T) {
	acctest.NeedEmulator(t, "it buys a contract")
	e := acctest.New(t)
	folder := e.Attached(t, "")
	addExample(t, folder, "resources", oneData, "resource.tf")
	e.Reset()
	acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	if bought := e.Count("POST", computesPath); bought != 1 {
		t.Errorf("%d purchases, want 1", bought)
	}
	if second := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-input=false", "-no-color"); second.ExitCode != 0 {
		t.Errorf("the second plan ended with %d:\n%s", second.ExitCode, second.Output())
	}
}

func TestAccDataExamplesOfAnImport(t *testing.T) {
	acctest.NeedEmulator(t, "it imports a contract that is there already")
	e := acctest.New(t)
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{
		ID: exampleID, ServerType: "s1v2m4", NextContractType: "01", CreatedAt: time.Now().AddDate(0, -1, 0),
	})
	for _, file := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
		t.Run(file, func(t *testing.T) {
			if file == "import-by-identity.tf" {
				acctest.Need(t, acctest.Identity)
			}
			folder := e.Attached(t, "")
			addExample(t, folder, "resources", oneData, "resource.tf")
			addExample(t, folder, "resources", oneData, file)
			e.Reset()
			applied := acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
			if !strings.Contains(applied.Output(), "1 imported, 0 added") {
				t.Errorf("not an import alone:\n%s", applied.Output())
			}
			if changes := e.Count("POST", computesPath) + e.Count("PUT", ""); changes != 0 {
				t.Errorf("%d changes of contracts, want none", changes)
			}
			if second := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-input=false", "-no-color"); second.ExitCode != 0 {
				t.Errorf("the second plan ended with %d:\n%s", second.ExitCode, second.Output())
			}
		})
	}
}
