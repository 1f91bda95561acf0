package emulator

// The state file: everything that must survive a restart.

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// stateVersion is the version of the file format.
const stateVersion = 1

type stateFile struct {
	Version     int                        `json:"version"`
	ClockOffset string                     `json:"clock_offset"` // how far Advance has moved the clock
	Services    map[string]json.RawMessage `json:"services"`
}

// load reads the state file. It returns false when there is none yet.
func (s *Server) load() (bool, error) {
	if s.opt.StateFile == "" {
		return false, nil
	}
	b, err := os.ReadFile(s.opt.StateFile)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("state file: %w", err)
	}
	unusable := func(err error) (bool, error) {
		return false, fmt.Errorf("state file %s cannot be used: %w; remove it to start over", s.opt.StateFile, err)
	}
	var f stateFile
	if err := json.Unmarshal(b, &f); err != nil {
		return unusable(err)
	}
	if f.Version != stateVersion {
		return unusable(fmt.Errorf("its version is %d, not %d", f.Version, stateVersion))
	}
	offset, err := time.ParseDuration(f.ClockOffset)
	if err != nil {
		return unusable(fmt.Errorf("clock_offset: %w", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset.Store(int64(offset))
	for _, svc := range s.services {
		raw, there := f.Services[svc.name()]
		if !there {
			kind := seedEmpty // the file was written before the service existed
			if svc.save() == nil {
				kind = s.opt.Seed // is not kept in the file, so it is seeded each time
			}
			svc.seed(kind)
			continue
		}
		if err := svc.load(raw); err != nil {
			return unusable(fmt.Errorf("service %s: %w", svc.name(), err))
		}
	}
	return true, nil
}

// save writes the state file if anything changed. Called with the lock held. The
// file is replaced as a whole, so a process that is killed leaves the old or the
// new one, never a half.
func (s *Server) save() error {
	if !s.dirty {
		return nil
	}
	if s.opt.StateFile == "" {
		s.dirty = false
		return nil
	}
	s.saveErr = s.write()
	s.dirty = s.saveErr != nil // retried with the next change or response
	return s.saveErr
}

func (s *Server) write() (err error) {
	f := stateFile{Version: stateVersion, ClockOffset: time.Duration(s.offset.Load()).String(), Services: map[string]json.RawMessage{}}
	for _, svc := range s.services {
		if v := svc.save(); v != nil {
			f.Services[svc.name()] = marshal(v)
		}
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(s.opt.StateFile), filepath.Base(s.opt.StateFile)+".tmp-*")
	if err != nil {
		return fmt.Errorf("state file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
			err = fmt.Errorf("state file: %w", err)
		}
	}()
	_, err = tmp.Write(append(b, '\n'))
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), s.opt.StateFile)
}
