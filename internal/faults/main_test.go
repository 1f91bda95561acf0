package faults

import (
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
