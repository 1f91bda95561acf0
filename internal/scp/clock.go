package scp

// The service's clock and the times that it prints.

import (
	"net/http"
	"sync/atomic"
	"time"
)

// serviceClock remembers how far the service's clock is from the local one.
type serviceClock struct {
	// offset is the service's clock minus the local one; nil is not known.
	offset atomic.Pointer[time.Duration]
}

// learn reads the Date header of a response that arrived at received. It returns the service's
// time and the skew: the local clock minus the service's.
func (c *serviceClock) learn(header http.Header, received time.Time) (date time.Time, skew time.Duration, ok bool) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return time.Time{}, 0, false
	}
	offset := date.Sub(received)
	c.offset.Store(&offset)
	return date, (-offset).Round(time.Second), true
}

// ServiceTime maps an instant of the local clock to the service's clock, by the last Date
// header, which has whole seconds. Before the first response known is false and t is local.
func (c *Client) ServiceTime(local time.Time) (t time.Time, known bool) {
	offset := c.clock.offset.Load()
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
var Seoul = time.FixedZone("Asia/Seoul", 9*60*60)

// looseTimes are the forms in which the services print times (NOTES section
// 5). Go reads fractions of a second in each of them too.
var looseTimes = []struct {
	layout string
	zoned  bool
}{
	{"2006-01-02T15:04:05", false},
	{"2006-01-02 15:04:05", false},
	{"2006-01-02T15:04:05Z07:00", true},
	{"2006-01-02 15:04:05Z07:00", true},
}

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
	for _, form := range looseTimes {
		t, err := time.Parse(form.layout, text)
		if err != nil {
			continue
		}
		if form.zoned {
			return inside(t), true
		}
		_, east := t.In(Seoul).Zone()
		return inside(t) || inside(t.Add(-time.Duration(east)*time.Second)), true
	}
	return false, false
}
