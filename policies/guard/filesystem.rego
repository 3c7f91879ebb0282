# Reading, writing, deleting, moving: judged by where the path lies and what it is called.
package guard.filesystem

import rego.v1

import data.guard.persistence
import data.guard.secrets

judges("read")

judges("write")

judges("delete")

judges("move")

judges("link")

judges("mode")

judges("owner")

judge("read", item) := read(item)

judge("write", item) := write(item)

judge("delete", item) := delete(item)

judge("move", item) := move(item)

judge("link", item) := link(item)

judge("mode", item) := mode(item)

judge("owner", item) := owner(item)

# Zones as functions of their name: a set that is written out is made anew each time that it is asked.
own(item) if ours(item.zone)

ours("project")

ours("project-root")

ours("temp")

of_machine("root")

of_machine("system")

of_machine("device")

outer("home")

outer("outside")

replaceable("project")

replaceable("temp")

read(item) := "secrets/read" if {
	secrets.secret(item)
} else := "secrets/private" if {
	secrets.private(item)
} else := "secrets/hidden-path" if {
	item.hidden
} else := "filesystem/read-others" if {
	item.zone == "other-home"
} else := "filesystem/read-device" if {
	item.zone == "device"
} else := "filesystem/read-everything" if {
	item.zone == "root"
} else := "filesystem/read-everything" if {
	item.zone == "home-root"
} else := "filesystem/read-everything" if {
	item.zone == "system"
	count(item.segments) == 1
} else := "filesystem/read-unknown" if {
	item.zone == "unknown"
	item.fromEnvironment
} else := "filesystem/read"

write(item) := "filesystem/sink" if {
	item.zone == "sink"
} else := "secrets/guard" if {
	secrets.guarded(item)
} else := "filesystem/write-device" if {
	item.zone == "device"
} else := "persistence/ssh" if {
	persistence.ssh(item)
} else := "persistence/system" if {
	persistence.system(item)
} else := "filesystem/write-system" if {
	item.zone == "system"
} else := "filesystem/write-system" if {
	item.zone == "root"
} else := secret_write(item) if {
	secrets.secret(item)
} else := "persistence/profile" if {
	persistence.profile(item)
} else := "persistence/hook" if {
	persistence.hook(item)
} else := "filesystem/write-protected" if {
	protected(item)
} else := "filesystem/write-dependency" if {
	dependency(item)
} else := "filesystem/write-unknown" if {
	item.dynamic
} else := "filesystem/empty" if {
	item.empties
	authored(item)
} else := "filesystem/write" if {
	own(item)
} else := "filesystem/write" if {
	item.zone == "temp-root"
} else := "filesystem/write-outside"

# What somebody wrote: by its ending, its name, or the folder that it is in.
authored(item) if {
	item.zone == "project"
	not data.settings.sources.empty[item.name]
	not in_generated(item)
	not passing(item)
	written_by_hand(item)
}

written_by_hand(item) if contains(item.name, "*")

written_by_hand(item) if data.settings.sources.names[item.name]

written_by_hand(item) if {
	name := item.name
	some suffix in data.settings.sources.suffixes
	endswith(name, suffix)
}

written_by_hand(item) if {
	listed := data.settings.sources.folders
	depth := item.depth
	some i, segment in item.segments
	listed[segment]
	i >= depth
}

# What comes and goes while programs run.
passing(item) if {
	name := item.name
	some suffix in data.settings.sources.passing
	endswith(name, suffix)
}

secret_write(item) := "secrets/write-outside" if {
	not own(item)
} else := "secrets/write-example" if {
	item.fromExample
} else := "secrets/write"

protected(item) if {
	listed := data.settings.protected.segments
	some segment in item.segments
	listed[segment]
	not described(item)
}

# What package managers put there is code that runs without being looked at: nobody writes it by hand.
dependency(item) if {
	item.zone == "project"
	listed := data.settings.dependencies.folders
	depth := item.depth
	segments := item.segments
	some i, segment in segments
	listed[segment]
	i >= depth
	below := segments[i + 1]
	not data.settings.dependencies.except[below]
}

# Forms that people fill in: nothing runs them.
described(item) if {
	some segment in item.segments
	data.settings.protected.except[segment]
}

