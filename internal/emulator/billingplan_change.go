package emulator

// What changes contracts: the purchase and the five actions, and the quote of the cancellation
// fee. Preconditions and effects of the actions are guesses, except for their required fields
// (NOTES section 7); rejections are 400 ValidationError (NOTES section 10 number 15).

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// invalid rejects the form of a body. The detail is a printed list without field names (NOTES
// section 4, observed).
func (c *call) invalid(details ...string) *reply {
	quoted := make([]string, len(details))
	for i, d := range details {
		quoted[i] = "'" + strings.ReplaceAll(d, "'", `\'`) + "'"
	}
	return c.fail(http.StatusBadRequest, codeValidation, "["+strings.Join(quoted, ", ")+"]")
}

const fieldRequired = "Field required"

// fields refuses a body that lacks required fields, with one detail for each, and, where
// the options ask for it, one that has others than these and the optional ones.
func (c *call) fields(required []string, optional ...string) *reply {
	c.object.only(slices.Concat(required, optional)...)
	var details []string
	for _, name := range required {
		if !c.object.has(name) {
			details = append(details, fieldRequired)
		}
	}
	if c.bad != "" {
		details = []string{c.bad}
	}
	if details == nil {
		return nil
	}
	return c.invalid(details...)
}

func (b *billingPlan) create(c *call) *reply {
	b.settle()
	if refused := c.fields([]string{"contract_type", "os_type", "server_type", "service_id"}, "service_name", "tag"); refused != nil {
		return refused
	}
	o := c.object
	contractType, osType := o.text("contract_type"), o.text("os_type")
	p := PlannedCompute{ContractType: contractType, ServerType: o.text("server_type"), ServiceID: o.text("service_id"), ServiceName: o.text("service_name")}
	_, known := termYears[contractType]
	c.require(known, "Input should be '01', '03' or '05'")
	os := findSystem(osType)
	c.require(os != nil, "Input should be 'opensource', 'rhel', 'windows' or 'sles'")
	p.Tags = readTags(c)
	if c.bad != "" {
		return c.invalid(c.bad)
	}
	p.OSType = os.id
	product, server := findProduct(p.ServiceID), findServer(p.ServerType)
	switch {
	case product == nil:
		return c.refuse("Service %q is not open to planned compute.", p.ServiceID)
	case !slices.Contains(product.systems, os.id):
		return c.refuse("Service %q has no operating system %q.", p.ServiceID, osType)
	case server == nil || !offered(server, p.ServiceID, os.id):
		return c.refuse("Service %q has no server type %q.", p.ServiceID, p.ServerType)
	case !slices.Contains(product.terms, p.ContractType):
		return c.refuse("Service %q has no contract term %q.", p.ServiceID, p.ContractType)
	}
	if !b.s.opt.Guesses.NoSettlement && settling(c.now) {
		return b.settlementRefusal(c)
	}
	if b.s.opt.Guesses.ServiceNameFromOfferings {
		p.ServiceName = ""
	}
	p.CreatedAt = c.now.UTC()
	b.complete(&p, c.account())
	b.store.create(&p)
	b.s.changed()
	response := b.response(&p, c)
	if b.s.opt.Guesses.CreateWithoutID {
		response["id"] = nil
	}
	return ok(http.StatusOK, map[string]any{"planned_compute": response})
}

// readTags reads the tags of a purchase. Lengths are stated; that a key may occur only once is
// a guess.
func readTags(c *call) map[string]string {
	tags := map[string]string{}
	for i, raw := range c.object.list("tag") {
		o := c.parseObject("tag["+strconv.Itoa(i)+"]", raw)
		o.only("key", "value")
		c.require(o.has("key"), fieldRequired)
		key, value := o.text("key"), o.text("value")
		n := utf8.RuneCountInString(key)
		c.require(n >= 1 && n <= 128, "Tag key should have 1 to 128 characters")
		c.require(utf8.RuneCountInString(value) <= 256, "Tag value should have at most 256 characters")
		_, twice := tags[key]
		c.require(!twice, "Tag key %q is given twice", key)
		tags[key] = value
	}
	return tags
}

// settling reports whether the daily settlement runs: 23:30 to 23:59 in Seoul.
func settling(now time.Time) bool {
	t := now.In(Seoul)
	return t.Hour() == 23 && t.Minute() >= 30
}

func (b *billingPlan) settlementRefusal(c *call) *reply {
	g := b.s.opt.Guesses
	return c.fail(cmp.Or(g.SettlementStatus, http.StatusBadRequest), cmp.Or(g.SettlementCode, codeValidation),
		"New requests are not accepted from 23:30 to 23:59 (GMT+9) because of the daily settlement.")
}

var (
	actions        = []string{"EXTEND_APPLY", "EXTEND_CHANGE", "EXTEND_CANCEL", "SERVER_TYPE_CHANGE", "CONTRACT_CANCEL"}
	consoleActions = []string{"CHANGE_START_DATE", "CHANGE_END_DATE", "CREATE_PLAN", "PLAN_CREATE", "PLAN_CANCEL"}
)

