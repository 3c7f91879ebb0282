# What holds credentials, and what belongs to this product itself.
package guard.secrets

import rego.v1

# What is compared to a list is looked up once, before the list is walked: within it, it is looked up at each step.
secret(item) if listed(item, data.settings.secrets)

# Mounted into containers and services by whoever runs them.
secret(item) if {
	item.zone == "system"
	"secrets" in item.segments
}

listed(item, lists) if named(item, item.name, lists)

listed(item, lists) if lies_with(item, item.segments, lists)

named(_, name, listed) if listed.names[name]

named(item, name, listed) if {
	some prefix in listed.prefixes
	startswith(name, prefix)
	not harmless(item, listed)
}

named(item, name, listed) if {
	some suffix in listed.suffixes
	endswith(name, suffix)
	not harmless(item, listed)
}

lies_with(item, segments, listed) if {
	directories := listed.directories
	some segment in segments
	directories[segment]
	not harmless(item, listed)
}

lies_with(item, segments, listed) if {
	segments[0] == "proc"
	listed.processFiles[item.name]
}

# What another process has open, and what it sees.
lies_with(_, segments, listed) if {
	segments[0] == "proc"
	segments[1] != "self"
	listed.processFolders[segments[2]]
}

harmless(item, listed) if {
	name := item.name
	some suffix in listed.harmlessSuffixes
	endswith(name, suffix)
}

# Hidden files of a home directory hold what programs keep for their user; those that are known to hold no secret are listed.
private(item) if {
	item.zone == "home"
	some segment in item.segments
	startswith(segment, ".")
	not open(item)
}

# What applications keep: mail, messages, browsers' profiles, databases.
private(item) if {
	item.zone == "home"
	applications := data.settings.secrets.applications
	segments := item.segments
	some i, segment in segments
	harmless_within := applications[segment]
	not next_in(harmless_within, segments, i)
}

private(item) if {
	item.zone == "home"
	name := item.name
	some suffix in data.settings.secrets.homeSuffixes
	endswith(name, suffix)
}

next_in(names, segments, i) if names[segments[i + 1]]

open(item) if {
	listed := data.settings.secrets.open
	some segment in item.segments
	listed[segment]
}

guarded(item) if {
	listed := data.settings.guarded.segments
	some segment in item.segments
	listed[segment]
}

# A setting, or what lies in a folder of settings.
guarded(item) if {
	listed := data.settings.guarded.settings
	segments := item.segments
	some i, segment in segments
	names := listed[segment]
	next_in(names, segments, i)
}

# The folder as a whole: deleting or moving it takes its settings along.
guarded_folder(item) if data.settings.guarded.settings[item.name]