delete(item) := "secrets/guard" if {
	secrets.guarded(item)
} else := "secrets/guard" if {
	secrets.guarded_folder(item)
} else := "filesystem/delete-system" if {
	of_machine(item.zone)
} else := "filesystem/delete-home" if {
	item.zone == "home-root"
} else := "filesystem/delete-history" if {
	item.name == ".git"
	item.recursive
} else := "filesystem/delete-repository" if {
	inside(item)
} else := "filesystem/delete-empty" if {
	item.empty
	replaceable(item.zone)
} else := "filesystem/delete-filtered" if {
	item.filtered
	not debris(item)
} else := "filesystem/delete-cache" if {
	outer(item.zone)
	cached(item)
} else := "filesystem/delete-outside" if {
	item.recursive
	outer(item.zone)
} else := "filesystem/delete-outside" if {
	item.recursive
	item.zone == "other-home"
} else := "filesystem/delete-outside" if {
	item.recursive
	item.zone == "around-project"
} else := "filesystem/delete-everything" if {
	item.zone == "project-root"
	item.recursive
} else := "filesystem/delete-unknown" if {
	item.dynamic
} else := "filesystem/delete-generated" if {
	generated(item)
} else := "filesystem/delete-temp" if {
	item.zone == "temp"
} else := "filesystem/delete-file" if {
	item.made
	item.zone == "project"
	not item.recursive
	not item.glob
	not secrets.secret(item)
	not protected(item)
} else := "filesystem/delete-data" if {
	item.zone == "project"
	name := item.name
	some suffix in data.settings.data.suffixes
	endswith(name, suffix)
} else := "secrets/write" if {
	secrets.secret(item)
} else := "filesystem/write-protected" if {
	protected(item)
} else := "filesystem/delete-file" if {
	item.zone == "project"
	not item.glob
	single(item)
} else := "filesystem/delete"

# A name with an ending is a file's, also where `-r` is given by habit.
single(item) if not item.recursive

single(item) if {
	not item.thorough
	regex.match(`^[^.].*\.[a-z0-9]{1,5}$`, item.name)
}

# The repository's own files, but for the lock that a git which was killed leaves behind.
inside(item) if {
	".git" in item.segments
	item.name != "index.lock"
}

cached(item) if {
	listed := data.settings.caches
	some segment in item.segments
	listed[segment]
}

# Files that a build makes again.
generated(item) if in_generated(item)

generated(item) if {
	item.zone == "project"
	not item.dynamic
	name := item.name
	some suffix in data.settings.generated.folderSuffixes
	endswith(name, suffix)
}

generated(item) if {
	item.zone == "project"
	not item.dynamic
	not item.recursive
	name := item.name
	some suffix in data.settings.generated.suffixes
	endswith(name, suffix)
}

move(item) := "secrets/guard" if {
	secrets.guarded(item)
} else := "secrets/guard" if {
	secrets.guarded_folder(item)
} else := "filesystem/move-system" if {
	of_machine(item.zone)
} else := "filesystem/move-system" if {
	item.zone == "home-root"
} else := "secrets/read" if {
	secrets.secret(item)
} else := "filesystem/move-history" if {
	item.name == ".git"
} else := "filesystem/write-unknown" if {
	item.dynamic
} else := "filesystem/move-outside" if {
	item.leaves
} else := "filesystem/move" if {
	own(item)
} else := "filesystem/move-outside"

link(item) := "secrets/read" if {
	secrets.secret(item)
} else := "filesystem/link" if {
	own(item)
	not item.dynamic
} else := "filesystem/link-outside"

mode(item) := "secrets/guard" if {
	secrets.guarded(item)
} else := "persistence/hook" if {
	persistence.hook(item)
} else := "privilege/setuid" if {
	item.setuid
} else := "filesystem/mode-everyone" if {
	item.world
	item.recursive
} else := "filesystem/mode-system" if {
	of_machine(item.zone)
} else := "filesystem/mode-system" if {
	item.zone == "home-root"
	item.recursive
} else := "filesystem/mode-open" if {
	item.world
} else := "filesystem/mode-unknown" if {
	item.unknown
} else := "filesystem/write-protected" if {
	protected(item)
} else := "filesystem/mode" if {
	own(item)
	not item.dynamic
} else := "filesystem/mode-outside"

owner(item) := "secrets/guard" if {
	secrets.guarded(item)
} else := "filesystem/owner-root" if {
	item.root
} else := "filesystem/owner-system" if {
	of_machine(item.zone)
} else := "filesystem/owner-system" if {
	item.zone == "home-root"
} else := "filesystem/owner"

# What is deleted by a pattern is seen by nobody: only what tools make again without being asked.
debris(item) if in_generated(item)

debris(item) if {
	item.zone == "project"
	not item.dynamic
	not item.recursive
	name := item.name
	some suffix in data.settings.generated.debris
	endswith(name, suffix)
}

in_generated(item) if {
	item.zone == "project"
	not item.dynamic
	not ".git" in item.segments
	listed := data.settings.generated.directories
	depth := item.depth
	some i, segment in item.segments
	listed[segment]
	i >= depth
}
