# Tools that are neither a shell nor a file nor the web: by name.
package guard.tools

import rego.v1

judges("call")

judge("call", item) := "tools/listed" if {
	data.settings.tools.listed[item.name]
} else := "tools/listed" if {
	some prefix, _ in data.settings.tools.prefixes
	startswith(item.name, prefix)
} else := "tools/unlisted"
