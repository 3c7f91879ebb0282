/**
 * `npm run lock`: adds to package-lock.json the optional packages of other platforms that npm left out because it could
 * not see them (npm/cli#9846); without them `npm ci` refuses the lockfile everywhere. Versions are those that the parents
 * pin; npm adds the checksums when it meets them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './prepare.mjs'

const LOCKFILE = join(ROOT, 'package-lock.json')

const SYSTEMS = { windows: 'win32' }
const KNOWN_SYSTEMS = ['darwin', 'win32', 'windows', 'linux', 'android', 'freebsd', 'openharmony', 'aix']
const PROCESSORS = { 64: 'x64' }
const KNOWN_PROCESSORS = ['arm64', 'x64', '64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32']

/** What a package's name says about where it runs: `cli-linux-x64-musl` → linux, x64, musl. */
function platformOf(name) {
  const words = (name.split('/').at(-1) ?? name).split('-')
  const system = words.find((word) => KNOWN_SYSTEMS.includes(word))
  const processor = words.find((word) => KNOWN_PROCESSORS.includes(word))
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'
  const hasLibc = system === 'linux' && words.some((word) => /^(musl|gnu)/.test(word))
  return {
    ...(processor === undefined ? {} : { cpu: [PROCESSORS[processor] ?? processor] }),
    ...(hasLibc ? { libc: [libc] } : {}),
    ...(system === undefined ? {} : { os: [SYSTEMS[system] ?? system] }),
  }
}

/** Whether node's lookup from `path` upwards finds `name` among the packages of a lockfile. */
function resolves(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true
    if (at === '') return false
    if (!at.includes('/node_modules/')) at = ''
  }
}

/** The optional packages, as `{ path, name, version, dev }`, that some package asks for and the lockfile lacks. */
export function missingOptionals({ packages }) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !resolves(packages, path, name))
      .map(([name, version]) => ({ path: `node_modules/${name}`, name, version, dev })),
  )
}

/** A lockfile with every optional package in it. Throws when one is not pinned to one version. */
export function complete(lock) {
  const packages = { ...lock.packages }
  for (const { path, name, version, dev } of missingOptionals(lock)) {
    if (!/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`${name} is asked for as ${version}, not as one version`)
    packages[path] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lock, packages: Object.fromEntries(sorted) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync(LOCKFILE, 'utf8'))
  const added = missingOptionals(lock).length
  if (added > 0) writeFileSync(LOCKFILE, `${JSON.stringify(complete(lock), null, 2)}\n`)
  process.stdout.write(`${added} optional packages added to package-lock.json\n`)
}
