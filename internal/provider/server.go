package provider

// The provider as a server of the plugin protocol.

import (
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// NewServer makes servers of the provider. They answer long lists of rows without
// the framework's conversion of values.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return rowserver.Wrap(func() tfprotov6.ProviderServer {
		return providerserver.NewProtocol6(New(version)())()
	})
}
