package guard.filesystem_test

import rego.v1

import data.guard

rule_of(effects) := answer.rules[0].id if {
	answer := guard.answer with input as {"tool": "Bash", "role": "AGENT", "agentId": "a", "effects": effects}
}

item(zone, segments, facts) := object.union(
	{
		"subject": concat("/", segments), "zone": zone, "name": segments[count(segments) - 1], "segments": segments,
		"depth": 0, "dynamic": false, "hidden": false, "fromEnvironment": false, "recursive": false, "force": false,
		"filtered": false, "glob": false,
	},
	facts,
)

test_reads if {
	every case in [
		["project", ["p", "a"], {}, "filesystem/read"],
		["project", ["p", ".env"], {}, "secrets/read"],
		["home", ["h", ".ssh", "config"], {}, "secrets/read"],
		["home", ["h", ".config", "op", "config"], {}, "secrets/private"],
		["home", ["h", ".bashrc"], {}, "filesystem/read"],
		["home", ["h", "other", "a.ts"], {}, "filesystem/read"],
		["other-home", ["home", "b", "a.ts"], {}, "filesystem/read-others"],
		["other-home", ["home", "b", ".ssh", "x"], {}, "secrets/read"],
		["system", ["run", "secrets", "token"], {}, "secrets/read"],
		["system", ["proc", "1", "environ"], {}, "secrets/read"],
		["project", ["p", "a*"], {"hidden": true}, "secrets/hidden-path"],
		["device", ["dev", "sda"], {}, "filesystem/read-device"],
		["root", ["x"], {}, "filesystem/read-everything"],
		["system", ["etc"], {}, "filesystem/read-everything"],
		["unknown", ["?"], {"fromEnvironment": true}, "filesystem/read-unknown"],
	] {
		rule_of({"filesystem": {"read": [item(case[0], case[1], case[2])]}}) == case[3]
	}
}

test_empties if {
	every case in [
		["project", ["p", "src", "x"], "filesystem/empty"],
		["project", ["p", "a.ts"], "filesystem/empty"],
		["project", ["p", "Makefile"], "filesystem/empty"],
		["project", ["p", "*"], "filesystem/empty"],
		["project", ["p", "src", "app.log"], "filesystem/write"],
		["project", ["p", "src", "__init__.py"], "filesystem/write"],
		["project", ["p", "dist", "a.js"], "filesystem/write"],
		["project", ["p", "notes"], "filesystem/write"],
		["temp", ["tmp", "a.ts"], "filesystem/write"],
	] {
		rule_of({"filesystem": {"write": [item(case[0], case[1], {"append": false, "empties": true, "depth": 1})]}}) == case[2]
	}
}

# What a project's own directory is called says nothing of what is in it.
test_names_above_the_project if {
	rule_of({"filesystem": {"delete": [item("project", ["home", "build", "src"], {"depth": 2, "recursive": true})]}}) == "filesystem/delete"
	rule_of({"filesystem": {"delete": [item("project", ["home", "p", "build"], {"depth": 2, "recursive": true})]}}) == "filesystem/delete-generated"
	rule_of({"filesystem": {"delete": [item("project", ["p", "x.egg-info"], {"recursive": true})]}}) == "filesystem/delete-generated"
}

test_forms_are_not_protected if {
	rule_of({"filesystem": {"write": [item("project", ["p", ".github", "workflows", "a.yml"], {})]}}) == "filesystem/write-protected"
	rule_of({"filesystem": {"write": [item("project", ["p", ".github", "ISSUE_TEMPLATE", "a.yml"], {})]}}) == "filesystem/write"
}

test_writes_to_the_temporary_directory if {
	rule_of({"filesystem": {"write": [item("temp-root", ["tmp"], {})]}}) == "filesystem/write"
}

test_applications_are_private if {
	every case in [
		["home", ["h", "Library", "Messages", "chat"], "secrets/private"],
		["home", ["h", "Library", "Caches", "x"], "filesystem/read"],
		["home", ["h", "Library"], "secrets/private"],
		["home", ["h", "x.sqlite"], "secrets/private"],
		["system", ["proc", "12", "fd", "3"], "secrets/read"],
		["system", ["proc", "self", "fd", "3"], "filesystem/read"],
		["temp-root", ["tmp"], "filesystem/read"],
	] {
		rule_of({"filesystem": {"read": [item(case[0], case[1], {})]}}) == case[2]
	}
}

test_writes if {
	every case in [
		["project", ["p", "a"], {}, "filesystem/write"],
		["sink", ["dev", "null"], {}, "filesystem/sink"],
		["project", ["p", ".lighthouse", "x"], {}, "secrets/guard"],
		["home", ["h", ".ssh", "x"], {}, "persistence/ssh"],
		["system", ["etc", "cron.d", "x"], {}, "persistence/system"],
		["system", ["etc", "x"], {}, "filesystem/write-system"],
		["home", ["h", ".netrc"], {}, "secrets/write-outside"],
		["project", ["p", ".env"], {}, "secrets/write"],
		["project", ["p", ".env"], {"fromExample": true}, "secrets/write-example"],
		["home", ["h", ".bashrc"], {}, "persistence/profile"],
		["home", ["h", ".config", "autostart", "x"], {}, "persistence/profile"],
		["project", ["p", ".git", "hooks", "x"], {}, "persistence/hook"],
		["project", ["p", ".github", "x"], {}, "filesystem/write-protected"],
		["project", ["p", "node_modules", "x", "a.js"], {"depth": 1}, "filesystem/write-dependency"],
		["project", ["p", "node_modules", ".cache", "a"], {"depth": 1}, "filesystem/write"],
		["project", ["p", ".venv"], {"depth": 1}, "filesystem/write"],
		["project", ["venv", "a"], {"depth": 1}, "filesystem/write"],
		["project", ["p", "?"], {"dynamic": true}, "filesystem/write-unknown"],
		["other-home", ["home", "b", "x"], {}, "filesystem/write-outside"],
		["home", ["h", "x"], {}, "filesystem/write-outside"],
	] {
		rule_of({"filesystem": {"write": [item(case[0], case[1], case[2])]}}) == case[3]
	}
}

