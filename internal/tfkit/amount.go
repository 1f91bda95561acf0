package tfkit

import (
	"fmt"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// AmountSum is an exact sum in both currencies; that of nothing is zero.
type AmountSum struct{ krw, usd money.Sum }

// Add adds an amount. Null adds nothing. An error names the currency.
func (s *AmountSum) Add(a *scp.Amount) error {
	if a == nil {
		return nil
	}
	if err := add(&s.krw, a.KRW); err != nil {
		return fmt.Errorf("krw: %w", err)
	}
	if err := add(&s.usd, a.USD); err != nil {
		return fmt.Errorf("usd: %w", err)
	}
	return nil
}

func add(to *money.Sum, text *string) error {
	if text == nil {
		return nil
	}
	return to.Add(*text)
}

// AddSum adds another sum.
func (s *AmountSum) AddSum(other *AmountSum) {
	s.krw.AddSum(&other.krw)
	s.usd.AddSum(&other.usd)
}

// Amount is the sum as an amount.
func (s *AmountSum) Amount() scp.Amount {
	return scp.Amount{KRW: new(s.krw.Text()), USD: new(s.usd.Text())}
}
