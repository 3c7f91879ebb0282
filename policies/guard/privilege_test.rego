package guard.privilege_test

import rego.v1

import data.guard.privilege

asked(role, agent, effects) := {"role": role, "agentId": agent, "effects": effects}

WRITES := {"filesystem": {"write": [{"subject": "a", "zone": "project"}]}}

test_a_guest_only_looks if {
	privilege.guest(asked("GUEST", "a", WRITES)) == {["privilege/guest", "write"]}
	privilege.guest(asked("GUEST", "a", {"shell": {"inspect": [{"subject": "ls"}]}})) == set()
	privilege.guest(asked("GUEST", "a", {"filesystem": {"write": [{"subject": "x", "zone": "sink"}]}})) == set()
	not privilege.guest(asked("AGENT", "a", WRITES))
}

test_packs_are_taken_from_one_agent if {
	taken := {"bad": {"denied": {"git": true}}}
	pushes := {"git": {"push": [{"subject": "x"}]}}
	privilege.denied(asked("AGENT", "bad", pushes)) == {["privilege/agent", "git"]} with data.settings.agents as taken
	privilege.denied(asked("AGENT", "bad", WRITES)) == set() with data.settings.agents as taken
	not privilege.denied(asked("AGENT", "good", pushes)) with data.settings.agents as taken
}
