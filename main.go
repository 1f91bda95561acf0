// Command terraform-provider-scpbilling serves the provider to Terraform.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/process"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// version is set at build time.
var version = "0.0.0-dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger: print how Terraform can reach this process")
	flag.Parse()
	process.Prepare(*debug)
	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve("registry.terraform.io/scpbilling/scpbilling", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}
