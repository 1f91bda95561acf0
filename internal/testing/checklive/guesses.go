package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// What a read can say of a guess.
const (
	confirmed = "confirmed"
	refuted   = "REFUTED"
	notSeen   = "not seen"
)

// guess is a numbered guess that reads can settle.
type guess struct {
	number, text string
	judge        func(c *checker) (verdict, detail string)
}

var seoul = time.FixedZone("Asia/Seoul", 9*60*60)

// since is confirmed when everything that was seen is as guessed.
func since(seen, different bool, detail string) (verdict, why string) {
	switch {
	case different:
		return refuted, detail
	case seen:
		return confirmed, ""
	default:
		return notSeen, ""
	}
}

var guesses = []guess{
	{"9", "search_name finds a part of a name", func(c *checker) (string, string) {
		found, asked := c.seen["search"]
		if !asked || found.status != http.StatusOK {
			return notSeen, ""
		}
		return since(true, len(found.rows("budgets")) == 0, "the name of a budget without its last character finds nothing")
	}},
	{"10", "the budget list honours size", func(c *checker) (string, string) {
		if len(c.seen["listAccountBudgets"].rows("budgets")) < 2 {
			return notSeen, ""
		}
		n := len(c.seen["one budget"].rows("budgets"))
		return since(true, n > 1, fmt.Sprintf("%d rows for size=1", n))
	}},
	{"12", "a contract starts the day after its purchase", func(c *checker) (string, string) {
		seen, different := 0, map[string]bool{}
		for _, row := range c.contracts() {
			bought, err1 := time.Parse("2006-01-02T15:04:05", first(row["created_at"], 19))
			start, err2 := time.Parse(time.DateOnly, first(row["first_contract_start_at"], 10))
			if err1 != nil || err2 != nil {
				continue
			}
			seen++
			day := bought.In(seoul)
			if days := int(start.Sub(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)).Hours() / 24); days != 1 {
				different[fmt.Sprintf("%d days after it", days)] = true
			}
		}
		return since(seen > 0, len(different) > 0, keys(different))
	}},
	{"13", "a term ends the day before the anniversary", func(c *checker) (string, string) {
		seen, different := 0, map[string]bool{}
		for _, row := range c.contracts() {
			start, err1 := time.Parse(time.DateOnly, first(row["start_date"], 10))
			end, err2 := time.Parse(time.DateOnly, first(row["end_date"], 10))
			years, ok := tfkit.ContractYears(fmt.Sprint(row["contract_type"]))
			if err1 != nil || err2 != nil || !ok {
				continue
			}
			seen++
			if off := int(end.Sub(start.AddDate(years, 0, -1)).Hours() / 24); off != 0 {
				different[fmt.Sprintf("%+d days", off)] = true
			}
		}
		return since(seen > 0, len(different) > 0, keys(different))
	}},
	{"14", "contracts that run are ACTIVE", func(c *checker) (string, string) {
		today := time.Now().In(seoul).Format(time.DateOnly)
		var running, ended []map[string]any
		for _, row := range c.contracts() {
			if first(row["end_date"], 10) >= today && row["delete_yn"] != "Y" {
				running = append(running, row)
			} else {
				ended = append(ended, row)
			}
		}
		others := slices.DeleteFunc(values(running, "state"), func(s string) bool { return s == `"ACTIVE"` })
		verdict, detail := since(len(running) > 0, len(others) > 0, "also "+strings.Join(others, ", "))
		if len(ended) > 0 {
			detail = strings.TrimPrefix(detail+"; of those that have ended: "+strings.Join(values(ended, "state"), ", "), "; ")
		}
		return verdict, detail
	}},
	{"18", "usages without dates are those of this month", func(c *checker) (string, string) {
		month := time.Now().In(seoul).Format("2006-01")
		seen, different := 0, map[string]bool{}
		for _, row := range c.seen["listUsages"].rows("usages") {
			seen++
			if got := first(row["usage_date"], 7); got != month {
				different[got] = true
			}
		}
		return since(seen > 0, len(different) > 0, "also "+keys(different))
	}},
	{"19", "500 usages can be asked for at once", func(c *checker) (string, string) {
		r := c.seen["listUsages"]
		return since(r.status == http.StatusOK, r.status == http.StatusBadRequest, fmt.Sprint("status ", r.status))
	}},
	{"20", "count is null without with_count", func(c *checker) (string, string) {
		r := c.seen["few usages"]
		count, there := r.body["count"]
		if r.status != http.StatusOK || !there {
			return notSeen, ""
		}
		return since(true, count != nil, "count is given")
	}},
	{"21", "a marker is the last row of the page", func(c *checker) (string, string) {
		r := c.seen["few usages"]
		rows := r.rows("usages")
		for _, link := range r.rows("links") {
			href, err := url.Parse(fmt.Sprint(link["href"]))
			if link["rel"] != "next" || err != nil || len(rows) == 0 {
				continue
			}
			return since(true, href.Query().Get("marker") != fmt.Sprint(rows[len(rows)-1]["id"]), "it is another one, or no id")
		}
		return notSeen, ""
	}},
	{"22", "the values of states and codes are the examples'", func(c *checker) (string, string) {
		var others []string
		seen := 0
		for _, f := range []struct{ call, list, field, example string }{
			{"listUsages", "usages", "order_status", `"04"`},
			{"listUsages", "usages", "status_code", `0`},
			{"listBills", "bills", "bill_state", `"USED"`},
			{"showPaymentMonthly", "payments", "payment_state", `"PAID"`},
		} {
			for _, value := range values(c.seen[f.call].rows(f.list), f.field) {
				seen++
				if value != f.example && value != "null" {
					others = append(others, f.field+" "+value)
				}
			}
		}
		return since(seen > 0, len(others) > 0, "also "+strings.Join(others, ", "))
	}},
	{"23", "discounts of bills are positive", func(c *checker) (string, string) {
		seen, negative := 0, map[string]bool{}
		for _, row := range c.seen["listBills"].rows("bills") {
			for name, value := range row {
				amount, _ := value.(map[string]any)
				if !strings.Contains(name, "discount") && !strings.HasSuffix(name, "_savings") && !strings.HasSuffix(name, "_credit") && name != "edp" {
					continue
				}
				for _, text := range amount {
					switch text := fmt.Sprint(text); {
					case strings.HasPrefix(text, "-"):
						negative[name] = true
					case strings.Trim(text, "0.") != "":
						seen++
					}
				}
			}
		}
		return since(seen > 0, len(negative) > 0, "negative: "+keys(negative))
	}},
	{"25", "display_name is translated", func(c *checker) (string, string) {
		english, korean := values(c.seen["listPlannedComputeServiceTypes"].rows("services"), "display_name"), values(c.seen["korean"].rows("services"), "display_name")
		if len(english) == 0 || len(korean) == 0 {
			return notSeen, ""
		}
		return since(true, slices.Equal(english, korean), "the same in both languages")
	}},
	{"28", "budget 1.0 can still be called", func(c *checker) (string, string) {
		r := c.seen["budget 1.0"]
		return since(r.status == http.StatusOK, r.status == http.StatusNotAcceptable, fmt.Sprint("status ", r.status))
	}},
}

func (c *checker) contracts() []map[string]any {
	return c.seen["listPlannedComputes"].rows("planned_computes")
}

// first is the beginning of a string; "" for anything shorter or else.
func first(value any, length int) string {
	text, _ := value.(string)
	if len(text) < length {
		return ""
	}
	return text[:length]
}

func keys(set map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(set)), ", ") }
