/**
 * What `npm start`, `npm run load` and `npm test` do before they start: install what is missing, build what is stale.
 * Uses nothing but Node, as on a fresh clone there is nothing else. Progress goes to stderr; stdout stays the caller's.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.mjs'

export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')

export const bin = (name) => join(ROOT, 'node_modules/.bin', name)

/** The npm that runs us, or the one on the PATH. */
const NPM = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']

function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs a command with its output on stderr; throws when it does not end with 0. */
function must(command, env = process.env) {
  const [file, ...args] = command
  const done = spawnSync(file, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] })
  if (done.error !== undefined) throw done.error
  if (done.status !== 0) throw new Error(`${command.join(' ')} ended with ${done.status ?? done.signal}`)
}

/** Whether node_modules holds what package-lock.json asks for. Optional packages (other platforms) may be absent. */
export function isInstalled(root = ROOT) {
  const hidden = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hidden)) return false
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(want).every(([path, { version, link, optional, devOptional, peer }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = have[path]
    if (found === undefined) return optional === true || devOptional === true || peer === true
    return link === true || found.version === version
  })
}

/** Installs the exact dependencies when node_modules lacks any of them. */
export function install() {
  if (isInstalled()) return
  say('Installing dependencies (npm ci); this takes a minute the first time.')
  try {
    must([...NPM, 'ci', '--no-audit', '--no-fund'])
  } catch (error) {
    say(
      `${error.message}. Trying npm install, which forgives what the lockfile lacks (npm run lock adds it).`,
    )
    must([...NPM, 'install', '--no-save', '--no-audit', '--no-fund'])
  }
}

function newestMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), 0)
}

/** Where the console is built, and what it is built from. */
const CONSOLE = 'web/dist/index.html'
const CONSOLE_SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'web/package.json',
  'contract/src',
]

/** Builds the packages (incrementally) and, when its sources are newer than its build, the console. */
export function build() {
  say('Building.')
  must([bin('tsc'), '-b'])
  if (!existsSync(join(ROOT, 'web/vite.config.ts'))) return
  const builtMs = newestMs(join(ROOT, CONSOLE))
  if (CONSOLE_SOURCES.every((path) => newestMs(join(ROOT, path)) < builtMs)) return
  say('Building the console.')
  const npm = process.env.npm_execpath
  must([
    ...(npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']),
    'run',
    '--silent',
    'build',
    '-w',
    'web',
    '--',
    '--logLevel',
    'error',
  ])
}

function isOnPath(name) {
  const folders = (process.env.PATH ?? '').split(':').concat('/usr/sbin', '/sbin')
  return folders.some((folder) => existsSync(join(folder, name)))
}

/** Programs that the suites use, by the Debian package that has them: any of the names will do. */
const PROGRAMS = {
  'redis-server': ['redis-server'],
  fuse: ['fusermount', 'fusermount3'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
}

/** Installs missing programs where we may (Debian, root); elsewhere says what is missing and goes on. */
export function installPrograms() {
  const missing = Object.keys(PROGRAMS).filter((name) => !PROGRAMS[name].some(isOnPath))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    say(`Not installed: ${missing.join(', ')}. Suites that need them will say so.`)
    return
  }
  say(`Installing ${missing.join(', ')} with apt-get.`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    must(['apt-get', 'update', '-qq'], env)
    must(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing], env)
  } catch (error) {
    say(`${error.message}. Going on without.`)
  }
}

/** Two cores take two minutes for it when Go's cache is empty; far more means that something is wrong. */
const OPA_LIMIT_MS = 6 * 60_000

/**
 * Builds opa where there is none and Go is, beside whatever runs meanwhile and behind it in priority. Resolves when it
 * is there or cannot be had; suites that need it say so then.
 */
export async function installOpa() {
  const { findOpa, OPA_CACHE, OPA_VERSION } = await import(join(ROOT, 'policies/build.mjs'))
  if (findOpa() !== undefined) return
  if (!isOnPath('go')) {
    say('Not installed: opa, nor Go to build it. The suite that needs it will say so.')
    return
  }
  say(`Building opa ${OPA_VERSION} in the background.`)
  const command = ['go', 'install', `github.com/open-policy-agent/opa@${OPA_VERSION}`]
  const env = { ...process.env, GOBIN: OPA_CACHE, GOFLAGS: '-ldflags=-s' }
  const { code, output, ms } = await run(isOnPath('nice') ? ['nice', '-n', '19', ...command] : command, {
    cwd: ROOT,
    env,
    limitMs: OPA_LIMIT_MS,
  })
  say(
    code === 0
      ? `Built opa in ${Math.round(ms / 1000)} s.`
      : `opa was not built: ${output.slice(-500)}. Going on without.`,
  )
}
