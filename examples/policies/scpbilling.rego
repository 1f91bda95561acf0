# Rules for plans that touch budgets and contracts of Samsung Cloud Platform.
#
#   terraform plan -out=plan
#   terraform show -json plan |
#     opa eval --fail-defined --stdin-input --data scpbilling.rego --data settings.json \
#       --format pretty 'data.scpbilling.deny[_]'
#
# settings.json is yours: keep it under review, away from the people who plan.
package scpbilling

import rego.v1

import data.settings

# Without a setting its rule would let everything pass.
deny contains message if {
	some name in ["max_years", "label", "change_window", "follow_up_approvers", "prevention_approvers"]
	not settings[name]
	message := sprintf("the setting %q is missing; see settings.json", [name])
}

changes contains change if {
	some change in input.resource_changes
	change.mode == "managed"
}

contracts contains change if {
	some change in changes
	change.type == "scpbilling_planned_compute"
}

budgets contains change if {
	some change in changes
	change.type == "scpbilling_account_budget"
}

# A replacement buys as well.
buys(change) if "create" in change.change.actions

# The codes of terms are 01, 03 and 05; names such as 3-year mean the same.
years(term) := to_number(trim_left(regex.find_n("[0-9]+", term, 1)[0], "0"))

long_term contains change if {
	some change in contracts
	buys(change)
	years(change.change.after.contract_type) > settings.max_years
}

# A follow-up is a purchase too.
long_term contains change if {
	some change in contracts
	some action in ["create", "update"]
	action in change.change.actions
	years(change.change.after.next_contract_type) > settings.max_years
	not reserved_before(change)
}

reserved_before(change) if change.change.before.next_contract_type == change.change.after.next_contract_type

labelled(change) if change.change.after.tags[settings.label] != ""

# Tags go with the purchase only, so a follow-up of an older contract is approved here.
labelled(change) if settings.follow_up_approvers[change.address]

deny contains message if {
	some change in long_term
	not labelled(change)
	message := sprintf("%s commits to more than %d year(s) and has no tag %q", [change.address, settings.max_years, settings.label])
}

# What cannot be read is not waved through.
deny contains message if {
	some change in contracts
	buys(change)
	not years(change.change.after.contract_type)
	message := sprintf("%s buys a contract whose term is not known while planning", [change.address])
}

deny contains message if {
	some change in contracts
	buys(change)
	not accounted(change)
	message := sprintf("%s buys a contract without known_contracts, so a saved plan cannot tell an orphaned contract from your own", [change.address])
}

accounted(change) if count(change.change.after.known_contracts) > 0

# In an account without contracts the set is empty, though configured.
accounted(change) if {
	walk(input.configuration, [_, configured])
	configured.type == change.type
	configured.name == change.name
	configured.expressions.known_contracts
}

accounted(change) if change.change.after_unknown.known_contracts == true

in_window if {
	seoul := [object.get(settings, "now", time.now_ns()), "Asia/Seoul"]
	time.weekday(seoul) in settings.change_window.weekdays
	hour := time.clock(seoul)[0]
	hour >= settings.change_window.hours[0]
	hour < settings.change_window.hours[1]
}

cancels_already(change) if change.change.before.deletion_policy == "CANCEL"

deny contains message if {
	some change in contracts
	not in_window
	change.change.after.deletion_policy == "CANCEL"
	not cancels_already(change)
	message := sprintf("%s sets deletion_policy = \"CANCEL\" outside the change window", [change.address])
}

deny contains message if {
	some change in contracts
	not in_window
	"delete" in change.change.actions
	cancels_already(change)
	message := sprintf("%s cancels a contract outside the change window", [change.address])
}

blocks(side) if side.prevention.threshold

deny contains message if {
	some change in budgets
	some action in ["create", "update"]
	action in change.change.actions
	blocks(change.change.after)
	not settings.prevention_approvers[change.address]
	message := sprintf("%s blocks new servers and databases for the whole account and has no approver", [change.address])
}
