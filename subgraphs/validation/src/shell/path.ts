import { posix } from 'node:path'
import { knownPrefix, UNKNOWN } from './value.js'

/** What part of the machine a path is in; the policy judges by it. */
export const ZONES = [
  /** /dev/null, /dev/stdout and the like: writing there changes nothing. */
  'sink',
  /** Another file in /dev: disks, memory. */
  'device',
  /** `/`, or everything directly below it. */
  'root',
  /** /etc, /usr, /boot, … */
  'system',
  /** A home directory as a whole. */
  'home-root',
  /** Something in a home directory. */
  'home',
  /** Something in the home directory of another user. */
  'other-home',
  /** The project as a whole, `.` or `*` in it. */
  'project-root',
  'project',
  /** A directory that the project is in. */
  'around-project',
  /** /tmp as a whole. */
  'temp-root',
  'temp',
  /** Any other place. */
  'outside',
  /** Nothing about it is known. */
  'unknown',
] as const
export type Zone = (typeof ZONES)[number]

export interface Place {
  readonly cwd: string
  readonly home: string
  readonly projectRoot: string
  /** What is below projectRoot is the agent's own: a "project" that is `/`, a home or a system directory makes it not. */
  readonly owned: boolean
  /** How many segments projectRoot has. */
  readonly depth: number
}

export interface PathFact {
  /** Absolute and normalised; `?` where a part is unknown. */
  readonly path: string
  readonly zone: Zone
  /** The last segment. */
  readonly name: string
  /** Every segment, so that a policy can look for `.ssh` anywhere. */
  readonly segments: readonly string[]
  /** How many of the segments lead to the project: what they are called says nothing of what is in it. */
  readonly depth: number
  /** A part of it is unknown. */
  readonly dynamic: boolean
}

/** Stands for the agent's directory when the caller did not say where it is. */
const NOWHERE = '/workspace/project'
const HOME = /^(\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/|$)/
const SINKS = /^\/dev\/(null|stdin|stdout|stderr|tty|zero|full|random|urandom|fd\/.*)$/
const SYSTEM =
  /^\/(etc|usr|bin|sbin|lib|lib32|lib64|boot|sys|proc|var|System|Library|Applications|run)(?=\/|$)/
const TEMP = /^(\/tmp|\/var\/tmp|\/private\/tmp|\/var\/folders|\/dev\/shm)(?=\/|$)/

/** The place that was read last: an agent asks from one directory all day, and paths are dear to normalise. */
let last:
  | { readonly cwd: string | undefined; readonly root: string | undefined; readonly place: Place }
  | undefined

/** The place in which a request's paths are read. Relative or absent directories count as the project's own. */
export function placeOf(cwd: string | undefined, projectRoot: string | undefined): Place {
  if (last === undefined || last.cwd !== cwd || last.root !== projectRoot)
    last = { cwd, root: projectRoot, place: readPlace(cwd, projectRoot) }
  return last.place
}

function readPlace(cwd: string | undefined, projectRoot: string | undefined): Place {
  const project = absolute(projectRoot) ?? absolute(cwd) ?? NOWHERE
  const here = absolute(cwd) ?? project
  const home = HOME.exec(here)?.[1] ?? HOME.exec(project)?.[1] ?? '/home/agent'
  const depth = depthOf(project)
  return {
    cwd: here,
    home,
    projectRoot: project,
    owned: mayOwn(project),
    depth,
  }
}

/** How many segments a normalised path has. */
function depthOf(path: string): number {
  if (path === '/') return 0
  let depth = 0
  for (let at = 0; at !== -1; at = path.indexOf('/', at + 1)) depth++
  return depth
}

