package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// serve runs the command until the test ends, and gives what it printed at the start.
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

func get(t *testing.T, url string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestServesAndEndsCleanly(t *testing.T) {
	dir := t.TempDir()
	log, state := filepath.Join(dir, "requests.jsonl"), filepath.Join(dir, "state.json")
	env, stderr, stop := serve(t, "-access-key", "K", "-secret-key", "it's", "-region", "kr-south1", "-request-log", log, "-state", state, "-fault", "path=/v1/usages,status=503", "-guess", "amount-as-text")
	url := env["SCP_TF_ENDPOINT_OVERRIDE"]
	if env["SCP_TF_AUTH_URL"] != url+"/v1" || env["SCP_TF_ACCESS_KEY"] != "K" || env["SCP_TF_SECRET_KEY"] != `it'\''s` || env["SCP_TF_DEFAULT_REGION"] != "kr-south1" || len(env) != 5 {
		t.Errorf("environment %v", env)
	}
	if got := get(t, url+"/"); got != 200 { // it listens as soon as it has printed
		t.Errorf("status %d", got)
	}
	if got := get(t, url+"/v1/usages"); got != 503 {
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
		if got := get(t, env["SCP_TF_ENDPOINT_OVERRIDE"]+"/"); got != 200 {
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
	if !strings.Contains(out.String(), "conflict-code\n    code of a 409\n    default: Conflict; allowed: any text (notes 10.4)\n") {
		t.Errorf("%s", out.String())
	}
}
