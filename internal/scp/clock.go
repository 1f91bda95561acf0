package scp

// The service's clock and the times that it prints.

import (
	"net/http"
	"strings"
	"time"
)

// learnTime reads the Date header of a response that arrived at received, and returns the local
// clock minus the service's; 0 without a header.
func (c *Client) learnTime(header http.Header, received time.Time) (skew time.Duration) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	offset := date.Sub(received)
	c.clockOffset.Store(&offset)
	return (-offset).Round(time.Second)
}

// ServiceTime maps an instant of the local clock to the service's clock, by the last Date
// header, which has whole seconds. Before the first response known is false and t is local.
func (c *Client) ServiceTime(local time.Time) (t time.Time, known bool) {
	offset := c.clockOffset.Load()
	if offset == nil {
		return local, false
	}
	return local.Add(*offset), true
}

// Now is the time on the service's clock, or on the local one before the first response.
func (c *Client) Now() time.Time {
	now, _ := c.ServiceTime(time.Now())
	return now
}

// Seoul is the time zone of the service. It has no daylight saving time, so a fixed zone
// needs no zone data.
var Seoul = time.FixedZone("Asia/Seoul", int(aheadOfUTC.Seconds()))

const aheadOfUTC = 9 * time.Hour

// CreatedWithin reports whether text, a time as the service prints it, lies between from and
// to, which are instants of the service's clock. A string without a zone counts if it does so
// in UTC or in Asia/Seoul: which zone applies is unknown (NOTES section 5). Times are printed
// in whole seconds, so one second on either side is allowed. readable is false for any other
// string.
func CreatedWithin(text string, from, to time.Time) (within, readable bool) {
	// The longest form with nanoseconds and zone has 35 characters.
	if len(text) > 64 {
		return false, false
	}
	from, to = from.Add(-time.Second), to.Add(time.Second)
	inside := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	// The services print times with a T or a space (NOTES section 5). Go reads fractions of a
	// second in both layouts too.
	text = strings.Replace(text, " ", "T", 1)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return inside(t), true
	}
	t, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		return false, false
	}
	return inside(t) || inside(t.Add(-aheadOfUTC)), true
}
