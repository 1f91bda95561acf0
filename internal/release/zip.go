package main

// Zip archives whose bytes depend on the files' contents alone.

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"time"
)

// entry is a file to put into an archive, under its bare name.
type entry struct {
	path       string
	executable bool
}

// epoch is the time given to every file: the earliest that a zip can hold.
var epoch = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// writeZip writes the files in the given order, with fixed times and modes.
func writeZip(path string, files []entry) (err error) {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
	}()
	archive := zip.NewWriter(out)
	for _, file := range files {
		if err := add(archive, file); err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, file entry) error {
	header := &zip.FileHeader{Name: filepath.Base(file.path), Method: zip.Deflate, Modified: epoch}
	header.SetMode(0o644)
	if file.executable {
		header.SetMode(0o755)
	}
	out, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	in, err := os.Open(file.path)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(out, in)
	return err
}
