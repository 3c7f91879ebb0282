# Who asks: what a role or a single agent may do beyond, or short of, the rest.
package guard.privilege

import rego.v1

# A guest only looks.
fired contains ["privilege/guest", action] if {
	data.settings.roles[input.role].looksOnly
	some pack, actions in input.effects
	some action, items in actions
	some item in items
	changes(pack, action, item)
}

# Packs that were taken from one agent.
fired contains ["privilege/agent", pack] if {
	denied := data.settings.agents[input.agentId].denied
	some pack, _ in input.effects
	denied[pack]
}

changes(pack, action, item) if {
	not data.settings.looking[pack][action]
	object.get(item, "zone", "") != "sink"
}
