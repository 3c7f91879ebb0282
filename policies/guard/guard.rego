# The conductor: every effect of a tool call fires one rule, the strictest rule decides.
# Input: {tool, role, agentId, effects: {pack: {action: [{subject, …}]}}}. What a rule means is data.rules, what it
# goes by (lists, thresholds) is data.settings: both can be changed without building.
package guard

import rego.v1

import data.guard.execute
import data.guard.filesystem
import data.guard.network
import data.guard.privilege
import data.guard.tools

# METADATA
# entrypoint: true
answer := {"decision": decision, "riskLevel": risk, "rules": reasons}

# Effects whose rule follows from more than their action are judged by their pack.
judged contains [filesystem.judge(action, item), item.subject] if {
	some action, items in input.effects.filesystem
	filesystem.judges[action]
	some item in items
}

judged contains [network.judge(action, item), item.subject] if {
	some action, items in input.effects.network
	network.judges[action]
	some item in items
}

judged contains [execute.judge(action, item), item.subject] if {
	some action, items in input.effects.execute
	execute.judges[action]
	some item in items
}

judged contains [tools.judge(action, item), item.subject] if {
	some action, items in input.effects.tools
	tools.judges[action]
	some item in items
}

# All others go by the table. An action that the table does not know is never let through.
judged contains [listed(pack, action), items[0].subject] if {
	some pack, actions in input.effects
	some action, items in actions
	not by_pack(pack, action)
}

judged contains reason if some reason in privilege.fired

# Nothing was understood: nothing is known to be harmless.
judged contains ["shell/nothing-known", input.tool] if count(object.get(input, "effects", {})) == 0

by_pack("filesystem", action) if filesystem.judges[action]

by_pack("network", action) if network.judges[action]

by_pack("execute", action) if execute.judges[action]

by_pack("tools", action) if tools.judges[action]

listed(pack, action) := concat("/", [pack, action]) if data.rules[pack][action]

else := "shell/unjudged"

fired contains {
	"id": id,
	"decision": rule.decision,
	"riskLevel": rule.riskLevel,
	"subject": subject,
} if {
	some [id, subject] in judged
	[pack, name] := split(id, "/")
	rule := data.rules[pack][name]
}

default decision := "ESCALATE"

decision := "BLOCK" if {
	some rule in fired
	rule.decision == "BLOCK"
} else := "ESCALATE" if {
	some rule in fired
	rule.decision == "ESCALATE"
} else := "ALLOW" if {
	count(fired) > 0
	count(fired) == count(judged)
}

reasons := [rule | some rule in fired; rule.decision == decision]

ranks := {"LOW": 0, "MEDIUM": 1, "HIGH": 2, "CRITICAL": 3}

names := ["LOW", "MEDIUM", "HIGH", "CRITICAL"]

default risk := "MEDIUM"

risk := names[max([ranks[rule.riskLevel] | some rule in reasons])] if count(reasons) > 0
