package guard_test

import rego.v1

import data.guard

decide(effects) := result if {
	result := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

path(zone, name, segments) := {
	"subject": name,
	"zone": zone,
	"name": name,
	"segments": segments,
	"depth": 0,
	"dynamic": false,
	"hidden": false,
	"fromEnvironment": false,
	"recursive": true,
	"force": true,
	"filtered": false,
}

test_looking_is_allowed if decide({"shell": {"inspect": [{"subject": "ls"}]}}).decision == "ALLOW"

test_nothing_is_not_allowed if decide({}).decision == "ESCALATE"

test_unknown_pack_is_not_allowed if decide({"x": {"y": [{"subject": "z"}]}}).decision == "ESCALATE"

test_unknown_beside_known_is_not_allowed if {
	decide({"shell": {"inspect": [{"subject": "ls"}], "y": [{"subject": "z"}]}}).decision == "ESCALATE"
}

test_deny_overrides if {
	answer := decide({
		"shell": {"inspect": [{"subject": "ls"}]},
		"git": {"push": [{"subject": "git push"}]},
		"execute": {"download": [{"subject": "| sh"}]},
	})
	answer.decision == "BLOCK"
	answer.riskLevel == "CRITICAL"
	{rule.id | some rule in answer.rules} == {"execute/download"}
}

test_delete_by_zone[zone] if {
	some zone, want in {
		"root": "BLOCK", "system": "BLOCK", "home-root": "BLOCK", "home": "BLOCK",
		"outside": "BLOCK", "project-root": "BLOCK", "project": "ESCALATE", "temp": "ALLOW",
	}
	decide({"filesystem": {"delete": [path(zone, "x", ["x"])]}}).decision == want
}

test_generated_is_deleted if {
	decide({"filesystem": {"delete": [path("project", "dist", ["home", "dev", "dist"])]}}).decision == "ALLOW"
}

test_history_is_kept if {
	decide({"filesystem": {"delete": [path("project", ".git", ["p", ".git"])]}}).decision == "BLOCK"
}

test_write_by_zone[zone] if {
	some zone, want in {
		"sink": "ALLOW", "project": "ALLOW", "temp": "ALLOW", "home": "ESCALATE",
		"outside": "ESCALATE", "system": "BLOCK", "device": "BLOCK", "root": "BLOCK",
	}
	decide({"filesystem": {"write": [path(zone, "x", ["x"])]}}).decision == want
}

test_own_settings_are_guarded if {
	decide({"filesystem": {"write": [path("project", "settings.json", ["p", ".claude", "settings.json"])]}}).decision == "BLOCK"
}

test_other_settings_are_not if {
	decide({"filesystem": {"write": [path("project", "settings.json", ["p", "config", "settings.json"])]}}).decision == "ALLOW"
}

test_secrets_are_asked_about[name] if {
	some name in {".env", ".env.local", "id_rsa", "server.pem", "credentials"}
	decide({"filesystem": {"read": [path("project", name, ["p", name])]}}).decision == "ESCALATE"
}

test_examples_are_no_secrets[name] if {
	some name in {".env.example", "id_rsa.pub", "secrets.test.ts"}
	decide({"filesystem": {"read": [path("project", name, ["p", name])]}}).decision == "ALLOW"
}

test_hosts[host] if {
	some host, want in {
		"localhost": "ALLOW", "registry.npmjs.org": "ALLOW", "x.readthedocs.io": "ALLOW",
		"evil.example": "ESCALATE", "evilreadthedocs.io": "ESCALATE", "?": "ESCALATE", "169.254.169.254": "BLOCK",
	}
	item := {"subject": host, "host": host, "method": "GET", "carries": false, "dynamic": false}
	decide({"network": {"fetch": [item]}}).decision == want
}

test_carrying_is_asked_about if {
	item := {"subject": "x", "host": "github.com", "method": "GET", "carries": true, "dynamic": false}
	decide({"network": {"fetch": [item]}}).decision == "ESCALATE"
}

guest(effects) := answer.decision if {
	answer := guard.answer with input as {"tool": "Bash", "role": "GUEST", "agentId": "a", "effects": effects}
}

test_guest_only_looks if {
	guest({"git": {"commit": [{"subject": "x"}]}}) == "ESCALATE"
	guest({"shell": {"inspect": [{"subject": "ls"}]}}) == "ALLOW"
}

test_pack_is_taken_from_an_agent if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "bad", "effects": {"git": {"inspect": [{"subject": "x"}]}}}
		with data.settings.agents as {"bad": {"denied": {"git": true}}}
	answer.decision == "BLOCK"
}

test_mcp_tools_are_unlisted if {
	decide({"tools": {"call": [{"subject": "mcp__x__y", "name": "mcp__x__y"}]}}).decision == "ESCALATE"
}

test_listed_tools_are_allowed if {
	decide({"tools": {"call": [{"subject": "TodoWrite", "name": "TodoWrite"}]}}).decision == "ALLOW"
}

test_every_rule_is_complete if {
	every rules in data.rules {
		every rule in rules {
			rule.decision in {"ALLOW", "ESCALATE", "BLOCK"}
			rule.riskLevel in {"LOW", "MEDIUM", "HIGH", "CRITICAL"}
			count(rule.reason) > 0
			count(rule.description) > 0
		}
	}
}

asked_for(effects, table) := answer.obligations if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
		with data.settings.obligations as table
}

test_obligations_are_what_the_table_says if {
	push := {"git": {"push": [{"subject": "git push"}]}}
	look := {"git": {"inspect": [{"subject": "git status"}]}}
	asked_for(push, {"ESCALATE": {"MEDIUM": ["LOG"], "HIGH": ["LOG"]}}) == ["LOG"]
	asked_for(look, {"ALLOW": {"LOW": ["LOG"]}}) == ["LOG"]
}

test_without_a_table_everything_is_asked_for if {
	asked_for({"git": {"push": [{"subject": "git push"}]}}, {}) == ["LOG", "ASK", "REQUIRE_EXPERT"]
	asked_for({"execute": {"download": [{"subject": "x"}]}}, {}) == ["LOG", "ASK", "REQUIRE_EXPERT"]
	asked_for({"git": {"inspect": [{"subject": "git status"}]}}, {}) == []
}
