# Pushes are judged by the branch they reach.
package guard.git

import rego.v1

judges("force-push")

judges("delete-remote")

judge("force-push", item) := "git/force-push-protected" if {
	protected(item)
} else := "git/force-push"

judge("delete-remote", item) := "git/force-push-protected" if {
	protected(item)
} else := "git/delete-remote"

protected(item) if {
	some branch in item.branches
	some pattern in data.settings.git.protected
	glob.match(pattern, ["/"], branch)
}
