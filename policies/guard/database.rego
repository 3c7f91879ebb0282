# Statements are judged by what they do and by the database that they reach.
package guard.database

import rego.v1

judges("write")

judges("destroy")

judge(action, item) := "database/production" if {
	production(item)
} else := concat("/", ["database", action])

production(item) if {
	some word in item.targets
	some pattern in data.settings.production.patterns
	glob.match(pattern, [], word)
}
