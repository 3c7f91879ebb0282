# The conductor: every effect of a tool call fires one rule, the strictest rule decides.
# Input: {tool, role, agentId, project, effects: {pack: {action: [{subject, …}]}}}. What a rule means is data.rules,
# what it goes by (lists, thresholds, scopes) is data.settings: both can be changed without building.
#
# Written for the wasm: a rule without arguments is remembered while it is evaluated, which costs more than most of them
# say, so all but two are functions.
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
answer := {"decision": decision, "riskLevel": risk, "rules": reasons, "obligations": obligations(decision, risk)} if {
	scopes := scope.active(input)
	fired := [{
		"id": id,
		"decision": meaning.decision,
		"riskLevel": meaning.riskLevel,
		"subject": subject,
	} |
		some [id, subject] in judged
		[pack, name] := split(id, "/")
		meaning := scope.meaning(id, subject, data.rules[pack][name], scopes)
	]
	decision := strictest(fired)
	reasons := [rule | some rule in fired; rule.decision == decision]
	risk := highest(reasons)
}

# Every effect names a rule. Once through the effects, and each is looked at by its own pack alone.
judged contains reason if {
	some pack, actions in input.effects
	some action, items in actions
	some reason in judge(pack, action, items)
}

judged contains reason if some reason in privilege.guest(input)

judged contains reason if some reason in privilege.denied(input)

judged contains reason if some reason in scope.custom(input)

judged contains ["filesystem/delete-many", concat("", [format_int(count(deleted), 10), " files"])] if {
	items := input.effects.filesystem.delete
	deleted := {item.subject |
		some item in items
		not filesystem.generated(item)
	}
	count(deleted) > data.settings.thresholds.deletes
}

# Nothing was understood: nothing is known to be harmless.
judged contains ["shell/nothing-known", input.tool] if not understood(input)

understood(asked) if {
	some _ in asked.effects
}

# Effects whose rule follows from more than their action are judged by their pack, all others go by the table.
judge(pack, action, items) := [[filesystem.judge(action, item), item.subject] | some item in items] if {
	pack == "filesystem"
	filesystem.judges(action)
} else := [[network.judge(action, item), item.subject] | some item in items] if {
	pack == "network"
	network.judges(action)
} else := [[execute.judge(action, item), item.subject] | some item in items] if {
	pack == "execute"
	execute.judges(action)
} else := [[git.judge(action, item), item.subject] | some item in items] if {
	pack == "git"
	git.judges(action)
} else := [[packages.judge(action, item), item.subject] | some item in items] if {
	pack == "packages"
	packages.judges(action)
} else := [[database.judge(action, item), item.subject] | some item in items] if {
	pack == "database"
	database.judges(action)
} else := [[cloud.judge(action, item), item.subject] | some item in items] if {
	pack == "cloud"
	cloud.judges(action)
} else := [[tools.judge(action, item), item.subject] | some item in items] if {
	pack == "tools"
	tools.judges(action)
} else := [[listed(pack, action), items[0].subject]]

# An action that the table does not know is never let through.
listed(pack, action) := concat("/", [pack, action]) if data.rules[pack][action]

else := "shell/unjudged"

strictest(fired) := "BLOCK" if {
	some rule in fired
	rule.decision == "BLOCK"
} else := "ESCALATE" if {
	some rule in fired
	rule.decision == "ESCALATE"
} else := "ALLOW" if {
	fired[0]
	count(fired) == count(judged)
} else := "ESCALATE"

highest(reasons) := "CRITICAL" if {
	some rule in reasons
	rule.riskLevel == "CRITICAL"
} else := "HIGH" if {
	some rule in reasons
	rule.riskLevel == "HIGH"
} else := "MEDIUM" if {
	some rule in reasons
	rule.riskLevel == "MEDIUM"
} else := "LOW" if {
	reasons[0]
} else := "MEDIUM"

# What the caller must do with the decision: what the strictest risk of its rules asks for. Where nothing is said of what
# is not allowed, everything is asked for.
obligations(decision, risk) := asked if {
	asked := data.settings.obligations[decision][risk]
} else := [] if {
	decision == "ALLOW"
} else := ["LOG", "ASK", "REQUIRE_EXPERT"]
