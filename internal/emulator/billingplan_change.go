package emulator

// What changes contracts: the purchase and the five actions, and the quote of the cancellation
// fee. Preconditions and effects of the actions are guesses, except for their required fields
// (NOTES section 7); rejections are 400 ValidationError (NOTES section 10 number 15).

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// invalid rejects the form of a body. The detail is a printed list without field names (NOTES
// section 4, observed).
func (c *call) invalid(details ...string) reply {
	quoted := make([]string, len(details))
	for i, d := range details {
		quoted[i] = "'" + strings.ReplaceAll(d, "'", `\'`) + "'"
	}
	return c.failWith(http.StatusBadRequest, codeValidation, "["+strings.Join(quoted, ", ")+"]")
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
	if c.bad != nil {
		details = []string{c.bad.in(c.lang)}
	}
	if details == nil {
		return nil
	}
	out := c.invalid(details...)
	return &out
}

func (b *billingPlan) create(c *call) reply {
	b.settle()
	if refused := c.fields([]string{"contract_type", "os_type", "server_type", "service_id"}, "service_name", "tag"); refused != nil {
		return *refused
	}
	o := c.object
	contractType, osType := o.text("contract_type"), o.text("os_type")
	p := PlannedCompute{ContractType: contractType, ServerType: o.text("server_type"), ServiceID: o.text("service_id"), ServiceName: o.text("service_name")}
	_, known := termYears[contractType]
	c.require(known, text{en: "Input should be '01', '03' or '05'"})
	os := findSystem(osType)
	c.require(os != nil, text{en: "Input should be 'opensource', 'rhel', 'windows' or 'sles'"})
	p.Tags = readTags(c)
	if c.bad != nil {
		return c.invalid(c.bad.in(c.lang))
	}
	p.OSType = os.id
	product, server := findProduct(p.ServiceID), findServer(p.ServerType)
	switch {
	case product == nil:
		return c.refuse(text{
			en: fmt.Sprintf("Service %q is not open to planned compute.", p.ServiceID),
			ko: fmt.Sprintf("서비스 %q은(는) Planned Compute를 지원하지 않습니다.", p.ServiceID),
		})
	case !slices.Contains(product.systems, os.id):
		return c.refuse(text{
			en: fmt.Sprintf("Service %q has no operating system %q.", p.ServiceID, osType),
			ko: fmt.Sprintf("서비스 %q은(는) 운영체제 %q을(를) 지원하지 않습니다.", p.ServiceID, osType),
		})
	case server == nil || !offered(server, p.ServiceID, os.id):
		return c.refuse(text{
			en: fmt.Sprintf("Service %q has no server type %q.", p.ServiceID, p.ServerType),
			ko: fmt.Sprintf("서비스 %q에는 서버 타입 %q이(가) 없습니다.", p.ServiceID, p.ServerType),
		})
	case !slices.Contains(product.terms, p.ContractType):
		return c.refuse(text{
			en: fmt.Sprintf("Service %q has no contract term %q.", p.ServiceID, p.ContractType),
			ko: fmt.Sprintf("서비스 %q에는 약정 기간 %q이(가) 없습니다.", p.ServiceID, p.ContractType),
		})
	}
	if !b.s.opt.Guesses.NoSettlement && settling(c.now) {
		return b.settlementRefusal(c)
	}
	if b.s.opt.Guesses.ServiceNameFromOfferings {
		p.ServiceName = ""
	}
	p.CreatedAt = c.now.UTC()
	b.complete(&p, c.account())
	b.contracts = append(b.contracts, &p)
	b.viaAPI[p.ID] = true
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
		c.require(o.has("key"), text{en: fieldRequired})
		key, value := o.text("key"), o.text("value")
		n := utf8.RuneCountInString(key)
		c.require(n >= 1 && n <= 128, text{en: "Tag key should have 1 to 128 characters"})
		c.require(utf8.RuneCountInString(value) <= 256, text{en: "Tag value should have at most 256 characters"})
		_, twice := tags[key]
		c.require(!twice, text{en: fmt.Sprintf("Tag key %q is given twice", key)})
		tags[key] = value
	}
	return tags
}

// settling reports whether the daily settlement runs: 23:30 to 23:59 in Seoul.
func settling(now time.Time) bool {
	t := now.In(Seoul)
	return t.Hour() == 23 && t.Minute() >= 30
}

func (b *billingPlan) settlementRefusal(c *call) reply {
	status := b.s.opt.Guesses.SettlementStatus
	if status == 0 {
		status = http.StatusBadRequest
	}
	code := b.s.opt.Guesses.SettlementCode
	setDefault(&code, codeValidation)
	return c.fail(status, code, text{
		en: "New requests are not accepted from 23:30 to 23:59 (GMT+9) because of the daily settlement.",
		ko: "일 정산으로 인해 23:30부터 23:59(GMT+9)까지는 신청할 수 없습니다.",
	})
}

var consoleActions = []string{"CHANGE_START_DATE", "CHANGE_END_DATE", "CREATE_PLAN", "PLAN_CREATE", "PLAN_CANCEL"}

