-- Prosody as it is measured: the modules that a messenger needs, all messages archived in SQL,
-- no limits on rates, no encryption on the loopback interface. What is in capitals and braces is
-- filled in at the start. The database was put into WAL mode before, which lasts: with the
-- package's own rollback journal every message costs four times as many flushes.

daemonize = false
run_as_root = true
data_path = "{DIRECTORY}"
certificates = "{DIRECTORY}"
log = { warn = "{DIRECTORY}/prosody.log" }

modules_enabled = { "disco", "roster", "saslauth", "smacks", "mam", "carbons", "ping" }
modules_disabled = { "s2s", "posix" }

c2s_ports = { {PORT} }
c2s_interfaces = { "127.0.0.1" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
network_settings = { tcp_backlog = 4096 }

storage = "sql"
sql = { driver = "SQLite3", database = "prosody.sqlite" }
default_archive_policy = true
archive_expires_after = "never"

VirtualHost "bench.localhost"

-- Who enters a big room is not told of everyone in it: that is not what is measured.
Component "rooms.bench.localhost" "muc"
  modules_enabled = { "muc_mam" }
  muc_room_locking = false
  muc_room_default_public_jids = false
  muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
  muc_log_by_default = true
