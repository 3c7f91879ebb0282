# Who asks: what a role or a single agent may do beyond, or short of, the rest.
package guard.privilege

import rego.v1

# A guest only looks.
guest(asked) := reasons if {
	data.settings.roles[asked.role].looksOnly
	reasons := {["privilege/guest", action] |
		some pack, actions in asked.effects
		some action, items in actions
		some item in items
		changes(pack, action, item)
	}
}

# Packs that were taken from one agent.
denied(asked) := reasons if {
	taken := data.settings.agents[asked.agentId].denied
	reasons := {["privilege/agent", pack] |
		some pack, _ in asked.effects
		taken[pack]
	}
}

changes(pack, action, item) if {
	not data.settings.looking[pack][action]
	object.get(item, "zone", "") != "sink"
}
