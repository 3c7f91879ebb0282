package guard.git_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

test_pushes_are_judged_by_their_branch if {
	every case in [
		["force-push", ["main"], "git/force-push-protected"],
		["force-push", ["release/1.2"], "git/force-push-protected"],
		["force-push", ["feature/x"], "git/force-push"],
		["delete-remote", ["master"], "git/force-push-protected"],
		["delete-remote", ["old"], "git/delete-remote"],
	] {
		rule_of({"git": {case[0]: [{"subject": "x", "branches": case[1]}]}}) == case[2]
	}
}
