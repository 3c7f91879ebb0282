# Requests are judged by their host and by whether they carry something out.
package guard.network

import rego.v1

judges("fetch")

judges("send")

judges("clone")

judges("probe")

judge("probe", item) := "network/probe-local" if {
	local(item.host)
} else := "network/probe"

judge("fetch", item) := request("fetch", item)

judge("send", item) := request("send", item)

judge("clone", item) := request("clone", item)

request(action, item) := "network/metadata" if {
	data.settings.hosts.metadata[item.host]
} else := "network/local-change" if {
	item.destroys
	local(item.host)
} else := "network/local" if {
	local(item.host)
} else := "network/carries" if {
	action == "fetch"
	item.carries
} else := "network/fetch-listed" if {
	action == "fetch"
	not item.dynamic
	not item.saves
	listed(item.host, data.settings.hosts.fetch)
} else := "network/fetch-data" if {
	action == "fetch"
	item.method == "GET"
	item.secure
	not item.dynamic
	count(item.files) > 0
	every name in item.files {
		data_file(name)
	}
} else := "network/send-listed" if {
	action == "send"
	not item.dynamic
	listed(item.host, data.settings.hosts.send)
} else := "network/clone-listed" if {
	action == "clone"
	listed(item.host, data.settings.hosts.clone)
} else := concat("/", ["network", action])

# What no tool runs or goes by.
data_file(name) if data.settings.downloads.names[name]

data_file(name) if {
	some suffix in data.settings.downloads.suffixes
	endswith(lower(name), suffix)
}

local(host) if data.settings.hosts.local[host]

listed(host, hosts) if hosts[host]

# "*.example.com" lists every host below example.com.
listed(host, hosts) if {
	some suffix, _ in hosts
	startswith(suffix, "*.")
	endswith(host, substring(suffix, 1, -1))
}
