# Files through which something runs again later: on login, on boot, on a schedule, on a git command.
package guard.persistence

import rego.v1

ssh(item) if {
	listed := data.settings.persistence.ssh
	some segment in item.segments
	listed[segment]
}

system(item) if {
	item.zone == "system"
	listed := data.settings.persistence.system
	some segment in item.segments
	listed[segment]
}

profile(item) if data.settings.persistence.profiles[item.name]

profile(item) if {
	listed := data.settings.persistence.homeDirectories
	some segment in item.segments
	listed[segment]
}

hook(item) if {
	segments := item.segments
	some i, segment in segments
	segment == ".git"
	count(segments) > i + 1
}
