package billingplan

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// fakeLookUps responds to each call after a time, and counts the calls.
type fakeLookUps struct {
	lock  sync.Mutex
	calls []string
	takes time.Duration
	err   error
}

func (f *fakeLookUps) call(ctx context.Context, what string) error {
	f.lock.Lock()
	f.calls = append(f.calls, what)
	err := f.err
	f.lock.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(f.takes):
		return err
	}
}

func (f *fakeLookUps) count() int {
	f.lock.Lock()
	defer f.lock.Unlock()
	return len(f.calls)
}

func (f *fakeLookUps) fail(err error) {
	f.lock.Lock()
	defer f.lock.Unlock()
	f.err = err
}

func (f *fakeLookUps) ListServiceTypes(ctx context.Context) ([]scp.ServiceType, error) {
	if err := f.call(ctx, "services"); err != nil {
		return nil, err
	}
	return []scp.ServiceType{{ServiceID: new("VIRTUAL_SERVER")}}, nil
}

func (f *fakeLookUps) ListOSTypes(ctx context.Context, serviceID string) ([]scp.OSType, error) {
	if err := f.call(ctx, "os "+serviceID); err != nil {
		return nil, err
	}
	return []scp.OSType{{OSTypeID: &serviceID}}, nil
}

func (f *fakeLookUps) ListServerTypes(ctx context.Context, in scp.ServerTypeFilter) ([]scp.ServerType, error) {
	name := in.ServiceID + "," + in.CurrentServerType + "," + in.OSType
	if err := f.call(ctx, "servers "+name); err != nil {
		return nil, err
	}
	return []scp.ServerType{{ServerType: &name}}, nil
}

func (f *fakeLookUps) ListContractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error) {
	name := serviceID + "," + serverType
	if err := f.call(ctx, "contracts "+name); err != nil {
		return nil, err
	}
	return &scp.ContractTypes{ContractTypes: []scp.ContractType{{Code: &name}}}, nil
}

func TestOfferingsAsksEachQueryOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeLookUps{takes: time.Second}
		c := newOfferings(fake)
		// Arguments that look alike when they are put together are different queries.
		pairs := [][2]string{{"A", "s1"}, {"A", ""}, {"", "A"}, {`A" "s1`, ""}, {"A s1", ""}, {"", ""}}
		var wait sync.WaitGroup
		for range 3 {
			for range 20 {
				for _, pair := range pairs {
					wait.Go(func() {
						got, err := c.contractTypes(t.Context(), pair[0], pair[1])
						if err != nil {
							t.Error(err)
							return
						}
						if want := pair[0] + "," + pair[1]; *got.ContractTypes[0].Code != want {
							t.Errorf("the response of %q to the query %q", *got.ContractTypes[0].Code, want)
						}
					})
				}
			}
			wait.Wait()
		}
		if fake.count() != len(pairs) {
			t.Errorf("%d requests for %d queries: %q", fake.count(), len(pairs), fake.calls)
		}
	})
}

// meddled is a context in which something happens when it is first asked whether it
// has ended: between a look into the memory and the request.
type meddled struct {
	context.Context
	once  *sync.Once
	event func()
}

func (m meddled) Err() error {
	m.once.Do(m.event)
	return m.Context.Err()
}

// A response that comes between the look into the memory and the request spares the
// request.
func TestOfferingsReadMeanwhile(t *testing.T) {
	fake := &fakeLookUps{}
	c := newOfferings(fake)
	other := func() {
		if _, err := c.osTypes(t.Context(), "A"); err != nil {
			t.Error(err)
		}
	}
	got, err := c.osTypes(meddled{t.Context(), &sync.Once{}, other}, "A")
	if err != nil || len(got) != 1 || *got[0].OSTypeID != "A" || fake.count() != 1 {
		t.Errorf("%v (%v) after %d requests", got, err, fake.count())
	}
}

