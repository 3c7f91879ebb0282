package guard.database_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

test_statements_are_judged_by_what_they_reach if {
	every case in [
		["write", ["app"], "database/write"],
		["write", ["live"], "database/production"],
		["destroy", ["app-production"], "database/production"],
		["destroy", [], "database/destroy"],
	] {
		rule_of({"database": {case[0]: [{"subject": "x", "targets": case[1]}]}}) == case[2]
	}
}
