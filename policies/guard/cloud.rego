# Changes are judged by the context, profile or project that they are made in.
package guard.cloud

import rego.v1

judges("change")

judges("apply")

judges("destroy")

judge(action, item) := "cloud/production" if {
	production(item)
} else := concat("/", ["cloud", action])

production(item) if {
	some word in item.targets
	some pattern in data.settings.production.patterns
	glob.match(pattern, [], word)
}
