package guard.scope_test

import rego.v1

import data.guard

answer_in(scopes, effects) := answer if {
	answer := guard.answer with input as {
		"tool": "Bash", "role": "AGENT", "agentId": "builder-7", "project": "/srv/app", "effects": effects,
	}
		with data.settings.scopes as scopes
}

PUSH := {"git": {"push": [{"subject": "git push"}]}}

LOOK := {"shell": {"inspect": [{"subject": "ls"}]}}

DOWNLOAD := {"execute": {"download": [{"subject": "x"}]}}

soft(when) := [{"rules": ["git/*"], "decision": "ALLOW", "when": when}]

test_a_scope_softens_what_is_asked_about if {
	every when in [
		{}, {"roles": ["AGENT"]}, {"agents": ["builder-*"]}, {"tools": ["Bash"]}, {"projects": ["/srv/**"]},
		{"paths": ["git *"]},
	] {
		answer_in(soft(when), PUSH).decision == "ALLOW"
	}
}

test_a_scope_of_others_does_not if {
	every when in [
		{"roles": ["GUEST"]}, {"agents": ["other"]}, {"tools": ["Write"]}, {"projects": ["/srv/*/x"]},
		{"paths": ["*.md"]},
	] {
		answer_in(soft(when), PUSH).decision == "ESCALATE"
	}
}

test_no_scope_softens_a_refusal_or_what_is_critical if {
	answer_in([{"rules": ["**"], "decision": "ALLOW", "when": {}}], DOWNLOAD).decision == "BLOCK"
	answer_in([{"rules": ["**"], "decision": "ESCALATE", "when": {}}], DOWNLOAD).decision == "BLOCK"
	critical := {"cloud": {"destroy": [{"subject": "x", "targets": []}]}}
	answer_in([{"rules": ["**"], "decision": "ALLOW", "when": {}}], critical).decision == "ESCALATE"
}

test_a_scope_hardens if {
	answer_in([{"rules": ["shell/inspect"], "decision": "BLOCK", "when": {}}], LOOK).decision == "BLOCK"
	answer_in([{"rules": ["shell/*"], "decision": "ESCALATE", "when": {}}], LOOK).decision == "ESCALATE"
}

test_the_strictest_scope_wins if {
	both := array.concat(soft({}), [{"rules": ["git/push"], "decision": "BLOCK", "when": {}}])
	answer_in(both, PUSH).decision == "BLOCK"
}

test_rules_may_be_added_by_pattern if {
	every entry in [
		{"kind": "literal", "pattern": "hub"},
		{"kind": "glob", "pattern": "GET *"},
		{"kind": "regex", "pattern": "^GET .*hub"},
		{"kind": "effect", "pattern": ""},
	] {
		answer := guard.answer with input as {
			"tool": "Bash", "role": "AGENT", "agentId": "a",
			"effects": {"shell": {"inspect": [{"subject": "GET github"}]}},
		}
			with data.settings.custom as {"shell/inspect": [object.union(entry, {"rule": "execute/download"})]}
		answer.decision == "BLOCK"
	}
}
