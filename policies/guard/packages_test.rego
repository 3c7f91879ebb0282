package guard.packages_test

import rego.v1

import data.guard

test_names_may_be_listed if {
	every case in [
		[["left-pad"], "packages/install-listed"],
		[["@ours/x"], "packages/install-listed"],
		[["left-pad", "other"], "packages/install"],
		[[], "packages/install"],
	] {
		answer := guard.answer with input as {
			"tool": "Bash", "role": "AGENT", "agentId": "a",
			"effects": {"packages": {"install": [{"subject": "x", "names": case[0]}]}},
		}
			with data.settings.packages.listed as ["left-pad", "@ours/*"]
		answer.rules[0].id == case[1]
	}
}
