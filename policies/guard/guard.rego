# The conductor: every effect of a tool call fires one rule, the strictest rule decides.
# Input: {tool, role, agentId, project, effects: {pack: {action: [{subject, …}]}}}. What a rule means is data.rules,
# what it goes by (lists, thresholds, scopes) is data.settings: both can be changed without building.
package guard

import rego.v1

import data.guard.cloud
import data.guard.database
import data.guard.execute
import data.guard.filesystem
import data.guard.git
import data.guard.network
import data.guard.packages
import data.guard.privilege
import data.guard.scope
import data.guard.tools

# METADATA
# entrypoint: true
answer := {"decision": decision, "riskLevel": risk, "rules": reasons, "obligations": obligations}

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

judged contains [git.judge(action, item), item.subject] if {
	some action, items in input.effects.git
	git.judges[action]
	some item in items
}

judged contains [packages.judge(action, item), item.subject] if {
	some action, items in input.effects.packages
	packages.judges[action]
	some item in items
}

judged contains [database.judge(action, item), item.subject] if {
	some action, items in input.effects.database
	database.judges[action]
	some item in items
}

judged contains [cloud.judge(action, item), item.subject] if {
	some action, items in input.effects.cloud
	cloud.judges[action]
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

judged contains reason if some reason in scope.fired

judged contains ["filesystem/delete-many", concat("", [format_int(count(deleted), 10), " files"])] if {
	deleted := {item.subject |
		some item in input.effects.filesystem.delete
		not filesystem.generated(item)
	}
	count(deleted) > data.settings.thresholds.deletes
}

# Nothing was understood: nothing is known to be harmless.
judged contains ["shell/nothing-known", input.tool] if count(object.get(input, "effects", {})) == 0

by_pack("filesystem", action) if filesystem.judges[action]

by_pack("network", action) if network.judges[action]

by_pack("execute", action) if execute.judges[action]

by_pack("git", action) if git.judges[action]

by_pack("packages", action) if packages.judges[action]

by_pack("database", action) if database.judges[action]

by_pack("cloud", action) if cloud.judges[action]

by_pack("tools", action) if tools.judges[action]

listed(pack, action) := concat("/", [pack, action]) if data.rules[pack][action]

else := "shell/unjudged"

fired := [{
	"id": id,
	"decision": meaning.decision,
	"riskLevel": meaning.riskLevel,
	"subject": subject,
} |
	some [id, subject] in judged
	[pack, name] := split(id, "/")
	meaning := scope.meaning(id, subject, data.rules[pack][name])
]

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

default risk := "MEDIUM"

risk := "CRITICAL" if {
	some rule in reasons
	rule.riskLevel == "CRITICAL"
} else := "HIGH" if {
	some rule in reasons
	rule.riskLevel == "HIGH"
} else := "MEDIUM" if {
	some rule in reasons
	rule.riskLevel == "MEDIUM"
} else := "LOW" if count(reasons) > 0

# What the caller must do with the decision: what the strictest risk of its rules asks for. Where nothing is said of what
# is not allowed, everything is asked for.
obligations := asked if {
	asked := data.settings.obligations[decision][risk]
} else := [] if {
	decision == "ALLOW"
} else := ["LOG", "ASK", "REQUIRE_EXPERT"]
