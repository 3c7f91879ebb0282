package guard.network_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

request(facts) := object.union(
	{"subject": "x", "host": "evil.example", "method": "GET", "carries": false, "dynamic": false},
	facts,
)

test_requests_are_judged_by_host_and_load if {
	every case in [
		["fetch", {}, "network/fetch"],
		["fetch", {"host": "github.com"}, "network/fetch-listed"],
		["fetch", {"host": "github.com", "dynamic": true}, "network/fetch"],
		["fetch", {"host": "github.com", "saves": true, "files": []}, "network/fetch"],
		["fetch", {"host": "a.github.io"}, "network/fetch-listed"],
		["fetch", {"carries": true}, "network/carries"],
		["fetch", {"host": "localhost"}, "network/local"],
		["send", {"host": "localhost", "method": "DELETE"}, "network/local"],
		["send", {"host": "localhost", "method": "POST", "destroys": true}, "network/local-change"],
		["fetch", {"host": "169.254.169.254"}, "network/metadata"],
		["send", {"host": "169.254.169.254"}, "network/metadata"],
		["send", {}, "network/send"],
		["clone", {"host": "github.com"}, "network/clone-listed"],
		["clone", {}, "network/clone"],
		["probe", {"host": "127.0.0.1"}, "network/probe-local"],
		["probe", {}, "network/probe"],
	] {
		rule_of({"network": {case[0]: [request(case[1])]}}) == case[2]
	}
}

test_data_may_be_fetched_into_the_project if {
	every case in [
		[{"secure": true, "files": ["a.csv"]}, "network/fetch-data"],
		[{"secure": true, "files": ["data.json", "B.PNG"]}, "network/fetch-data"],
		[{"secure": true, "files": ["a.csv", "x.sh"]}, "network/fetch"],
		[{"secure": true, "files": ["package.json"]}, "network/fetch"],
		[{"secure": false, "files": ["a.csv"]}, "network/fetch"],
		[{"secure": true, "files": ["a.csv"], "carries": true}, "network/carries"],
		[{"secure": true, "files": ["a.csv"], "dynamic": true}, "network/fetch"],
	] {
		rule_of({"network": {"fetch": [request(object.union({"saves": true}, case[0]))]}}) == case[1]
	}
}

test_listed_hosts_may_be_sent_to if {
	answer := guard.answer with input as {
		"tool": "Bash", "role": "AGENT", "agentId": "a",
		"effects": {"network": {"send": [request({"host": "ours.example"})]}},
	}
		with data.settings.hosts.send as {"ours.example": true}
	answer.rules[0].id == "network/send-listed"
}