func (b *billingPlan) update(c *call) *reply {
	b.settle()
	p := b.visible(c.id)
	if p == nil {
		return c.notFound()
	}
	if refused := c.fields([]string{"action"}, "contract_type", "server_type"); refused != nil {
		return refused
	}
	action, contractType, serverType := c.object.text("action"), c.object.text("contract_type"), c.object.text("server_type")
	reserved := p.NextContractType != ""
	switch {
	case c.bad != "":
		return c.invalid(c.bad)
	case slices.Contains(consoleActions, action):
		return c.refuse("Action %s needs a date, which this API does not take.", action)
	case !slices.Contains(actions, action):
		return c.invalid("Input should be 'EXTEND_APPLY', 'EXTEND_CHANGE', 'EXTEND_CANCEL', 'SERVER_TYPE_CHANGE' or 'CONTRACT_CANCEL'")
	case p.Ended != "":
		return c.refuse("The contract has ended.")
	case action == "EXTEND_APPLY" && reserved:
		return c.refuse("A follow-up contract is reserved already.")
	case (action == "EXTEND_CHANGE" || action == "EXTEND_CANCEL") && !reserved:
		return c.refuse("No follow-up contract is reserved.")
	}
	var refused *reply
	switch action {
	case "EXTEND_APPLY", "EXTEND_CHANGE":
		refused = b.reserve(c, p, contractType)
	case "EXTEND_CANCEL":
		p.NextContractType, p.NextStartDate, p.NextEndDate = "", "", ""
	case "SERVER_TYPE_CHANGE":
		refused = b.changeServerType(c, p, serverType)
	case "CONTRACT_CANCEL":
		b.cancel(p)
	}
	if refused != nil {
		return refused
	}
	p.ModifiedAt, p.ModifiedBy = c.now.UTC(), b.s.opt.User
	b.s.changed()
	return ok(http.StatusOK, map[string]any{"planned_compute": b.response(p, c)})
}

func (b *billingPlan) reserve(c *call, p *PlannedCompute, contractType string) *reply {
	if contractType == "" {
		return c.invalid(fieldRequired)
	}
	if _, known := termYears[contractType]; !known {
		return c.invalid("Input should be '01', '03' or '05'")
	}
	if product := findProduct(p.ServiceID); product != nil && !slices.Contains(product.terms, contractType) {
		return c.refuse("Service %q has no contract term %q.", p.ServiceID, contractType)
	}
	p.NextContractType = contractType
	p.NextStartDate = dayAfter(p.EndDate)
	p.NextEndDate = b.termEnd(p.NextStartDate, contractType)
	return nil
}

func (b *billingPlan) changeServerType(c *call, p *PlannedCompute, name string) *reply {
	if name == "" {
		return c.invalid(fieldRequired)
	}
	server, current := findServer(name), findServer(p.ServerType)
	if server == nil || !offered(server, p.ServiceID, p.OSType) {
		return c.refuse("Service %q has no server type %q.", p.ServiceID, name)
	}
	if current != nil && !server.larger(current) {
		return c.refuse("Server type %q is not larger than %q.", name, p.ServerType)
	}
	p.ServerType = name
	return nil
}

func (b *billingPlan) cancel(p *PlannedCompute) {
	p.Ended = EndedCancelled
	p.NextContractType, p.NextStartDate, p.NextEndDate = "", "", ""
	if b.s.opt.Guesses.EndedForm == "dates" {
		p.EndDate = b.s.Now().In(Seoul).AddDate(0, 0, -1).Format(time.DateOnly)
	}
}

// fee quotes the fee for cancelling some contracts today.
func (b *billingPlan) fee(c *call) *reply {
	b.settle()
	if refused := c.fields([]string{"planned_compute_id"}, "region"); refused != nil {
		return refused
	}
	ids, region := c.object.stringsOf("planned_compute_id"), c.object.text("region")
	c.require(len(ids) > 0, "List should have at least 1 item")
	if c.bad != "" {
		return c.invalid(c.bad)
	}
	slices.Sort(ids)
	var sum int64
	for _, id := range slices.Compact(ids) {
		p := b.visible(id)
		if p == nil || region != "" && p.Region != region {
			return c.notFound() // a contract of another region: guess
		}
		if p.Ended != "" {
			return c.refuse("The contract has ended.")
		}
		sum += b.cancellationFee(p)
	}
	var fee any = strconv.FormatInt(sum, 10)
	if b.s.opt.Guesses.FeeAsNumber {
		fee = sum
	}
	// The first of the month, so that no month is skipped at a month's end.
	month := c.now.In(Seoul)
	month = time.Date(month.Year(), month.Month()+2, 1, 0, 0, 0, 0, Seoul)
	return ok(http.StatusOK, map[string]any{
		"bill_year_month": month.Format("2006-01"), "cancellation_fee": fee,
		"currency": map[string]any{"code": "KRW", "symbol": "₩"},
	})
}

// cancellationFee is 50 % of what the rest of the term would cost (stated), free on the day of
// application (inferred). The rest of the term begins today, or on its first day if that is
// later. A reserved follow-up adds nothing (guess).
func (b *billingPlan) cancellationFee(p *PlannedCompute) int64 {
	today := b.today()
	if p.CreatedAt.In(Seoul).Format(time.DateOnly) == today {
		return 0
	}
	from, err1 := time.Parse(time.DateOnly, max(today, p.StartDate))
	to, err2 := time.Parse(time.DateOnly, p.EndDate)
	server, os := findServer(p.ServerType), findSystem(p.OSType)
	if err1 != nil || err2 != nil || to.Before(from) || server == nil || os == nil {
		return 0
	}
	days := int64(to.Sub(from).Hours()/24) + 1
	return days * 24 * server.committed(os, p.ContractType) / 2
}
