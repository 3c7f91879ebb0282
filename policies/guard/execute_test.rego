package guard.execute_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

item(zone, facts) := object.union(
	{"subject": "x", "zone": zone, "dynamic": false, "usual": false, "sensitive": false, "by": "python"},
	facts,
)

test_programs_are_judged_by_where_they_lie if {
	every case in [
		["script", "project", {}, "execute/project-script"],
		["script", "project", {"sensitive": true}, "execute/sensitive-script"],
		["script", "project", {"dynamic": true}, "execute/script"],
		["script", "project", {"by": "cmake"}, "execute/script"],
		["script", "home", {}, "execute/script"],
		["shell-file", "project", {"usual": true}, "execute/project-script"],
		["shell-file", "project", {"sensitive": true, "usual": true}, "execute/sensitive-script"],
		["shell-file", "project", {}, "execute/shell-file"],
		["source", "project", {}, "execute/source"],
		["source", "project", {"usual": true}, "execute/project-script"],
		["source", "project", {"usual": true, "sensitive": true}, "execute/source"],
		["source", "home", {"usual": true}, "execute/source"],
		["file", "temp", {"usual": true}, "execute/temp-file"],
		["file", "temp-root", {}, "execute/temp-file"],
		["file", "temp", {"built": true}, "execute/project-script"],
		["file", "temp", {"built": true, "dynamic": true}, "execute/temp-file"],
		["file", "project", {"usual": true}, "execute/project-script"],
		["file", "project", {"sensitive": true}, "execute/sensitive-script"],
		["file", "project", {}, "execute/file"],
		["file", "system", {"usual": true}, "execute/file"],
	] {
		rule_of({"execute": {case[0]: [item(case[1], case[2])]}}) == case[3]
	}
}