test_deletes if {
	every case in [
		["project", ["p", ".claude", "settings.json"], {}, "secrets/guard"],
		["project", ["p", ".claude"], {"recursive": true}, "secrets/guard"],
		["system", ["etc"], {}, "filesystem/delete-system"],
		["home-root", ["h"], {}, "filesystem/delete-home"],
		["project", ["p", ".git"], {"recursive": true}, "filesystem/delete-history"],
		["project", ["p", ".git", "x"], {}, "filesystem/delete-repository"],
		["project", ["p", "x"], {"empty": true}, "filesystem/delete-empty"],
		["project", ["p", "*.ts"], {"filtered": true, "glob": true}, "filesystem/delete-filtered"],
		["project", ["p", "*.pyc"], {"filtered": true, "glob": true}, "filesystem/delete-generated"],
		["project", ["p", "dist", "*"], {"filtered": true, "glob": true}, "filesystem/delete-generated"],
		["home", ["h", ".cache", "x"], {"recursive": true}, "filesystem/delete-cache"],
		["home", ["h", "x"], {"recursive": true}, "filesystem/delete-outside"],
		["other-home", ["home", "b", "x"], {"recursive": true}, "filesystem/delete-outside"],
		["project-root", ["p"], {"recursive": true}, "filesystem/delete-everything"],
		["project", ["p", "?"], {"dynamic": true}, "filesystem/delete-unknown"],
		["project", ["p", "a.log"], {}, "filesystem/delete-generated"],
		["temp", ["tmp", "x"], {}, "filesystem/delete-temp"],
		["project", ["p", "a.db"], {}, "filesystem/delete-data"],
		["project", ["p", "a.bak"], {"made": true}, "filesystem/delete-file"],
		["project", ["p", ".env"], {}, "secrets/write"],
		["project", ["p", ".github"], {}, "filesystem/write-protected"],
		["project", ["p", "a"], {}, "filesystem/delete-file"],
		["project", ["p", "a.ts"], {"recursive": true}, "filesystem/delete-file"],
		["project", ["p", "a.ts"], {"recursive": true, "thorough": true}, "filesystem/delete"],
		["project", ["p", "src"], {"recursive": true}, "filesystem/delete"],
	] {
		rule_of({"filesystem": {"delete": [item(case[0], case[1], case[2])]}}) == case[3]
	}
}

test_many_deletes_are_asked_about if {
	items := [item("temp", ["tmp", x], {}) | some x in ["a", "b", "c", "d", "e", "f"]]
	rule_of({"filesystem": {"delete": items}}) == "filesystem/delete-many"
}

test_moves if {
	every case in [
		["project", ["p", ".lighthouse"], {}, "secrets/guard"],
		["project", ["p", ".claude"], {}, "secrets/guard"],
		["system", ["etc", "x"], {}, "filesystem/move-system"],
		["project", ["p", ".env"], {}, "secrets/read"],
		["project", ["p", ".git"], {}, "filesystem/move-history"],
		["project", ["p", "?"], {"dynamic": true}, "filesystem/write-unknown"],
		["project", ["p", "x"], {}, "filesystem/move"],
		["project", ["p", "x"], {"leaves": true}, "filesystem/move-outside"],
		["home", ["h", "x"], {}, "filesystem/move-outside"],
	] {
		rule_of({"filesystem": {"move": [item(case[0], case[1], case[2])]}}) == case[3]
	}
}

test_links if {
	every case in [
		["home", ["h", ".ssh"], "secrets/read"],
		["project", ["p", "x"], "filesystem/link"],
		["home", ["h", "x"], "filesystem/link-outside"],
	] {
		rule_of({"filesystem": {"link": [item(case[0], case[1], {})]}}) == case[2]
	}
}

test_modes if {
	every case in [
		["project", ["p", ".lighthouse"], {}, "secrets/guard"],
		["project", ["p", ".git", "hooks", "x"], {}, "persistence/hook"],
		["project", ["p", "x"], {"setuid": true}, "privilege/setuid"],
		["project", ["p"], {"world": true, "recursive": true}, "filesystem/mode-everyone"],
		["system", ["etc", "x"], {}, "filesystem/mode-system"],
		["home-root", ["h"], {"recursive": true}, "filesystem/mode-system"],
		["project", ["p", "x"], {"world": true}, "filesystem/mode-open"],
		["project", ["p", "x"], {"unknown": true}, "filesystem/mode-unknown"],
		["project", ["p", "x"], {}, "filesystem/mode"],
		["project", ["p", ".github", "x"], {}, "filesystem/write-protected"],
		["project", ["p", ".claude", "hooks", "x.sh"], {}, "secrets/guard"],
		["home", ["h", "x"], {}, "filesystem/mode-outside"],
	] {
		facts := object.union({"setuid": false, "world": false, "unknown": false}, case[2])
		rule_of({"filesystem": {"mode": [item(case[0], case[1], facts)]}}) == case[3]
	}
}

test_owners if {
	every case in [
		["project", ["p", ".lighthouse"], false, "secrets/guard"],
		["project", ["p", "x"], true, "filesystem/owner-root"],
		["system", ["etc", "x"], false, "filesystem/owner-system"],
		["project", ["p", "x"], false, "filesystem/owner"],
	] {
		rule_of({"filesystem": {"owner": [item(case[0], case[1], {"root": case[2]})]}}) == case[3]
	}
}
