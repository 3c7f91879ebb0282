package guard.tools_test

import rego.v1

import data.guard

test_tools_are_judged_by_name if {
	every case in [
		["TodoWrite", "tools/listed"],
		["mcp__ours__x", "tools/listed"],
		["mcp__other__x", "tools/unlisted"],
	] {
		answer := guard.answer with input as {
			"tool": case[0], "role": "AGENT", "agentId": "a",
			"effects": {"tools": {"call": [{"subject": case[0], "name": case[0]}]}},
		}
			with data.settings.tools.prefixes as {"mcp__ours__": true}
		answer.rules[0].id == case[1]
	}
}
