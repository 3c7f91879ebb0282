package guard.persistence_test

import rego.v1

import data.guard.persistence

path(zone, segments) := {"zone": zone, "segments": segments, "name": segments[count(segments) - 1]}

test_logins if {
	persistence.ssh(path("home", ["h", ".ssh", "authorized_keys"]))
	persistence.ssh(path("system", ["etc", "ssh", "sshd_config"]))
	not persistence.ssh(path("home", ["h", "ssh.md"]))
}

test_what_the_system_runs_by_itself if {
	persistence.system(path("system", ["etc", "cron.d", "x"]))
	persistence.system(path("system", ["etc", "systemd", "system", "x.service"]))
	not persistence.system(path("project", ["p", "cron.d", "x"]))
	not persistence.system(path("system", ["etc", "hosts"]))
}

test_what_a_login_reads if {
	persistence.profile(path("home", ["h", ".zshrc"]))
	persistence.profile(path("home", ["h", ".config", "autostart", "x.desktop"]))
	not persistence.profile(path("home", ["h", "notes.md"]))
}

test_what_git_runs if {
	persistence.hook(path("project", ["p", ".git", "hooks", "pre-commit"]))
	not persistence.hook(path("project", ["p", ".git"]))
	not persistence.hook(path("project", ["p", ".github", "x"]))
}
