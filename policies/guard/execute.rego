# Programs and scripts named by their path.
package guard.execute

import rego.v1

judges("file")

judges("script")

judges("shell-file")

judges("source")

judge("script", item) := "execute/sensitive-script" if {
	own(item)
	item.sensitive
} else := "execute/project-script" if {
	own(item)
	data.settings.execute.projectScripts[item.by]
} else := "execute/script"

judge("shell-file", item) := "execute/sensitive-script" if {
	own(item)
	item.sensitive
} else := "execute/project-script" if {
	own(item)
	item.usual
} else := "execute/shell-file"

# What is read into the shell is the project's as much as what it runs.
judge("source", item) := "execute/project-script" if {
	own(item)
	item.usual
	not item.sensitive
} else := "execute/source"

judge("file", item) := "execute/project-script" if {
	item.zone == "temp"
	item.built
	not item.dynamic
} else := "execute/temp-file" if {
	item.zone in {"temp", "temp-root"}
} else := "execute/sensitive-script" if {
	own(item)
	item.sensitive
} else := "execute/project-script" if {
	own(item)
	item.usual
} else := "execute/file"

own(item) if {
	item.zone == "project"
	not item.dynamic
}
