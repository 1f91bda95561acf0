package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// serve runs the command until the test ends, and returns what it printed at the start.
func serve(t *testing.T, args ...string) (env map[string]string, stderr *bytes.Buffer, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	stderr = &bytes.Buffer{}
	done := make(chan error, 1)
	go func() {
		err := run(ctx, args, w, stderr)
		_ = w.CloseWithError(io.EOF)
		done <- err
	}()
	buf := make([]byte, 4096)
	n, err := r.Read(buf)
	if err != nil {
		t.Fatalf("nothing printed: %v %v", err, <-done)
	}
	env = map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^export (SCP_TF_\w+)='(.*)'$`).FindAllStringSubmatch(string(buf[:n]), -1) {
		env[m[1]] = m[2]
	}
	if lines := strings.Count(string(buf[:n]), "\n"); lines != len(env) {
		t.Errorf("printed %q", buf[:n])
	}
	return env, stderr, func() error {
		cancel()
		return <-done
	}
}

func TestServesAndEndsCleanly(t *testing.T) {
	dir := t.TempDir()
	log, state := filepath.Join(dir, "requests.jsonl"), filepath.Join(dir, "state.json")
	env, stderr, stop := serve(t, "-access-key", "K", "-secret-key", "it's", "-region", "kr-south1", "-request-log", log, "-state", state, "-fault", "path=/v1/usages,status=503", "-guess", "amount-as-string")
	url := env["SCP_TF_ENDPOINT_OVERRIDE"]
	if env["SCP_TF_AUTH_URL"] != url+"/v1" || env["SCP_TF_ACCESS_KEY"] != "K" || env["SCP_TF_SECRET_KEY"] != `it'\''s` || env["SCP_TF_DEFAULT_REGION"] != "kr-south1" || len(env) != 5 {
		t.Errorf("environment %v", env)
	}
	if got := status(t, url+"/"); got != 200 { // it listens as soon as it has printed
		t.Errorf("status %d", got)
	}
	if got := status(t, url+"/v1/usages"); got != 503 {
		t.Errorf("status %d, want the fault's", got)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(log); err != nil || strings.Count(string(b), "\n") != 2 {
		t.Errorf("request log %q %v", b, err)
	}
	if b, err := os.ReadFile(state); err != nil || !strings.Contains(string(b), "전사 월 예산") {
		t.Errorf("state %v", err)
	}
	if stderr.Len() != 0 {
		t.Errorf("stderr %q", stderr)
	}
}

func TestWarnsWhenOthersCanReachIt(t *testing.T) {
	for listen, warns := range map[string]bool{"localhost:0": false, "127.0.0.1:0": false, "0.0.0.0:0": true, "[::]:0": true, ":0": true} {
		env, stderr, stop := serve(t, "-listen", listen)
		// The lines are for the provider of this machine, which takes http:// for loopback only.
		for _, name := range []string{"SCP_TF_ENDPOINT_OVERRIDE", "SCP_TF_AUTH_URL"} {
			if u, err := url.Parse(env[name]); err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
				t.Errorf("%s: %s is %s", listen, name, env[name])
			}
		}
		if got := status(t, env["SCP_TF_ENDPOINT_OVERRIDE"]+"/"); got != 200 {
			t.Errorf("%s: status %d", listen, got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if got := strings.Contains(stderr.String(), "warning"); got != warns {
			t.Errorf("%s: %q", listen, stderr)
		}
	}
}

func TestMistakesInArguments(t *testing.T) {
	corrupt := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(corrupt, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args    []string
		usage   bool
		problem string
	}{
		{[]string{"start"}, true, `unexpected argument "start"`},
		{[]string{"-fault", "mode=boom"}, true, `"boom" is unknown`},
		{[]string{"-guess", "boom"}, true, `guess "boom" is unknown`},
		{[]string{"-listen", "127.0.0.1"}, true, "missing port"},
		{[]string{"-now", "tomorrow"}, true, "-now"},
		{[]string{"-api-versions", "toaster=1.0"}, true, "toaster"},
		{[]string{"exec"}, true, "exec needs a command"},
		{[]string{"exec", "-strict", "--"}, true, "exec needs a command"},
		{[]string{"exec", "--", "/there/is/no/such/command"}, false, "/there/is/no/such/command"},
		{[]string{"-seed", "full"}, false, `seed "full" is unknown`},
		{[]string{"-state", corrupt}, false, corrupt},
		{[]string{"-request-log", filepath.Join(corrupt, "x")}, false, "request log"},
	} {
		var out, stderr bytes.Buffer
		err := run(t.Context(), c.args, &out, &stderr)
		if err == nil || !strings.Contains(err.Error(), c.problem) || errors.As(err, new(usageError)) != c.usage || out.Len() != 0 {
			t.Errorf("%v: %v, printed %q", c.args, err, out.String())
		}
	}
}

func TestListsGuesses(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-guess", "list"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "expired-state\n    state of a contract that has run out\n    default: EXPIRED; values: any string (notes 10.14)\n") {
		t.Errorf("%s", out.String())
	}
}

func TestHelp(t *testing.T) {
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &stderr); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, part := range []string{usage, "\n  -api-versions versions\n", emulator.FaultHelp()} {
		if !strings.Contains(stderr.String(), part) {
			t.Errorf("-h does not print %q", part)
		}
	}
}

// TestOptions checks that flags become the emulator's options, and which may be repeated.
func TestOptions(t *testing.T) {
	s, err := parse([]string{
		"-access-key", "k", "-secret-key", "s", "-account-id", "a", "-user", "u", "-region", "r", "-seed", "empty", "-usages", "3", "-bills", "4",
		"-latency", "2s", "-strict", "-now", "2027-11-27T00:00:00Z", "-state", "file", "-api-versions", "budget=1.0", "-api-versions", "pricing=1.1,1.0",
		"-fault", "status=500", "-fault", "mode=html", "-guess", "amount-as-string", "-guess", "list-order=sorted",
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := emulator.Options{
		AccessKey: "k", SecretKey: "s", AccountID: "a", User: "u", Region: "r", Seed: "empty", Usages: 3, Bills: 4,
		Latency: 2 * time.Second, Strict: true, Start: time.Date(2027, 11, 27, 0, 0, 0, 0, time.UTC), StateFile: "file",
		APIVersions: map[string][]string{"budget": {"1.0"}, "pricing": {"1.1", "1.0"}},
		Faults:      []emulator.Fault{{Status: 500}, {Mode: "html"}},
		Guesses:     emulator.Guesses{AmountAsString: true, ListOrder: "sorted"},
	}
	if diff := cmp.Diff(want, s.options); diff != "" {
		t.Error(diff)
	}
	if s, err := parse(nil, io.Discard); err != nil || s.options.Seed != "demo" || s.options.Strict || !s.options.Start.IsZero() {
		t.Errorf("without flags: %+v %v", s, err)
	}
}

// status is that of the response to a request without credentials.
func status(t *testing.T, url string) int {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

// TestMain makes this program the command that exec runs, when the tests of exec ask
// for it: there is no other program that every system has.
func TestMain(m *testing.M) {
	if os.Getenv("SCP_EMULATOR_TEST") == "" {
		os.Exit(m.Run())
	}
	os.Exit(child(os.Args[1]))
}

// child prints the environment that exec gave it, asks the emulator, and ends with 7.
func child(what string) int {
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "SCP_TF_") {
			fmt.Println(v)
		}
	}
	switch what {
	case "ask":
		res, err := http.Get(os.Getenv("SCP_TF_ENDPOINT_OVERRIDE") + "/")
		if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
			return 99
		}
	case "wait":
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		fmt.Println("ready")
		<-terminated
	}
	return 7
}

// TestExec checks that a command finds the emulator and only the emulator, that its
// exit code is passed on, and that nothing listens afterwards.
func TestExec(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SCP_EMULATOR_TEST", "1")
	t.Setenv("SCP_TF_ENDPOINT_BUDGET", "https://budget.e.samsungsdscloud.com")
	t.Setenv("SCP_TF_ACCESS_KEY", "of the user")
	log := filepath.Join(t.TempDir(), "requests.jsonl")
	var out, stderr bytes.Buffer
	err = run(t.Context(), []string{"exec", "-account-id", "a1", "-request-log", log, "--", self, "ask"}, &out, &stderr)
	var code exitCode
	if !errors.As(err, &code) || code != 7 {
		t.Errorf("%v %s %s", err, out.String(), stderr.String())
	}
	env := map[string]string{}
	for line := range strings.Lines(out.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	url := env["SCP_TF_ENDPOINT_OVERRIDE"]
	want := map[string]string{
		"SCP_TF_AUTH_URL": url + "/v1", "SCP_TF_ENDPOINT_OVERRIDE": url, "SCP_TF_DEFAULT_REGION": emulator.DefaultRegion,
		"SCP_TF_ACCESS_KEY": emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY": emulator.ExampleSecretKey, "SCP_TF_ACCOUNT_ID": "a1",
	}
	if url == "" || !maps.Equal(env, want) {
		t.Errorf("environment %v", env)
	}
	if b, err := os.ReadFile(log); err != nil || strings.Count(string(b), "\n") != 1 {
		t.Errorf("request log %q %v", b, err)
	}
	if r, err := http.Get(url + "/"); err == nil {
		r.Body.Close()
		t.Error("the emulator still listens")
	}
}

// TestExecPassesATerminationOn checks that a command can end in its own way.
func TestExecPassesATerminationOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM that a process could send")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SCP_EMULATOR_TEST", "1")
	me, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(t.Context(), []string{"exec", "--", self, "wait"}, w, io.Discard)
		_ = w.Close()
		done <- err
	}()
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if lines.Text() == "ready" {
			if err := me.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := <-done; !errors.Is(err, exitCode(7)) {
		t.Error(err)
	}
}
