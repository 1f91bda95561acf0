package modules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const title = "name,amount,unit,start_month,receivers,thresholds,block_at,block_reason\n"

// spoiled are files that cannot be used, each with the whole list of its problems.
var spoiled = []struct{ name, content, want string }{
	{"empty", "", `the file is empty; its first row holds the columns: name, amount, unit, start_month, receivers, thresholds, block_at, block_reason`},
	{"misspelt title", "name,amuont\ntotal,1\n", `row 1, column 2: unknown column "amuont"; the columns are name, amount, unit, start_month, receivers, thresholds, block_at, block_reason|row 1: the column "amount" is missing`},
	{"title twice", "name,amount,amount\ntotal,1,2\n", `row 1: the column "amount" is there twice`},
	{"no title above a cell", "name,amount,\ntotal,1,x\n", `row 1, column 3 has no title`},
	{"no header", "total,5000000\nearly,3000000\n", `row 1, column 1: unknown column "total"; the columns are name, amount, unit, start_month, receivers, thresholds, block_at, block_reason|row 1, column 2: unknown column "5000000"; the columns are name, amount, unit, start_month, receivers, thresholds, block_at, block_reason|row 1: the column "name" is missing|row 1: the column "amount" is missing`},
	{"separators without quotation marks", "name,amount\ntotal,5,000,000\n", `row 2 has 4 cells and the header has 2; put a cell that holds ",", such as an amount with thousands separators or several receivers, in quotation marks`},
	{"a cell too few", title + "total,1,MONTHLY\n", `row 2 has 3 cells and the header has 8; put a cell that holds ",", such as an amount with thousands separators or several receivers, in quotation marks`},
	{"open quotation mark", "name,amount\n\"total,1\n", `row 2: a quotation mark is missing or stands inside a cell; a cell that holds one is written as "a ""quoted"" word", on one line`},
	{"quotation mark inside", "name,amount\nto\"tal,1\n", `row 2: a quotation mark is missing or stands inside a cell; a cell that holds one is written as "a ""quoted"" word", on one line`},
	{"no name", "name,amount\ntotal,1\n,2\n", `row 3, column name is empty`},
	{"long name", "name,amount\nabcdefghijklmnopqrstu,1\n", `row 2, column name: "abcdefghijklmnopqrstu" has 21 characters or one that the service does not take; a name has up to 20 of Korean or Latin letters, digits, spaces and + = . , @ - _`},
	{"name with a slash", "name,amount\na/b,1\n", `row 2, column name: "a/b" has 3 characters or one that the service does not take; a name has up to 20 of Korean or Latin letters, digits, spaces and + = . , @ - _`},
	{"name twice", "name,amount\ntotal,1\nother,2\n total ,3\n", `rows 2 and 4, column name: both are called "total"`},
	{"no amount", "name,amount\ntotal,\n", `row 2, column amount is empty`},
	{"decimals", "name,amount\ntotal,5000000.5\n", `row 2, column amount: "5000000.5" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"points as separators", "name,amount\ntotal,5.000.000\n", `row 2, column amount: "5.000.000" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"separators in odd places", "name,amount\ntotal,\"50,00,000\"\n", `row 2, column amount: "50,00,000" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"currency", "name,amount\ntotal,5000000 KRW\n", `row 2, column amount: "5000000 KRW" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"too large", "name,amount\ntotal,9223372036854775808\n", `row 2, column amount: 9223372036854775808 is more than a budget can have`},
	{"negative", "name,amount\ntotal,-1\n", `row 2, column amount: "-1" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"zero", "name,amount\ntotal,0\n", `row 2, column amount: a budget of 0 is not possible`},
	{"unit", "name,amount,unit\ntotal,1,YEARLY\n", `row 2, column unit: "YEARLY" is neither MONTHLY nor OVERALL`},
	{"month of a spreadsheet", "name,amount,start_month\ntotal,1,Jan-99\n", `row 2, column start_month: "Jan-99" is not a month written as YYYY-MM; leave it empty for the current month`},
	{"receiver", "name,amount,receivers\ntotal,1,a@example.com finops\n", `row 2, column receivers: "finops" is not an email address`},
	{"threshold", "name,amount,thresholds\ntotal,1,80 95\n", `row 2, column thresholds: "95" is not one of 70, 80, 90 and 100`},
	{"block at a share", "name,amount,block_at,block_reason\ntotal,1,0.9,because\n", `row 2, column block_at: "0.9" is not one of 70, 80, 90 and 100`},
	{"block without a reason", "name,amount,block_at\ntotal,1,90\n", `row 2, column block_reason is empty; block_at = 90 blocks new servers and databases for everybody in the account, so the row has to say why`},
	{"reason without a block", "name,amount,block_reason\ntotal,1,because\n", `row 2, column block_at is empty although block_reason says why to block`},
	{"several", "name;amount;thresholds\r\na/b;1,5;60\r\n\r\nc;x;\r\n", `row 2, column name: "a/b" has 3 characters or one that the service does not take; a name has up to 20 of Korean or Latin letters, digits, spaces and + = . , @ - _|row 2, column amount: "1,5" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"|row 2, column thresholds: "60" is not one of 70, 80, 90 and 100|row 4, column amount: "x" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"YAML: empty", " \n", `the file is empty; it holds a list of budgets, each with name and amount`},
	{"YAML: scalar", "total", `the file is not a list of budgets, each with name and amount`},
	{"YAML: map", "total: 5\n", `the file is not a list of budgets, each with name and amount`},
	{"YAML: unknown key", "- name: total\n  amout: 5\n", `row 1: unknown key "amout"; the keys are name, amount, unit, start_month, receivers, thresholds, block_at, block_reason`},
	{"YAML: fraction", "- name: total\n  amount: 5.5\n", `row 1, column amount: "5.5" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or "3,000,000"`},
	{"YAML: list of nothing", "- name: total\n  amount: null\n", `row 1, column amount is empty`},
}

// harmless are files that are untidy and clear: their budgets are "total" of 5,000,000
// and "early" of 3,000,000.
var harmless = map[string]string{
	"plain":                    "name,amount\ntotal,5000000\nearly,3000000\n",
	"byte order mark":          "\ufeffname,amount\ntotal,5000000\nearly,3000000\n",
	"carriage returns":         "name,amount\r\ntotal,5000000\r\nearly,3000000\r\n",
	"carriage returns alone":   "name,amount\rtotal,5000000\rearly,3000000\r",
	"semicolons":               "name;amount;unit\ntotal;5,000,000;monthly\nearly;3 000 000;\n",
	"tabs":                     "name\tamount\ntotal\t5000000\nearly\t3000000\n",
	"empty rows at the end":    "name,amount\ntotal,5000000\nearly,3000000\n,\n\n , \n",
	"empty rows in between":    "\n\nname,amount\n\ntotal,5000000\n\nearly,3000000",
	"empty columns":            "name,amount,,\ntotal,5000000,,\nearly,3000000,,\n",
	"spaces":                   " Name , Amount \n total , 5000000 \n early ,\t3000000\n",
	"titles in capitals":       "NAME,AMOUNT,Start Month,Block-At\ntotal,5000000,,\nearly,3000000,,\n",
	"thousands separators":     "name,amount\ntotal,\"5,000,000\"\nearly,3_000_000\n",
	"quotation marks":          "\"name\",\"amount\"\n\"total\", \"5000000\"\n\"early\" ,\"3000000\"\n",
	"columns in another order": "unit,amount,name\nMONTHLY,5000000,total\nmonthly,3000000,early\n",
}

// moduleWorkspace creates a workspace that calls the module once for each file.
func moduleWorkspace(t *testing.T, e *acctest.Env, files map[string]string) string {
	t.Helper()
	var config strings.Builder
	for name := range files {
		id := "m" + strings.ReplaceAll(name, ".", "_")
		fmt.Fprintf(&config, "module %q {\n  source = %q\n  file = \"${path.root}/%s\"\n}\n", id, filepath.ToSlash(examplesPath(t, "modules", "account-budgets")), name)
		fmt.Fprintf(&config, "output %q {\n  value = { for name, budget in module.%s.budgets : name => budget.amount }\n}\n", id, id)
	}
	folder := e.Attached(t, config.String())
	acctest.GetModules(t, folder)
	for name, content := range files {
		acctest.WriteFile(t, filepath.Join(folder, name), content)
	}
	return folder
}

// Each problem of each file is named with its row and column, and nothing is created.
func TestAccountBudgetsOfSpoiledFiles(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it counts requests")
	e := acctest.New(t)
	files, wants := map[string]string{}, map[string]string{}
	for i, f := range spoiled {
		name := fmt.Sprintf("c%02d.csv", i)
		if strings.HasPrefix(f.name, "YAML") {
			name = fmt.Sprintf("y%02d.yaml", i)
		}
		files[name], wants[name] = f.content, f.want
	}
	folder := moduleWorkspace(t, e, files)
	r := acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-json")
	if r.ExitCode != 1 {
		t.Errorf("terraform apply ended with %d, want 1", r.ExitCode)
	}
	problems := problemsByFile(t, r.Stdout)
	for name, want := range wants {
		if diff := cmp.Diff(strings.Split(want, "|"), problems[name]); diff != "" {
			t.Errorf("%q:\n%s", files[name], diff)
		}
		t.Logf("%q\n  %s", files[name], strings.Join(problems[name], "\n  "))
	}
	if budgets := e.SCP.Budgets(); len(budgets) > 0 {
		t.Errorf("%d budgets were created", len(budgets))
	}
}

// problemsByFile reads the precondition errors of a run with -json.
func problemsByFile(t *testing.T, output string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	heading := regexp.MustCompile(`([a-z0-9]+\.(?:csv|yaml)) cannot be used:\n`)
	for line := range strings.Lines(output) {
		var message struct {
			Level      string `json:"@level"`
			Diagnostic struct{ Summary, Detail string }
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if message.Level != "error" {
			continue
		}
		detail := message.Diagnostic.Detail
		at := heading.FindStringSubmatchIndex(detail)
		if at == nil {
			t.Errorf("another error: %s: %s", message.Diagnostic.Summary, detail)
			continue
		}
		for _, problem := range strings.Split(detail[at[1]:], "\n") {
			if problem, ok := strings.CutPrefix(problem, "  - "); ok {
				out[detail[at[2]:at[3]]] = append(out[detail[at[2]:at[3]]], strings.TrimSpace(problem))
			}
		}
	}
	return out
}

func TestAccountBudgetsOfUntidyFiles(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "several budgets share a name")
	e := acctest.New(t)
	files := map[string]string{}
	names := slices.Sorted(maps.Keys(harmless))
	for i, name := range names {
		files[fmt.Sprintf("c%02d.csv", i)] = harmless[name]
	}
	folder := moduleWorkspace(t, e, files)
	acctest.RunTerraform(t, folder, nil, "plan", "-out=plan", "-input=false", "-no-color").Must(t)
	var plan struct {
		PlannedValues struct {
			Outputs map[string]struct{ Value map[string]int64 }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal([]byte(acctest.RunTerraform(t, folder, nil, "show", "-json", "plan").Must(t).Stdout), &plan); err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"total": 5_000_000, "early": 3_000_000}
	for i, name := range names {
		if diff := cmp.Diff(want, plan.PlannedValues.Outputs[fmt.Sprintf("mc%02d_csv", i)].Value); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// TestAccountBudgetsOfOtherEncodings checks that a file as Korean Excel saves it by
// default is refused with what to do, and not with an advice for authors of modules.
func TestAccountBudgetsOfOtherEncodings(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "nothing else is there to ask")
	e := acctest.New(t)
	files := map[string]string{"cp949.csv": "name,amount\n\xc0\xfc\xbb\xe7,5000000\n", "utf16.csv": "\xff\xfen\x00a\x00m\x00e\x00"}
	r := acctest.RunTerraform(t, moduleWorkspace(t, e, files), nil, "plan", "-input=false", "-no-color")
	text := strings.Join(strings.Fields(strings.ReplaceAll(r.Output(), "│", " ")), " ")
	advice := `is not UTF-8. In Excel, save it as "CSV UTF-8 (Comma delimited)".`
	for _, module := range []string{"mcp949_csv", "mutf16_csv"} {
		if !strings.Contains(text, `in module "`+module+`"`) {
			t.Errorf("no error is about %s", module)
		}
	}
	if r.ExitCode != 1 || strings.Count(text, advice) != len(files) || strings.Contains(text, "filebase64") {
		t.Errorf("ended with %d: %s", r.ExitCode, text)
	}
}
