package budget_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

const asGuessed = "as guessed"

// configurations are ways to write the settings: given, omitted, off, empty.
var configurations = map[string]object{
	"omitted":                  {},
	"given":                    {"notifications": notifications(nil), "prevention": prevention(nil)},
	"given otherwise":          {"notifications": notifications(object{"receivers": []any{"z@example.com"}, "thresholds": []any{70}, "notification_send_period": "NONE"}), "prevention": prevention(object{"receivers": []any{"y@example.com", "x@example.com"}, "threshold": 70})},
	"notifications only":       {"notifications": notifications(nil)},
	"prevention only":          {"prevention": prevention(nil)},
	"on by default":            {"notifications": object{}, "prevention": object{}},
	"on, empty lists":          {"notifications": object{"receivers": []any{}, "thresholds": []any{}}, "prevention": object{"receivers": []any{}, "threshold": 100}},
	"on, no threshold":         {"notifications": object{"receivers": []any{"a@example.com"}}, "prevention": object{"receivers": []any{"a@example.com"}}},
	"off":                      {"notifications": object{"is_use_notification": false}, "prevention": object{"is_use_prevention": false}},
	"off, empty lists":         {"notifications": object{"is_use_notification": false, "receivers": []any{}, "thresholds": []any{}}, "prevention": object{"is_use_prevention": false, "receivers": []any{}}},
	"off, with lists":          {"notifications": notifications(object{"is_use_notification": false}), "prevention": prevention(object{"is_use_prevention": false})},
	"off, with one list":       {"notifications": object{"is_use_notification": false, "thresholds": []any{90}}, "prevention": object{"is_use_prevention": false, "threshold": 70}},
	"off, a period of its own": {"notifications": object{"is_use_notification": false, "notification_send_period": "NONE"}},
}

// services are ways in which the service may behave where no source says how.
var services = map[string]emulator.Guesses{
	asGuessed:                {},
	"off clears lists":       {OffClearsLists: true},
	"empty lists as null":    {EmptyListsAsNull: true, OffClearsLists: true},
	"lists in another order": {ListOrder: "reversed", AmountAsString: true, AmountFraction: true, TimeForm: "space", DeleteReturnsBody: true},
}

// From every form of configuration to every other, over every form of service: after
// one apply a read changes nothing and the next plan is empty, also after an import, and
// destroying works.
func TestOneApplyIsEnough(t *testing.T) {
	t.Parallel()
	for service, guesses := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, guessing(guesses))
			starts := []string{"given", "off, with lists"}
			if service == asGuessed {
				starts = append(starts, "omitted", "on by default", "off", "prevention only")
			}
			for _, from := range starts {
				for to := range configurations {
					t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
						w := w.in(t)
						name := object{"name": w.Name()}
						before, after := minimal(configurations[from], name), minimal(configurations[to], name)
						state := w.unchanged(w.Create(typeName, before), before)
						if !w.Plan(state, after).NoChange() {
							state = w.update(state, after)
						}
						state = w.unchanged(state, after)
						w.settled(w.imported(idOf(state)), after)
						w.update(state, nil)
						if w.SCP.DeleteBudget(idOf(state)) {
							t.Error("the budget was left behind")
						}
					})
				}
			}
		})
	}
}

// offForms are ways in which a service may show a setting that is off, by what they make
// of the setting as it was sent. A form that returns nothing leaves the setting out.
var offForms = map[string]func(sent object) (any, bool){
	"kept":    func(sent object) (any, bool) { return sent, true },
	"null":    func(object) (any, bool) { return nil, true },
	"absent":  func(object) (any, bool) { return nil, false },
	"nothing": func(object) (any, bool) { return object{}, true },
	"nulls": func(sent object) (any, bool) {
		out := object{}
		for name := range sent {
			out[name] = nil
		}
		return out, true
	},
	"empty":          offForm(object{"notification_send_period": "FIRST", "receivers": []any{}, "thresholds": []any{}, "threshold": nil}),
	"defaults":       offForm(object{"notification_send_period": "FIRST", "receivers": []any{}, "thresholds": []any{80}, "threshold": 80}),
	"other defaults": offForm(object{"notification_send_period": "NONE", "receivers": []any{"owner@example.com"}, "thresholds": []any{70, 100}, "threshold": 100}),
}

func offForm(values object) func(object) (any, bool) {
	return func(sent object) (any, bool) {
		out := maps.Clone(sent)
		for name := range sent {
			if value, ok := values[name]; ok {
				out[name] = value
			}
		}
		return out, true
	}
}

// Whatever a service shows of settings that are off: a read changes nothing, the second plan
// is empty, and so is the one after an import.
func TestFormsOfSettingsThatAreOff(t *testing.T) {
	t.Parallel()
	for name, form := range offForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).behind(func(reply object) {
				for setting, on := range map[string]string{"notifications": "is_use_notification", "prevention": "is_use_prevention"} {
					sent, ok := reply[setting].(object)
					if !ok || sent[on] == true {
						continue
					}
					value, shown := form(sent)
					if reply[setting] = value; !shown {
						delete(reply, setting)
					}
				}
			})
			for _, given := range []string{"omitted", "off", "off, empty lists", "off, with lists", "off, with one list", "off, a period of its own", "notifications only", "prevention only"} {
				config := minimal(configurations[given], object{"name": w.Name()})
				state := w.unchanged(w.Create(typeName, config), config)
				w.settled(w.imported(idOf(state)), config)
			}
		})
	}
}

// What the service does not return stays as it was, and so does the spelling of the id. A
// switch that it does return counts.
func TestReadKeepsWhatTheServiceDoesNotReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	for name, c := range map[string]struct {
		notifications, prevention any
		on                        bool
	}{
		"nothing in the settings": {object{}, object{}, true},
		"no settings":             {nil, nil, true},
		"a switch that is off":    {object{"is_use_notification": false}, object{}, false},
	} {
		after := w.behind(func(reply object) {
			if b, ok := reply["budget"].(object); ok {
				b["id"] = strings.ToUpper(idOf(state))
				reply["notifications"], reply["prevention"] = c.notifications, c.prevention
			}
		}).read(state)
		n, block := after.Object["notifications"].(object), after.Object["prevention"].(object)
		if n["is_use_notification"] != c.on || n["notification_send_period"] != "DAILY" || block["is_use_prevention"] != true || idOf(after) != idOf(state) {
			t.Errorf("%s: the budget became %v", name, after.Object)
		}
	}
}

// behind is a provider behind a proxy that changes each JSON object that the service
// returns.
func (w *world) behind(change func(reply object)) *world {
	w.t.Helper()
	target, err := url.Parse(w.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		// The Host header stays, since it is signed.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			var reply object
			if err := json.NewDecoder(r.Body).Decode(&reply); err != nil {
				return err
			}
			change(reply)
			body, err := json.Marshal(reply)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return err
		},
	}
	server := httptest.NewServer(proxy)
	w.t.Cleanup(server.Close)
	return w.restart(object{"endpoint_override": server.URL})
}
