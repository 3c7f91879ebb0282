# What holds credentials, and what belongs to this product itself.
package guard.secrets

import rego.v1

harmless(item) if {
	some suffix in data.settings.secrets.harmlessSuffixes
	endswith(item.name, suffix)
}

secret(item) if {
	data.settings.secrets.names[item.name]
}

secret(item) if {
	some prefix in data.settings.secrets.prefixes
	startswith(item.name, prefix)
	not harmless(item)
}

secret(item) if {
	some suffix in data.settings.secrets.suffixes
	endswith(item.name, suffix)
	not harmless(item)
}

secret(item) if {
	listed := data.settings.secrets.directories
	some segment in item.segments
	listed[segment]
	not harmless(item)
}

secret(item) if {
	item.segments[0] == "proc"
	data.settings.secrets.processFiles[item.name]
}

# What another process has open, and what it sees.
secret(item) if {
	item.segments[0] == "proc"
	item.segments[1] != "self"
	data.settings.secrets.processFolders[item.segments[2]]
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
	some i, segment in item.segments
	harmless_within := data.settings.secrets.applications[segment]
	not next_in(harmless_within, item.segments, i)
}

next_in(names, segments, i) if names[segments[i + 1]]

private(item) if {
	item.zone == "home"
	some suffix in data.settings.secrets.homeSuffixes
	endswith(item.name, suffix)
}

open(item) if {
	some segment in item.segments
	data.settings.secrets.open[segment]
}

# Mounted into containers and services by whoever runs them.
secret(item) if {
	item.zone == "system"
	"secrets" in item.segments
}

guarded(item) if {
	listed := data.settings.guarded.segments
	some segment in item.segments
	listed[segment]
}

# A setting, or what lies in a folder of settings.
guarded(item) if {
	listed := data.settings.guarded.settings
	some i, segment in item.segments
	listed[segment][item.segments[i + 1]]
}

# The folder as a whole: deleting or moving it takes its settings along.
guarded_folder(item) if data.settings.guarded.settings[item.name]
