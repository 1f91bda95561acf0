import {
  to = scpbilling_planned_compute.web
  identity = {
    id = "5f3688a192094ddeb0c94166a3e88935"
  }
}
