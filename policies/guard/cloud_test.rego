package guard.cloud_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

test_changes_are_judged_by_what_they_reach if {
	every case in [
		["change", ["staging"], "cloud/change"],
		["change", ["prod"], "cloud/production"],
		["apply", ["eu-prod"], "cloud/production"],
		["destroy", ["production-eu"], "cloud/production"],
		["destroy", [], "cloud/destroy"],
	] {
		rule_of({"cloud": {case[0]: [{"subject": "x", "targets": case[1]}]}}) == case[2]
	}
}
