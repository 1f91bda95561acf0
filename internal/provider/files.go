package provider

// The files of the vendor's CLI and of the official provider: ~/.scpconf/config.json
// and ~/.scpconf/credentials.json. Messages name the file and the key, never a value.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	configDirectory = ".scpconf"
	configFile      = "config.json"
	credentialsFile = "credentials.json"
	// fileLimit is far above any real file; it bounds what a wrong path can cost.
	fileLimit = 1 << 20
)

// readFiles returns the values of both files by key, and collects what is wrong with them. A
// file that does not exist is no problem; one that cannot be read is an error, since its user
// expects it to count.
func (s *settings) readFiles(home func() (string, error)) map[string]value {
	values := map[string]value{}
	directory, err := home()
	if err != nil || directory == "" {
		return values
	}
	for _, name := range []string{configFile, credentialsFile} {
		s.readFile(filepath.Join(directory, configDirectory, name), name == credentialsFile, values)
	}
	return values
}

// readFile takes the keys of one file; a later file wins over an earlier one.
func (s *settings) readFile(file string, secret bool, values map[string]value) {
	fail := func(detail string) {
		s.diags.AddError("Invalid configuration file "+file, detail)
	}
	data, mode, err := readLimited(file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		fail(fmt.Sprintf("The file cannot be read: %s.", withoutPath(err)))
		return
	}
	if secret && runtime.GOOS != "windows" && mode.Perm()&0o077 != 0 {
		s.diags.AddWarning("Credentials file is readable by other users",
			fmt.Sprintf("%s has mode %04o, so other users of this machine may be able to read the secret key. Run: chmod 600 %s", file, mode.Perm(), file))
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &object); err != nil {
		fail(malformed(data, err))
		return
	}
	for _, src := range sources {
		raw, ok := object[src.fileKey]
		if !ok || src.fileKey == "" || string(raw) == "null" {
			continue
		}
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			fail(fmt.Sprintf("The value of the key %q must be a string in quotes.", src.fileKey))
			continue
		}
		if text != "" {
			values[src.fileKey] = value{text: text, place: fmt.Sprintf("the key %q of %s", src.fileKey, file)}
		}
	}
}

// readLimited reads a regular file of bounded size.
func readLimited(file string) ([]byte, fs.FileMode, error) {
	// Asked before opening: opening a pipe would wait for its other end.
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, 0, err
	case !info.Mode().IsRegular():
		return nil, 0, errors.New("it is not a regular file")
	case info.Size() > fileLimit:
		return nil, 0, errors.New("it is larger than 1 MiB")
	}
	data, err := os.ReadFile(file) //nolint:gosec // The path is fixed below the user's home.
	if err != nil {
		return nil, 0, err
	}
	return data, info.Mode(), nil
}

// malformed says where JSON breaks, without showing a character of it: the
// character may belong to a secret.
func malformed(data []byte, err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset := min(max(syntax.Offset-1, 0), int64(len(data)))
		before := string(data[:offset])
		line := strings.Count(before, "\n") + 1
		column := len(before) - strings.LastIndex(before, "\n")
		return fmt.Sprintf("The file is not valid JSON: see line %d, column %d.", line, column)
	}
	return "The file must hold one JSON object with keys such as \"access-key\" and \"auth-url\"."
}

// withoutPath drops the path that file errors repeat.
func withoutPath(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
