package emulator

// The rules for the bodies of createAccountBudget and setAccountBudget. One problem is
// reported at a time (NOTES section 4). Except for the observed "Amount is required.", their
// order is a guess: that of the required fields in the API reference.

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	unitMonthly = "MONTHLY"
	unitOverall = "OVERALL"
	typeCost    = "COST"
	periodFirst = "FIRST"
	periodDaily = "DAILY"
	periodNone  = "NONE"

	defaultThreshold = 80
)

var (
	budgetName  = regexp.MustCompile(`^[0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣 +=.,@_-]+$`)
	budgetMonth = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)
	thresholds  = []int64{70, 80, 90, 100}
)

// read checks the body and returns the budget that it describes. old is the budget to replace,
// nil for a new one.
func (b *budgetService) read(c *call, old *Budget) (Budget, *reply) {
	x := b.readBody(c, old)
	if refused := c.refusal(); refused != nil {
		return x, refused
	}
	for _, other := range b.all {
		if other.Name == x.Name && other != old && !b.s.opt.Guesses.DuplicateNamesAllowed {
			return x, c.fail(http.StatusConflict, codeConflict, fmt.Sprintf("A budget with the name %q already exists.", x.Name))
		}
	}
	return x, nil
}

func (b *budgetService) readBody(c *call, old *Budget) (x Budget) {
	o := c.object
	o.only("name", "amount", "unit", "start_month", "notifications", "prevention")
	for _, f := range [][2]string{{"amount", "Amount"}, {"name", "Name"}, {"start_month", "Start month"}, {"unit", "Unit"}} {
		c.require(o.has(f[0]), "%s is required.", f[1])
	}
	x.Amount = o.whole("amount", 0)
	c.require(x.Amount >= 1, "Amount must be at least 1.")
	x.Name = o.text("name")
	length := utf8.RuneCountInString(x.Name)
	c.require(length >= 1 && length <= 20, "Name must have 1 to 20 characters.")
	c.require(budgetName.MatchString(x.Name), "Name may contain only Korean and Latin letters, digits, spaces and + = . , @ - _.")
	x.StartMonth = o.text("start_month")
	c.require(budgetMonth.MatchString(x.StartMonth), "Start month must have the form YYYY-MM.")
	// Observed for create; that the stored month always passes is inferred, and that
	// another past month does not is a guess (NOTES section 10 number 6).
	c.require(x.StartMonth >= c.now.In(Seoul).Format("2006-01") || old != nil && old.StartMonth == x.StartMonth, "The start month must be the same as or later than the current month.")
	x.Unit = o.text("unit")
	c.require(x.Unit == unitMonthly || x.Unit == unitOverall, "Unit must be MONTHLY or OVERALL.")
	// What a setting that is switched off keeps.
	var kept *Budget
	if old != nil && !b.s.opt.Guesses.OffClearsLists {
		stored := old.clone()
		kept = &stored
	}
	x.Notifications = readNotifications(setting(o, "notifications", "is_use_notification", old), kept)
	x.Prevention = readPrevention(setting(o, "prevention", "is_use_prevention", old), kept)
	return x
}

// setting finds one of the two settings in the body. One that is omitted or null gets the
// defaults in a new budget, and is switched off in one that is replaced, which is a
// guess (NOTES section 10 number 7).
func setting(o object, name, onOff string, old *Budget) object {
	in, given := o.object(name)
	if !given && old != nil {
		in.fields = map[string]json.RawMessage{onOff: json.RawMessage("false")}
	}
	return in
}

func readNotifications(in object, kept *Budget) (n Notifications) {
	in.only("is_use_notification", "notification_send_period", "receivers", "thresholds")
	n.IsUseNotification = in.bool("is_use_notification", true)
	n.NotificationSendPeriod = periodFirst
	if in.has("notification_send_period") {
		n.NotificationSendPeriod = in.text("notification_send_period")
	}
	in.c.require(slices.Contains([]string{periodFirst, periodDaily, periodNone}, n.NotificationSendPeriod), "Notification send period must be FIRST, DAILY or NONE.")
	n.Receivers = readReceivers(in)
	n.Thresholds = in.wholes("thresholds")
	for _, t := range n.Thresholds {
		requireThreshold(in.c, t)
	}
	if !n.IsUseNotification && kept != nil {
		if len(n.Receivers) == 0 {
			n.Receivers = kept.Notifications.Receivers
		}
		if len(n.Thresholds) == 0 {
			n.Thresholds = kept.Notifications.Thresholds
		}
	}
	if n.Thresholds == nil {
		n.Thresholds = []int64{defaultThreshold}
	}
	return n
}

func readPrevention(in object, kept *Budget) (p Prevention) {
	in.only("is_use_prevention", "receivers", "threshold")
	p.IsUsePrevention = in.bool("is_use_prevention", true)
	p.Receivers = readReceivers(in)
	p.Threshold = in.whole("threshold", defaultThreshold)
	requireThreshold(in.c, p.Threshold)
	if !p.IsUsePrevention && kept != nil {
		if len(p.Receivers) == 0 {
			p.Receivers = kept.Prevention.Receivers
		}
		if !in.has("threshold") {
			p.Threshold = kept.Prevention.Threshold
		}
	}
	return p
}

// readReceivers reads a list of email addresses; it is empty if unset or null.
func readReceivers(in object) []string {
	list := in.stringsOf("receivers")
	for _, address := range list {
		a, err := mail.ParseAddress(address)
		_, domain, _ := strings.Cut(address, "@")
		valid := err == nil && a.Address == address && strings.Contains(strings.Trim(domain, "."), ".")
		in.c.require(valid, "Receiver %q is not a valid email address.", address)
	}
	return list
}

func requireThreshold(c *call, threshold int64) {
	c.require(slices.Contains(thresholds, threshold), "Threshold must be 70, 80, 90 or 100.")
}
