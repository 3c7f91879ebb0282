# Who, where, with which tool: entries of data.settings.scopes change what a rule means for the requests they match,
# entries of data.settings.custom add rules by a pattern over what an effect is about.
package guard.scope

import rego.v1

# Scopes whose every condition holds for the caller; conditions that are absent hold for all.
active(asked) := [entry |
	some entry in data.settings.scopes
	holds(entry, "roles", asked.role)
	holds(entry, "agents", asked.agentId)
	holds(entry, "tools", asked.tool)
	holds(entry, "projects", object.get(asked, "project", ""))
]

holds(entry, key, _) if not entry.when[key]

holds(entry, key, value) if {
	some pattern in entry.when[key]
	matches(pattern, value)
}

# "*" stands for anything but "/", "**" for anything.
matches(pattern, value) if glob.match(pattern, ["/"], value)

# The strictest of the scopes that change this rule, else the rule as it is.
meaning(id, subject, rule, scopes) := stricter(changes, rule) if {
	scopes[0]
	changes := [entry |
		some entry in scopes
		named(entry, id)
		holds(entry, "paths", subject)
		may(entry, rule)
	]
	count(changes) > 0
} else := rule

named(entry, id) if {
	some pattern in entry.rules
	matches(pattern, id)
}

# A scope may always harden. It may let through only what is asked about, and nothing that is critical.
may(entry, _) if entry.decision in {"ESCALATE", "BLOCK"}

may(entry, rule) if {
	entry.decision == "ALLOW"
	rule.decision == "ESCALATE"
	rule.riskLevel != "CRITICAL"
}

order := {"ALLOW": 0, "ESCALATE": 1, "BLOCK": 2}

# Scopes agree on nothing softer than the strictest of them; one that would soften a refusal changes nothing.
stricter(changes, rule) := {"decision": decision, "riskLevel": rule.riskLevel} if {
	wanted := max([order[entry.decision] | some entry in changes])
	decision := ["ALLOW", "ESCALATE", "BLOCK"][max([wanted, floor_of(rule)])]
}

floor_of(rule) := 2 if {
	rule.decision == "BLOCK"
} else := 1 if {
	rule.riskLevel == "CRITICAL"
	rule.decision == "ESCALATE"
} else := 0

custom(asked) := reasons if {
	count(data.settings.custom) > 0
	reasons := {[entry.rule, item.subject] |
		some pack, actions in asked.effects
		some action, items in actions
		some entry in data.settings.custom[concat("/", [pack, action])]
		some item in items
		fits(entry, item.subject)
	}
}

fits(entry, subject) if {
	entry.kind == "literal"
	contains(subject, entry.pattern)
}

fits(entry, subject) if {
	entry.kind == "glob"
	glob.match(entry.pattern, [], subject)
}

# RE2: linear in the subject, whatever the pattern.
fits(entry, subject) if {
	entry.kind == "regex"
	regex.match(entry.pattern, subject)
}

fits(entry, _) if entry.kind == "effect"