func TestOfferingsKeepsItsListsApart(t *testing.T) {
	fake := &fakeLookUps{}
	c := newOfferings(fake)
	for range 2 {
		services, err := c.serviceTypes(t.Context())
		if err != nil || *services[0].ServiceID != "VIRTUAL_SERVER" {
			t.Errorf("services: %v, %v", services, err)
		}
		systems, err := c.osTypes(t.Context(), "A")
		if err != nil || *systems[0].OSTypeID != "A" {
			t.Errorf("operating systems: %v, %v", systems, err)
		}
		for _, filter := range []scp.ServerTypeFilter{{ServiceID: "A"}, {CurrentServerType: "A"}, {OSType: "A"}} {
			servers, err := c.serverTypes(t.Context(), filter)
			if want := filter.ServiceID + "," + filter.CurrentServerType + "," + filter.OSType; err != nil || *servers[0].ServerType != want {
				t.Errorf("server types of %+v: %v, %v", filter, *servers[0].ServerType, err)
			}
		}
		contracts, err := c.contractTypes(t.Context(), "A", "")
		if err != nil || *contracts.ContractTypes[0].Code != "A," {
			t.Errorf("contract types: %v, %v", contracts, err)
		}
	}
	if fake.count() != 6 {
		t.Errorf("%d requests, want 6: %q", fake.count(), fake.calls)
	}
}

func TestOfferingsRemembersAFailureForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		fake := &fakeLookUps{err: broken, takes: time.Second}
		c := newOfferings(fake)
		for range 100 {
			if _, err := c.osTypes(t.Context(), "A"); !errors.Is(err, broken) {
				t.Fatalf("error %v, want %v", err, broken)
			}
		}
		if fake.count() != 1 {
			t.Errorf("%d requests while the failure is fresh, want 1", fake.count())
		}
		if _, err := c.osTypes(t.Context(), "B"); !errors.Is(err, broken) || fake.count() != 2 {
			t.Errorf("another query: error %v after %d requests", err, fake.count())
		}
		fake.fail(nil)
		time.Sleep(failureMemory)
		if got, err := c.osTypes(t.Context(), "A"); err != nil || len(got) != 1 {
			t.Errorf("after the pause: %v, %v", got, err)
		}
		time.Sleep(24 * time.Hour)
		if _, err := c.osTypes(t.Context(), "A"); err != nil || fake.count() != 3 {
			t.Errorf("a day later: error %v, %d requests, want 3", err, fake.count())
		}
	})
}

func TestOfferingsSurvivesACallerWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeLookUps{takes: time.Minute}
		c := newOfferings(fake)
		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := c.serviceTypes(hasty); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the hasty caller got %v", err)
			}
		})
		// The second caller comes while the request of the first is under way.
		time.Sleep(500 * time.Millisecond)
		wait.Go(func() {
			if got, err := c.serviceTypes(t.Context()); err != nil || len(got) != 1 {
				t.Errorf("the patient caller got %v, %v", got, err)
			}
		})
		wait.Wait()
		if _, err := c.serviceTypes(t.Context()); err != nil {
			t.Errorf("a later caller got %v", err)
		}
		if fake.count() != 1 {
			t.Errorf("%d requests, want 1", fake.count())
		}
	})
}

func TestOfferingsAsksNothingForACallerWhoHasLeft(t *testing.T) {
	fake := &fakeLookUps{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newOfferings(fake).serviceTypes(ctx); !errors.Is(err, context.Canceled) || fake.count() != 0 {
		t.Errorf("error %v after %d requests", err, fake.count())
	}
}

func TestOfferingsBoundsARequestThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newOfferings(&fakeLookUps{takes: 24 * time.Hour})
		start := time.Now()
		if _, err := c.serviceTypes(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the deadline's", err)
		}
		if took := time.Since(start); took != offeringsTimeout {
			t.Errorf("gave up after %s, want %s", took, offeringsTimeout)
		}
	})
}

func TestOfferingsIsSharedByAllOfAProvider(t *testing.T) {
	one, other := &tfkit.ProviderData{}, &tfkit.ProviderData{}
	first, second := offeringsOf(one, nil), offeringsOf(one, nil)
	if first != second {
		t.Error("two offerings for one configured provider")
	}
	if first == offeringsOf(other, nil) {
		t.Error("one offerings for two providers")
	}
}
