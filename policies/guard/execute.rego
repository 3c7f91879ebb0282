# Programs and scripts named by their path.
package guard.execute

import rego.v1

judges := {"file", "script", "shell-file", "source"}

judge("script", item) := "execute/project-script" if {
	item.zone == "project"
	data.settings.execute.projectScripts[item.by]
} else := "execute/script"

judge("shell-file", _) := "execute/shell-file"

judge("source", _) := "execute/source"

judge("file", item) := "execute/temp-file" if {
	item.zone in {"temp", "temp-root"}
} else := "execute/file"
