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
	if c.bad != nil {
		out := c.refuse(*c.bad)
		return x, &out
	}
	if b.s.opt.Guesses.DuplicateNamesAllowed {
		return x, nil
	}
	for _, other := range b.budgets {
		if other.Name == x.Name && other != old {
			out := c.fail(http.StatusConflict, codeConflict, text{
				en: fmt.Sprintf("A budget with the name %q already exists.", x.Name),
				ko: fmt.Sprintf("이름이 %q인 예산이 이미 있습니다.", x.Name),
			})
			return x, &out
		}
	}
	return x, nil
}

func (b *budgetService) readBody(c *call, old *Budget) (x Budget) {
	o := c.object
	o.only("name", "amount", "unit", "start_month", "notifications", "prevention")
	for _, f := range []struct{ key, en, ko string }{
		{"amount", "Amount", "금액"}, {"name", "Name", "이름"}, {"start_month", "Start month", "시작 월"}, {"unit", "Unit", "단위"},
	} {
		c.require(o.has(f.key), text{en: f.en + " is required.", ko: f.ko + "은(는) 필수입니다."})
	}
	x.Amount = o.whole("amount", 0)
	c.require(x.Amount >= 1, text{en: "Amount must be at least 1.", ko: "금액은 1 이상이어야 합니다."})
	x.Name = o.text("name")
	length := utf8.RuneCountInString(x.Name)
	c.require(length >= 1 && length <= 20, text{en: "Name must have 1 to 20 characters.", ko: "이름은 1~20자여야 합니다."})
	c.require(budgetName.MatchString(x.Name), text{
		en: "Name may contain only Korean and Latin letters, digits, spaces and + = . , @ - _.",
		ko: "이름에는 한글, 영문, 숫자, 공백과 + = . , @ - _ 만 사용할 수 있습니다.",
	})
	x.StartMonth = o.text("start_month")
	c.require(budgetMonth.MatchString(x.StartMonth), text{en: "Start month must have the form YYYY-MM.", ko: "시작 월은 YYYY-MM 형식이어야 합니다."})
	// Observed for create; that the stored month always passes is inferred, and that
	// another past month does not is a guess (NOTES section 10 number 6).
	c.require(x.StartMonth >= c.now.In(Seoul).Format("2006-01") || old != nil && old.StartMonth == x.StartMonth, text{
		en: "The start month must be the same as or later than the current month.", ko: "시작 월은 현재 월과 같거나 이후여야 합니다.",
	})
	x.Unit = o.text("unit")
	c.require(x.Unit == unitMonthly || x.Unit == unitOverall, text{en: "Unit must be MONTHLY or OVERALL.", ko: "단위는 MONTHLY 또는 OVERALL이어야 합니다."})
	x.Notifications = b.readNotifications(o, old)
	x.Prevention = b.readPrevention(o, old)
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

func (b *budgetService) readNotifications(o object, old *Budget) (n Notifications) {
	const onOff = "is_use_notification"
	var stored Notifications
	if old != nil {
		stored = old.clone().Notifications
	}
	in := setting(o, "notifications", onOff, old)
	in.only(onOff, "notification_send_period", "receivers", "thresholds")
	n.IsUseNotification = in.bool(onOff, true)
	n.NotificationSendPeriod = periodFirst
	if in.has("notification_send_period") {
		n.NotificationSendPeriod = in.text("notification_send_period")
	}
	o.c.require(slices.Contains([]string{periodFirst, periodDaily, periodNone}, n.NotificationSendPeriod), text{
		en: "Notification send period must be FIRST, DAILY or NONE.", ko: "알림 발송 주기는 FIRST, DAILY 또는 NONE이어야 합니다.",
	})
	n.Receivers = readReceivers(in)
	n.Thresholds = in.wholes("thresholds")
	for _, t := range n.Thresholds {
		requireThreshold(o.c, t)
	}
	if !n.IsUseNotification && old != nil && !b.s.opt.Guesses.OffClearsLists {
		if len(n.Receivers) == 0 {
			n.Receivers = stored.Receivers
		}
		if len(n.Thresholds) == 0 {
			n.Thresholds = stored.Thresholds
		}
	}
	if n.Thresholds == nil {
		n.Thresholds = []int64{defaultThreshold}
	}
	return n
}

func (b *budgetService) readPrevention(o object, old *Budget) (p Prevention) {
	const onOff = "is_use_prevention"
	var stored Prevention
	if old != nil {
		stored = old.clone().Prevention
	}
	in := setting(o, "prevention", onOff, old)
	in.only(onOff, "receivers", "threshold")
	p.IsUsePrevention = in.bool(onOff, true)
	p.Receivers = readReceivers(in)
	p.Threshold = in.whole("threshold", defaultThreshold)
	requireThreshold(o.c, p.Threshold)
	if !p.IsUsePrevention && old != nil && !b.s.opt.Guesses.OffClearsLists {
		if len(p.Receivers) == 0 {
			p.Receivers = stored.Receivers
		}
		if !in.has("threshold") {
			p.Threshold = stored.Threshold
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
		in.c.require(valid, text{
			en: fmt.Sprintf("Receiver %q is not a valid email address.", address),
			ko: fmt.Sprintf("수신자 %q은(는) 올바른 메일 주소가 아닙니다.", address),
		})
	}
	return list
}

func requireThreshold(c *call, threshold int64) {
	c.require(slices.Contains(thresholds, threshold), text{en: "Threshold must be 70, 80, 90 or 100.", ko: "임계치는 70, 80, 90, 100 중 하나여야 합니다."})
}
