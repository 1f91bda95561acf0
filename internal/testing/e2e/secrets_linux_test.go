package e2e

// Secrets: the secret key, the token and every signature, looked for in all that
// a run leaves behind, with the most talkative log there is.

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const secretsConfig = required + `
provider "scpbilling" {
  max_retries     = 1
  request_timeout = "4s"
}
variable "cells" { type = set(string) }
variable "amount" {
  type    = number
  default = 1000
}
resource "scpbilling_account_budget" "x" {
  for_each    = var.cells
  name        = each.key
  amount      = var.amount
  unit        = "MONTHLY"
  start_month = "2099-03"
}
resource "scpbilling_planned_compute" "c" {
  service_id      = "VIRTUAL_SERVER"
  os_type         = "opensource"
  server_type     = "s1v1m2"
  contract_type   = "01"
  deletion_policy = "CANCEL"
}
data "scpbilling_account_budgets" "all" {}
`

// echoes are responses of a service that repeats what it was sent: ALL stands for it, and
// HOST for as much of it as the name of a host can have.
var echoes = map[string]struct {
	status                  int
	header, value, response string
}{
	"echo-error": {
		http.StatusBadRequest, "Content-Type", "application/json",
		`{"errors":[{"code":"ALL","title":"ALL","detail":"ALL","status":400,"request_id":"ALL"}]}`,
	},
	"echo-gateway":  {http.StatusUnauthorized, "X-Other", "", `{"status":"UNAUTHORIZED","name":"ALL","message":"ALL"}`},
	"echo-page":     {http.StatusOK, "X-Other", "", "<html><title>ALL</title></html>"},
	"echo-header":   {http.StatusForbidden, "X-Request-Id", "ALL", ""},
	"echo-redirect": {http.StatusFound, "Location", "http://HOST/?ALL", ""},
	"echo-value":    {http.StatusOK, "X-Other", "", `{"budget":{"id":"x","name":"x","amount":"ALL","unit":"MONTHLY","start_month":"2099-03"}}`},
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "reads signatures off the requests")
	server := newEmulator(t, func() time.Time { return seoulNoon })
	var signatures, echo sync.Map // echo: by method and path
	g := &gate{next: server}
	address := serve(t, server, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		signatures.Store(r.Header.Get("Scp-Signature"), true)
		if kind, ok := echo.Load(r.Method + " " + r.URL.Path); ok {
			headers := emulator.ExampleSecretKey
			for _, name := range []string{"Scp-Signature", "X-Auth-Token", "Scp-Timestamp"} {
				headers += " " + r.Header.Get(name)
			}
			fill := strings.NewReplacer("ALL", headers, "HOST", strings.NewReplacer(" ", "", "/", "", "+", "", "=", "").Replace(headers))
			echo := echoes[fmt.Sprint(kind)]
			rw.Header().Set(echo.header, fill.Replace(echo.value))
			rw.WriteHeader(echo.status)
			_, _ = fill.WriteString(rw, echo.response)
			return
		}
		g.ServeHTTP(rw, r)
	}))

	// The credentials are in a file that others may read, which is worth a warning.
	folder, home := t.TempDir(), t.TempDir()
	write := func(name string, value any) {
		text, err := json.Marshal(value)
		if err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o700)); err != nil {
			t.Fatal(err)
		}
		acctest.WriteFile(t, name, string(text))
	}
	credentials := filepath.Join(home, ".scpconf", "credentials.json")
	write(credentials, map[string]string{"access-key": emulator.ExampleAccessKey, "secret-key": emulator.ExampleSecretKey, "auth-token": token})
	if err := os.Chmod(credentials, 0o644); err != nil {
		t.Fatal(err)
	}
	cells := []string{}
	rules := map[string]string{}
	for i, f := range allFaults {
		if f.rule != "" && f.kind != "" && f.status != http.StatusTooManyRequests {
			key := fmt.Sprintf("cell-%02d", i)
			cells, rules[key] = append(cells, key), f.rule
		}
	}
	for name := range echoes {
		cells = append(cells, name)
	}
	write(filepath.Join(folder, "cells.auto.tfvars.json"), map[string]any{"cells": cells})
	acctest.WriteFile(t, filepath.Join(folder, "main.tf"), secretsConfig)
	environment := []string{
		"TF_LOG=TRACE", "HOME=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
		"SCP_TF_ENDPOINT_OVERRIDE=" + address, "GOTRACEBACK=crash",
	}
	allowCoreDumps(t)
	var log bytes.Buffer
	run := func(want int, arguments ...string) string {
		t.Helper()
		r := acctest.RunTerraform(t, folder, environment, append(arguments, "-no-color", "-parallelism=50")...)
		log.WriteString(r.Output())
		if r.ExitCode != want {
			t.Errorf("terraform %v ended with %d, want %d", arguments, r.ExitCode, want)
		}
		return r.Output()
	}

	text := run(0, "apply", "-auto-approve")
	if !strings.Contains(strings.Join(strings.Fields(text), " "), "Credentials file is readable by other users") {
		t.Error("the open credentials file is not worth a warning")
	}
	// Every type of error, for each of read and update, and what a hostile service repeats.
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		echo.Clear()
		for _, b := range server.Budgets() {
			path := budgetsPath + "/" + b.ID
			if _, ok := echoes[b.Name]; ok {
				echo.Store(method+" "+path, b.Name)
				continue
			}
			f, err := emulator.ParseFault(fmt.Sprintf("method=%s,path=%s,%s", method, path, strings.Replace(rules[b.Name], "retry-after=17", "retry-after=0", 1)))
			if err != nil {
				t.Fatal(err)
			}
			server.AddFault(f)
		}
		if method == http.MethodGet {
			run(1, "plan")
		} else {
			run(1, "apply", "-auto-approve", "-var=amount=2000")
		}
		server.ClearFaults()
	}
	echo.Clear()
	run(0, "plan", "-out=next.plan", "-var=amount=3000")

	// A crash with the stacks of all goroutines, while a request is under way.
	command := acctest.TerraformCommand(t.Context(), t, folder, environment, "apply", "-no-color", "next.plan")
	command.Stdout, command.Stderr = &log, &log
	h := g.hold(moment{method: http.MethodPut, path: budgetsPath + "/*"})
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-h.held:
	case <-time.After(time.Minute):
		t.Error("no request came")
	}
	for _, child := range children(command.Process.Pid) {
		_ = syscall.Kill(child, syscall.SIGQUIT)
	}
	h.open()
	_ = command.Wait()
	if !bytes.Contains(log.Bytes(), []byte("goroutine ")) {
		t.Error("the crash left no stacks")
	}
	run(0, "destroy", "-auto-approve")

	// What to look for, and where.
	secrets := map[string]string{
		"secret key": emulator.ExampleSecretKey, "token": token, "signature header": "Scp-Signature",
		"secret key in Base64": base64.StdEncoding.EncodeToString([]byte(emulator.ExampleSecretKey)),
		"secret key in hex":    hex.EncodeToString([]byte(emulator.ExampleSecretKey)),
	}
	for key := range signatures.Range {
		if signature := fmt.Sprint(key); signature != "" {
			secrets["signature "+signature[:4]] = signature
		}
	}
	if len(secrets) < 50 {
		t.Errorf("only %d secrets to look for", len(secrets))
	}
	places := map[string][]byte{"output and log": log.Bytes()}
	collect(t, os.DirFS(folder), "", places)
	collect(t, os.DirFS(filepath.Join(home, "cache")), "", places)
	for _, name := range []string{"next.plan/tfplan", "next.plan/tfstate", "terraform.tfstate"} {
		if places[name] == nil {
			t.Errorf("%s was not read", name)
		}
	}
	found := 0
	for place, data := range places {
		for what, secret := range secrets {
			if n := bytes.Count(data, []byte(secret)); n > 0 {
				found += n
				t.Errorf("the %s is %d times in %s", what, n, place)
			}
		}
	}
	// Our own lines of the log do not name the access key either.
	ours := 0
	for line := range bytes.Lines(log.Bytes()) {
		if bytes.Contains(line, []byte("SCP request")) {
			ours++
			if bytes.Contains(line, []byte(emulator.ExampleAccessKey)) {
				t.Errorf("the access key is in our log: %s", line)
			}
		}
	}
	if ours < 50 {
		t.Errorf("only %d lines of our log were read", ours)
	}
	t.Logf("%d secrets (%d signatures) looked for in %d places (%d bytes of log, %d lines of ours): found %d times",
		len(secrets), len(secrets)-5, len(places), log.Len(), ours, found)
}

// allowCoreDumps lets the processes that this one starts dump their memory when they
// crash, as far as the system allows, so that a provider which does not forbid it is found.
func allowCoreDumps(t *testing.T) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &before); err != nil {
		t.Fatal(err)
	}
	if before.Max == 0 {
		t.Log("this system allows no core dumps, so there is none to look for")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: before.Max, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &before) })
}

// collect reads all files below a folder, and what is zipped in them. prefix is put before
// their names.
func collect(t *testing.T, folder fs.FS, prefix string, into map[string][]byte) {
	t.Helper()
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // A folder that is not there holds nothing.
		}
		data, err := fs.ReadFile(folder, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), "core") {
			t.Errorf("a core dump: %s", path)
		}
		name := prefix + entry.Name()
		into[name] = data
		if archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			collect(t, archive, name+"/", into)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