func (b *billingPlan) update(c *call) reply {
	b.settle()
	p := b.find(c.params["planned_compute_id"])
	if p == nil {
		return c.notFound()
	}
	if refused := c.fields([]string{"action"}, "contract_type", "server_type"); refused != nil {
		return *refused
	}
	values := map[string]string{}
	for _, name := range []string{"action", "contract_type", "server_type"} {
		values[name] = c.object.text(name)
	}
	if c.bad != nil {
		return c.invalid(c.bad.in(c.lang))
	}
	act, known := map[string]func(*call, *PlannedCompute, map[string]string) *reply{
		"EXTEND_APPLY": b.extendApply, "EXTEND_CHANGE": b.extendChange, "EXTEND_CANCEL": b.extendCancel,
		"SERVER_TYPE_CHANGE": b.changeServerType, "CONTRACT_CANCEL": b.cancel,
	}[values["action"]]
	if !known {
		if slices.Contains(consoleActions, values["action"]) {
			return c.refuse(text{
				en: fmt.Sprintf("Action %s needs a date, which this API does not take.", values["action"]),
				ko: fmt.Sprintf("작업 %s에는 이 API가 받지 않는 날짜가 필요합니다.", values["action"]),
			})
		}
		return c.invalid("Input should be 'EXTEND_APPLY', 'EXTEND_CHANGE', 'EXTEND_CANCEL', 'SERVER_TYPE_CHANGE' or 'CONTRACT_CANCEL'")
	}
	if p.Ended != "" {
		return c.refuse(text{en: "The contract has ended.", ko: "이미 종료된 약정입니다."})
	}
	if refused := act(c, p, values); refused != nil {
		return *refused
	}
	p.ModifiedAt, p.ModifiedBy = c.now.UTC(), b.s.opt.User
	b.s.changed()
	return ok(http.StatusOK, map[string]any{"planned_compute": b.response(p, c)})
}

func refusal(c *call, t text) *reply {
	out := c.refuse(t)
	return &out
}

func (b *billingPlan) extendApply(c *call, p *PlannedCompute, values map[string]string) *reply {
	if p.NextContractType != "" {
		return refusal(c, text{en: "A follow-up contract is reserved already.", ko: "이미 연장이 신청되어 있습니다."})
	}
	return b.reserve(c, p, values["contract_type"])
}

func (b *billingPlan) extendChange(c *call, p *PlannedCompute, values map[string]string) *reply {
	if p.NextContractType == "" {
		return refusal(c, text{en: "No follow-up contract is reserved.", ko: "신청된 연장이 없습니다."})
	}
	return b.reserve(c, p, values["contract_type"])
}

func (b *billingPlan) reserve(c *call, p *PlannedCompute, contractType string) *reply {
	if contractType == "" {
		out := c.invalid(fieldRequired)
		return &out
	}
	if _, known := termYears[contractType]; !known {
		out := c.invalid("Input should be '01', '03' or '05'")
		return &out
	}
	if product := findProduct(p.ServiceID); product != nil && !slices.Contains(product.terms, contractType) {
		return refusal(c, text{
			en: fmt.Sprintf("Service %q has no contract term %q.", p.ServiceID, contractType),
			ko: fmt.Sprintf("서비스 %q에는 약정 기간 %q이(가) 없습니다.", p.ServiceID, contractType),
		})
	}
	p.NextContractType = contractType
	p.NextStartDate = dayAfter(p.EndDate)
	p.NextEndDate = b.termEnd(p.NextStartDate, contractType)
	return nil
}

func (b *billingPlan) extendCancel(c *call, p *PlannedCompute, _ map[string]string) *reply {
	if p.NextContractType == "" {
		return refusal(c, text{en: "No follow-up contract is reserved.", ko: "신청된 연장이 없습니다."})
	}
	p.NextContractType, p.NextStartDate, p.NextEndDate = "", "", ""
	return nil
}

func (b *billingPlan) changeServerType(c *call, p *PlannedCompute, values map[string]string) *reply {
	name := values["server_type"]
	if name == "" {
		out := c.invalid(fieldRequired)
		return &out
	}
	server, current := findServer(name), findServer(p.ServerType)
	if server == nil || !offered(server, p.ServiceID, p.OSType) {
		return refusal(c, text{
			en: fmt.Sprintf("Service %q has no server type %q.", p.ServiceID, name),
			ko: fmt.Sprintf("서비스 %q에는 서버 타입 %q이(가) 없습니다.", p.ServiceID, name),
		})
	}
	if current != nil && !server.larger(current) {
		return refusal(c, text{
			en: fmt.Sprintf("Server type %q is not larger than %q.", name, p.ServerType),
			ko: fmt.Sprintf("서버 타입 %q은(는) %q보다 크지 않습니다.", name, p.ServerType),
		})
	}
	p.ServerType = name
	return nil
}

func (b *billingPlan) cancel(_ *call, p *PlannedCompute, _ map[string]string) *reply {
	p.Ended = EndedCancelled
	p.NextContractType, p.NextStartDate, p.NextEndDate = "", "", ""
	if b.s.opt.Guesses.EndedForm == endedDates {
		yesterday := b.s.Now().In(Seoul).AddDate(0, 0, -1)
		p.EndDate = yesterday.Format(time.DateOnly)
	}
	return nil
}

// fee quotes the fee for cancelling some contracts today.
func (b *billingPlan) fee(c *call) reply {
	b.settle()
	if refused := c.fields([]string{"planned_compute_id"}, "region"); refused != nil {
		return *refused
	}
	ids, region := c.object.stringsOf("planned_compute_id"), c.object.text("region")
	c.require(len(ids) > 0, text{en: "List should have at least 1 item"})
	if c.bad != nil {
		return c.invalid(c.bad.in(c.lang))
	}
	slices.Sort(ids)
	var sum int64
	for _, id := range slices.Compact(ids) {
		p := b.find(id)
		if p == nil || region != "" && p.Region != region {
			return c.notFound() // a contract of another region: guess
		}
		if p.Ended != "" {
			return c.refuse(text{en: "The contract has ended.", ko: "이미 종료된 약정입니다."})
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
