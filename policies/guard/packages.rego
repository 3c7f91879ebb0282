# New dependencies are judged by their names.
package guard.packages

import rego.v1

judges("install")

judge("install", item) := "packages/install-listed" if {
	count(item.names) > 0
	every name in item.names {
		listed(name)
	}
} else := "packages/install"

listed(name) if {
	some pattern in data.settings.packages.listed
	glob.match(pattern, ["/"], name)
}
