# Files through which something runs again later: on login, on boot, on a schedule, on a git command.
package guard.persistence

import rego.v1

ssh(item) if {
	some segment in item.segments
	data.settings.persistence.ssh[segment]
}

system(item) if {
	item.zone == "system"
	some segment in item.segments
	data.settings.persistence.system[segment]
}

profile(item) if data.settings.persistence.profiles[item.name]

profile(item) if {
	some segment in item.segments
	data.settings.persistence.homeDirectories[segment]
}

hook(item) if {
	some i, segment in item.segments
	segment == ".git"
	count(item.segments) > i + 1
}