function absolute(path: string | undefined): string | undefined {
  if (path === undefined || !path.startsWith('/')) return undefined
  return trimmed(posix.normalize(path))
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Resolves a path as a command in `cwd` would and says where it lies. Never touches the disk. */
export function pathFact(text: string, cwd: string, place: Place): PathFact {
  // A text that starts unknown may be absolute: `$x/*` with an empty x is all of `/`.
  const full = text.startsWith('/') || text.startsWith(UNKNOWN) ? text : `${cwd}/${text}`
  const path = normalised(full)
  const dynamic = text.includes(UNKNOWN) || path.includes(UNKNOWN)
  const zone = full.startsWith(UNKNOWN) ? 'unknown' : dynamic ? unknownZone(path, place) : zoneOf(path, place)
  const shown = dynamic ? path.replaceAll(UNKNOWN, '?') : path
  // A normalised absolute path has no empty segment but the one before it.
  const segments =
    shown.length > 1 && shown.startsWith('/')
      ? shown.slice(1).split('/')
      : shown.split('/').filter((segment) => segment !== '')
  const depth = zone === 'project' ? place.depth : 0
  return { path: shown, zone, name: segments.at(-1) ?? '/', segments, depth, dynamic }
}

/** Most paths are written as they would be normalised, and a look for what is not costs a quarter of normalising. */
function normalised(path: string): string {
  if (!path.includes('/.') && !path.includes('//') && !path.endsWith('/')) return path
  return trimmed(posix.normalize(path.startsWith('//') ? path.replace(/^\/+/, '/') : path))
}

/** What is known of a path up to its first unknown part decides: `/$x` may be all of `/`. */
function unknownZone(path: string, place: Place): Zone {
  const prefix = knownPrefix(path)
  if (prefix === '') return 'unknown'
  if (SINKS.test(path.replaceAll(UNKNOWN, ''))) return 'sink'
  const directory = prefix.slice(0, prefix.lastIndexOf('/') + 1)
  if (directory === '/') return prefix === '/' ? 'root' : 'outside'
  return zoneOf(prefix.endsWith('/') ? `${directory}*` : prefix, place)
}

function zoneOf(path: string, place: Place): Zone {
  if (path.startsWith('/dev')) {
    if (SINKS.test(path)) return 'sink'
    if (/^\/dev(\/|$)/.test(path)) return TEMP.test(path) ? tempZone(path) : 'device'
  }
  // Most paths are of the project. What is below it has two slashes, and with that is none of the whole places.
  const project = projectZone(path, place)
  if (project === 'project') return project
  if (path === '/' || /^\/(\*|\?|\.\*|\[[^/]*\]|\{[^/]*)+$/.test(path)) return 'root'
  if (project !== undefined) return project
  if (TEMP.test(path)) return tempZone(path)
  if (SYSTEM.test(path)) return 'system'
  if (/^\/(home|Users)(\/\*|\/[^/]*\*[^/]*)?$/.test(path)) return 'home-root'
  const home =
    HOME.exec(path)?.[1] ??
    (path === place.home || path.startsWith(`${place.home}/`) ? place.home : undefined)
  // Some of what is in a home, whatever is found there, may be any of it.
  if (home !== undefined)
    return isWhole(path, home) || path === `${home}/?*`
      ? 'home-root'
      : isAnothers(home, place)
        ? 'other-home'
        : 'home'
  if (place.projectRoot.startsWith(`${path}/`)) return 'around-project'
  return 'outside'
}

/** The home directory of somebody else; not what only lies beside homes. */
function isAnothers(home: string, place: Place): boolean {
  return home !== place.home && !SHARED.has(home)
}
const SHARED = new Set(['/home/linuxbrew', '/Users/Shared', '/home/shared', '/home/runner'])

function mayOwn(project: string): boolean {
  if (project === '/' || HOME.exec(project)?.[1] === project || /^\/(home|Users)$/.test(project)) return false
  return !SYSTEM.test(project) || /^\/(var|usr\/src)\/./.test(project)
}

function projectZone(path: string, { projectRoot, owned }: Place): Zone | undefined {
  if (!owned) return undefined
  if (isWhole(path, projectRoot)) return 'project-root'
  return path.startsWith(`${projectRoot}/`) ? 'project' : undefined
}

function tempZone(path: string): Zone {
  const root = TEMP.exec(path)?.[1] ?? '/tmp'
  return isWhole(path, root) ? 'temp-root' : 'temp'
}

/** A directory itself, or all that is in it by a glob. */
function isWhole(path: string, directory: string): boolean {
  if (path === directory) return true
  if (!path.startsWith(`${directory}/`)) return false
  const first = path.charCodeAt(directory.length + 1)
  if (first !== STAR && first !== DOT) return false
  return /^(\*|\.\*|\.\[!\.\]\*|\.\?\?\*|\*\*|\*\.\*)(\/\*)*$/.test(path.slice(directory.length + 1))
}
const STAR = 0x2a
const DOT = 0x2e
