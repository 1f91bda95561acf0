// Command terraform-provider-scpbilling serves the provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// version is set at build time.
var version = "0.0.0-dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger: print how Terraform can reach this process")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/scpbilling/scpbilling",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
