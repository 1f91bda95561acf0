# By the id of the planned compute, not by the contract_id of the bill.
terraform import scpbilling_planned_compute.web 5f3688a192094ddeb0c94166a3e88935
