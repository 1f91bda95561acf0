package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestFilesOfTheOfficialProvider(t *testing.T) {
	t.Parallel()
	home := homeWith(t,
		`{"auth-url":"https://iam.e.samsungsdscloud.com/v1","account-id":"acc","default-region":"kr-west1","environment":null,"unknown-key":{"a":[1]},"endpoint-override":""}`,
		"\xef\xbb\xbf"+`{"access-key":"AK","secret-key":"`+secretWord+`","auth-token":"`+secretWord+`"}`)
	s := resolve(nil, noEnvironment, home)
	config := s.clientConfig()
	wantProblems(t, s.diags.Errors())
	wantProblems(t, s.diags.Warnings())
	if config.AuthURL != "https://iam.e.samsungsdscloud.com/v1" || config.AccountID != "acc" || config.DefaultRegion != "kr-west1" ||
		config.AccessKey != "AK" || config.SecretKey != secretWord || config.AuthToken != secretWord || config.Environment != "" || config.EndpointOverride != "" {
		t.Errorf("%+v", config)
	}
}

// Each malformed file is an error that names it, and nothing of what it holds.
func TestMalformedFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"cut short", `{"secret-key":"` + secretWord, []string{"not valid JSON", "line 1"}},
		{"trailing comma", "{\n  \"secret-key\": \"" + secretWord + "\",\n}", []string{"not valid JSON", "line 3, column 1"}},
		{"no quotes", `{"secret-key":` + secretWord + `}`, []string{"not valid JSON", "line 1, column 15"}},
		{"a list", `["` + secretWord + `"]`, []string{"one JSON object"}},
		{"a string", `"` + secretWord + `"`, []string{"one JSON object"}},
		{"two objects", `{"secret-key":"` + secretWord + `"}{}`, []string{"not valid JSON"}},
		{"INI instead", "[default]\nsecret-key=" + secretWord, []string{"not valid JSON"}},
		{"a number", `{"access-key":12345}`, []string{`"access-key"`, "string in quotes"}},
		{"an object", `{"access-key":{"v":"` + secretWord + `"}}`, []string{`"access-key"`, "string in quotes"}},
		{"a boolean", `{"secret-key":true}`, []string{`"secret-key"`, "string in quotes"}},
		{"oversize", `{"secret-key":"` + strings.Repeat(secretWord, 1<<17) + `"}`, []string{"larger than 1 MiB"}},
		{"binary", "\x00\x01\xff" + secretWord, []string{"not valid JSON"}},
		{"white space only", " \n", []string{"not valid JSON"}},
	} {
		for _, file := range []string{"config.json", "credentials.json"} {
			t.Run(c.name+" in "+file, func(t *testing.T) {
				t.Parallel()
				config, credentials := c.text, ""
				if file == "credentials.json" {
					config, credentials = credentials, config
				}
				f := resolve(nil, noEnvironment, homeWith(t, config, credentials))
				wantProblems(t, f.diags.Errors(), append([]string{"Invalid configuration file", file}, c.want...))
			})
		}
	}
}

func TestNoFilesAreNoProblem(t *testing.T) {
	t.Parallel()
	for name, home := range map[string]func() (string, error){
		"no home":       noHome,
		"empty home":    func() (string, error) { return "", nil },
		"home is away":  func() (string, error) { return filepath.Join(t.TempDir(), "gone"), nil },
		"empty folder":  homeWith(t, "", ""),
		"null":          homeWith(t, "null", "null"),
		"empty objects": homeWith(t, "{}", "{}"),
	} {
		f := resolve(nil, noEnvironment, home)
		if len(f.diags.Errors())+len(f.diags.Warnings())+len(f.values) > 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestFilesThatAreNoFiles(t *testing.T) {
	t.Parallel()
	home := homeWith(t, "", "")
	directory, _ := home()
	if err := os.Mkdir(filepath.Join(directory, ".scpconf", "config.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, resolve(nil, noEnvironment, home).diags.Errors(), []string{"config.json", "not a regular file"})

	// A file where the folder should be. The error names the path once.
	if runtime.GOOS == "windows" {
		return // it counts as no file there
	}
	directory = t.TempDir()
	home = func() (string, error) { return directory, nil }
	folder := filepath.Join(directory, ".scpconf")
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cannot := func(name string) []string {
		return []string{filepath.Join(folder, name), "The file cannot be read: not a directory."}
	}
	wantProblems(t, resolve(nil, noEnvironment, home).diags.Errors(), cannot("config.json"), cannot("credentials.json"))
}

func TestFilesThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("this user may read every file")
	}
	home := homeWith(t, "{}", "")
	directory, _ := home()
	if err := os.Chmod(filepath.Join(directory, ".scpconf", "config.json"), 0); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, resolve(nil, noEnvironment, home).diags.Errors(), []string{"config.json", "cannot be read", "permission denied"})
}

// A credentials file that others may read is a warning; the other file is none.
func TestOpenFileWarning(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such modes on Windows")
	}
	home := homeWith(t, "{}", `{"secret-key":"`+secretWord+`"}`)
	directory, _ := home()
	for name, mode := range map[string]os.FileMode{"config.json": 0o644, "credentials.json": 0o640} {
		if err := os.Chmod(filepath.Join(directory, ".scpconf", name), mode); err != nil {
			t.Fatal(err)
		}
	}
	f := resolve(nil, noEnvironment, home)
	wantProblems(t, f.diags.Errors())
	wantProblems(t, f.diags.Warnings(), []string{"readable by other users", "0640", "credentials.json", "chmod 600"})
	if f.values["secret_key"].text != secretWord {
		t.Error("the file was not read")
	}
}
