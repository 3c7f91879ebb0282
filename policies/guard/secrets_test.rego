package guard.secrets_test

import rego.v1

import data.guard.secrets

path(zone, segments) := {"zone": zone, "segments": segments, "name": segments[count(segments) - 1]}

test_what_holds_credentials if {
	every case in [
		["project", ["p", ".env"]],
		["project", ["p", ".env.production"]],
		["home", ["h", ".aws", "config"]],
		["home", ["h", "keys", "id_ed25519"]],
		["project", ["p", "certs", "server.pem"]],
		["system", ["proc", "1", "environ"]],
		["system", ["proc", "1", "fd", "3"]],
		["system", ["run", "secrets", "token"]],
	] {
		secrets.secret(path(case[0], case[1]))
	}
}

test_what_only_looks_like_it if {
	every case in [
		["project", ["p", ".env.example"]],
		["project", ["p", "config", "secrets.example.yml"]],
		["project", ["p", "secrets.ts"]],
		["home", ["h", ".ssh", "id_rsa.pub"]],
		["project", ["p", "secrets", "readme.txt"]],
		["system", ["proc", "self", "fd", "3"]],
	] {
		not secrets.secret(path(case[0], case[1]))
	}
}

test_what_programs_keep_for_their_user_is_private if {
	secrets.private(path("home", ["h", ".config", "op", "config"]))
	secrets.private(path("home", ["h", "Library", "Mail", "x"]))
	secrets.private(path("home", ["h", "notes.sqlite"]))
	not secrets.private(path("home", ["h", ".bashrc"]))
	not secrets.private(path("home", ["h", "Library", "Caches", "x"]))
	not secrets.private(path("project", ["p", ".config", "x"]))
}

test_what_guards_the_agent_is_guarded if {
	secrets.guarded(path("home", ["h", ".lighthouse", "credentials.json"]))
	secrets.guarded(path("project", ["p", ".claude", "settings.json"]))
	secrets.guarded(path("project", ["p", ".claude", "hooks", "x.sh"]))
	secrets.guarded_folder(path("project", ["p", ".claude"]))
	not secrets.guarded(path("project", ["p", ".claude", "notes.md"]))
}
