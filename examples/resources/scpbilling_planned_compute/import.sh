# By the ID of the planned compute. Its contract number or its SRN works, too.
terraform import scpbilling_planned_compute.web 5f3688a192094ddeb0c94166a3e88935
