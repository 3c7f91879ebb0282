import { relayHook } from '@lighthouse/client/hook/relay'

// The hook of an agent starts for every call: what a running instance can do for it, it does; all else is loaded only
// when that way is not open.
const relayed = await relayHook(process.argv.slice(3), process.stdin)
if (relayed === undefined) await import('./main.js')
else {
  process.stdout.write(relayed.stdout)
  process.stderr.write(relayed.stderr)
  process.exitCode = relayed.exitCode
}
