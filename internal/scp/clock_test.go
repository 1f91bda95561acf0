package scp

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestCreatedWithin(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 0, 500, time.UTC)
	to := from.Add(time.Minute)
	for text, want := range map[string]struct{ within, readable bool }{
		"2026-03-01T12:00:30":          {true, true},  // as UTC
		"2026-03-01 12:00:30":          {true, true},  // with a space
		"2026-03-01T21:00:30":          {true, true},  // as Asia/Seoul
		"2026-03-01 21:00:30.123456":   {true, true},  // with a fraction
		"2026-03-01T12:00:30Z":         {true, true},  // with a zone
		"2026-03-01T21:00:30+09:00":    {true, true},  //
		"2026-03-01 21:00:30.5+09:00":  {true, true},  //
		"2026-03-01T21:00:30Z":         {false, true}, // a zone is taken at its word
		"2026-03-01T12:00:30+09:00":    {false, true}, //
		"2026-03-01T03:00:30":          {false, true}, // nine hours the other way
		"2026-03-01T12:00:00":          {true, true},  // printed in whole seconds
		"2026-03-01T11:59:59.6":        {true, true},  // one second of slack
		"2026-03-01T11:59:59":          {false, true}, // and no more
		"2026-03-01T12:01:01":          {true, true},  //
		"2026-03-01T12:01:02":          {false, true}, //
		"2026-02-28T12:00:30":          {false, true}, // another day
		"2026-03-01":                   {false, false},
		"":                             {false, false},
		"null":                         {false, false},
		"2026-13-01T12:00:30":          {false, false},
		"1772366430":                   {false, false},
		"2026-03-01T12:00:30 and more": {false, false},
		"2026-03-01T12:00:30+0900":     {false, false},
		"2026-03-01T12:00:30.000000000000000000000000000000000000000000000000Z": {false, false},
	} {
		within, readable := CreatedWithin(text, from, to)
		if within != want.within || readable != want.readable {
			t.Errorf("%q: within %t, readable %t; want %t, %t", text, within, readable, want.within, want.readable)
		}
	}
}

func TestServiceTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := script(t,
			reply(200, aBudget),
			reply(200, aBudget, "Date", "nonsense"),
			reply(404, gone, "Date", "Fri, 31 Dec 1999 23:00:00 GMT"),
			reply(200, aBudget, "Date", "Sat, 01 Jan 2000 00:00:30 GMT"),
		)
		now := time.Now()
		show := func() error { _, err := c.ShowAccountBudget(t.Context(), "b1"); return err }
		for range 2 {
			_ = show()
			if got, known := c.ServiceTime(now); known || !got.Equal(now) {
				t.Errorf("without a Date the time is %s, %t", got, known)
			}
		}
		e := wantError(t, show(), KindService, 404, OutcomeRefused)
		if e.ClockSkew != time.Hour {
			t.Errorf("skew %s; the local clock is an hour ahead", e.ClockSkew)
		}
		if got, known := c.ServiceTime(now.Add(5 * time.Minute)); !known || !got.Equal(now.Add(-55*time.Minute)) {
			t.Errorf("got %s, %t", got, known)
		}
		_ = show()
		if got, known := c.ServiceTime(now); !known || !got.Equal(now.Add(30*time.Second)) {
			t.Errorf("got %s, %t; the last Date counts", got, known)
		}
	})
}
