import { mountTree } from '../src/mount.js'

/** The mount in a process of its own, as in production: `daemon.ts <mountpoint> <url> <wsUrl> [key]`. */
const [mountpoint = '', url = '', wsUrl = '', key = 'key'] = process.argv.slice(2)
const mount = await mountTree({
  mountpoint,
  url,
  wsUrl,
  key,
  log: (message) => process.stderr.write(`${message}\n`),
})
process.once('SIGTERM', () => {
  void mount[Symbol.asyncDispose]().then(() => process.exit(0))
})
process.stdout.write('mounted\n')
