import { invoke, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { readFile } from '../redirect.js'
import { isSecretPath } from '../secret.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

const RUN_TAKES =
  'v volume e env env-file p publish name network mount w workdir u user entrypoint l label h hostname add-host cap-add cap-drop device security-opt pid ipc userns m memory cpus platform restart gpus ulimit dns log-driver log-opt net uts tmpfs pull pids-limit volumes-from link expose ip sysctl runtime shm-size group-add cgroupns cgroup-parent device-cgroup-rule cidfile stop-signal stop-timeout network-alias memory-swap cpuset-cpus annotation health-cmd attach a'

/** `docker run`: how far the container reaches out of itself. */
function dockerRun(call: Call): Stream {
  const options = readOptions(call.args, { takes: new Set(RUN_TAKES.split(' ')), stopAtOperand: true })
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  const mounts = [...optionValues(options, 'v', 'volume'), ...optionValues(options, 'mount')].map(
    (value) => /(?:source|src)=([^,]+)/.exec(value.text)?.[1] ?? value.text.split(':')[0] ?? '',
  )
  const escapes =
    hasOption(options, 'privileged', 'cap-add', 'device', 'security-opt') ||
    optionValues(options, 'pid', 'ipc', 'userns', 'network', 'net', 'uts').some(
      (value) => value.text === 'host',
    ) ||
    mounts.some(
      (mount) =>
        mount === '/' ||
        /docker\.sock/.test(mount) ||
        ['root', 'system', 'home-root', 'device'].includes(
          placeOfPath({ text: mount, taint: 0, glob: false }, call.walk).zone,
        ),
    )
  const hostRoot = mounts.some((mount) => mount === '/' || mount === '/etc' || mount === '/root')
  const [image, ...given] = options.operands
  const [name, ...args] = [...optionValues(options, 'entrypoint'), ...given]
  const own =
    call.walk.shared.built.has(imageKey(image?.text ?? '')) &&
    isContained(options, mounts, call) &&
    !TELLS_INSIDE.has(name?.text ?? '')
  if (escapes) findings.note('privilege', 'container-escape', text)
  else findings.note('cloud', own ? 'compose' : 'container-run', text)
  if (hostRoot) findings.note('privilege', 'host-mount', text)
  return name === undefined || /^[-/]?$/.test(name.text) ? printsUnknown() : runInside(name, args, call)
}

/** Options by which a container reaches nothing that is not the project's. */
const CONTAINED = new Set(
  'rm i interactive t tty it d detach init name e env w workdir u user entrypoint platform read-only cap-drop tmpfs m memory cpus pids-limit ulimit l label h hostname no-healthcheck v volume mount network net'.split(
    ' ',
  ),
)

/** No more than an unknown program that sees the project alone: no other files, no network but its own, no rights. */
function isContained(options: Options, mounts: readonly string[], { walk }: Call): boolean {
  const networks = optionValues(options, 'network', 'net')
  return (
    [...options.given.keys()].every((option) => CONTAINED.has(option)) &&
    networks.every(({ text }) => text === 'none' || text === 'bridge') &&
    mounts.every((mount) => {
      const { zone, segments } = placeOfPath(literal(mount), walk)
      return /^[./]/.test(mount) && zone.startsWith('project') && !segments.includes('.git')
    }) &&
    isKnown(join(options.operands))
  )
}

/**
 * Keeps the name of an image that this call built of the project as it is. Where a build fails, one with an owner
 * would be fetched.
 */
function noteImage(name: string, { walk }: Call): void {
  const { built, downloaded, written } = walk.shared
  const isAsItIs = downloaded.size + written.size === 0
  if (isAsItIs && /^[\w.-]+(:[\w.-]+)?$/.test(name)) built.add(imageKey(name))
}

/** A second name for an image of this machine: one that was built here keeps what it is, any other is none. */
function named(call: Call, options: Options): undefined {
  const [from, to] = options.operands.map(({ text }) => imageKey(text))
  if (to !== undefined && !call.walk.shared.built.has(from ?? '')) call.walk.shared.built.delete(to)
  return undefined
}

/** What an image that this call built is kept as, beside the programs that it built. */
function imageKey(image: string): string {
  return `image:${image.replace(/:latest$/, '')}`
}

/** An image as a file of the project; without a file it goes to whoever reads it. */
function saved(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const kept = optionValues(options, 'o', 'output').length > 0
  call.walk.findings.note('cloud', kept ? 'inspect' : 'container-change', text)
  return printsUnknown(TAINT.file)
}

/** `docker cp web:/log .` takes a file out of a container; the other way round changes what is in it. */
function copied(call: Call, options: Options): Stream {
  const [from, to] = options.operands
  const text = `${call.name} ${join(call.args).text}`
  const path = /^[\w.-]+:(.*)$/s.exec(from?.text ?? '')?.[1]
  if (path === undefined || to === undefined || to.text.includes(':')) {
    if (from !== undefined) readFile(from, call.walk)
    call.walk.findings.note('cloud', 'container-change', text)
    return printsUnknown(TAINT.file)
  }
  if (isSecretPath(path) || /^\/(etc|root|proc|run|var\/(lib|run))(\/|$)/.test(path))
    call.walk.findings.note('secrets', 'print', text)
  call.walk.findings.note('cloud', 'inspect', text)
  if (to.text !== '-') writeFile(to, call.walk)
  return printsUnknown(TAINT.file)
}

/** What runs in a container is judged as if it ran here: it is asked about in any case. */
export function dockerExec(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(
      'e env w workdir u user detach-keys c container n namespace v volume p publish name entrypoint index l label'.split(
        ' ',
      ),
    ),
    stopAtOperand: true,
  })
  const at = options.operands.findIndex((operand) => operand.text === '--')
  const rest = at === -1 ? options.operands.slice(1) : options.operands.slice(at + 1)
  const [name, ...args] = rest
  // Another cluster's container may be anybody's; one of this machine may be looked into. The project's own
  // services are where its tests and tools run.
  const compose = /compose (exec|run)$/.test(call.name)
  const usual = LOOKS_INSIDE.has(name?.text ?? '') || (compose && !TELLS_INSIDE.has(name?.text ?? ''))
  const looks =
    /^(docker|podman|nerdctl)/.test(call.name) &&
    name !== undefined &&
    usual &&
    !hasOption(options, 'privileged', 'u', 'user', 'v', 'volume', 'entrypoint', 'cap-add')
  call.walk.findings.note(
    'cloud',
    looks ? 'inspect' : 'container-exec',
    `${call.name} ${join(call.args).text}`,
  )
  return name === undefined ? printsUnknown() : runInside(name, args, call)
}

/** What shows something of a container and changes nothing in it. */
const LOOKS_INSIDE = new Set(
  'ls pwd whoami id date uname df du ps wc stat test hostname uptime which head tail cat grep free nproc psql mysql mariadb redis-cli valkey-cli mongosh pg_isready'.split(
    ' ',
  ),
)
/** What tells a service's own credentials. */
const TELLS_INSIDE = new Set(['env', 'printenv', 'set', 'export'])

function runInside(name: Value, args: readonly Value[], call: Call): Stream {
  return printsUnknown(invoke(name, args, call.walk, call.stdin).taint)
}

/** A container's settings hold its variables, and with them its passwords. */
function dockerInspect(call: Call): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const asks = call.args.some((arg) => /\.Env\b|Config\.?\}\}|json \.Config/.test(arg.text))
  call.walk.findings.note(asks ? 'secrets' : 'cloud', asks ? 'environment' : 'inspect', text)
  return printsUnknown(TAINT.secret)
}

/** A file of services from elsewhere is not the project's. */
function composeFiles(call: Call, options: Options): undefined {
  const files = optionValues(options, 'f', 'file', 'project-directory')
  const own = files.every((file) => {
    const { zone, dynamic, path } = placeOfPath(file, call.walk)
    return (
      zone.startsWith('project') &&
      !file.text.includes('://') &&
      file.text !== '-' &&
      !dynamic &&
      !call.walk.shared.downloaded.has(path) &&
      !call.walk.shared.written.has(path)
    )
  })
  if (!own) call.walk.findings.note('execute', 'elsewhere', `${call.name} ${join(files).text}`)
  return undefined
}

/** A build from a context that is not the project's runs what somebody else wrote. */
function dockerBuild(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const [context] = options.operands
  const remote = /^(https?|git|ssh):|\.git(#|$)|^github\.com\//.test(context?.text ?? '')
  const host = optionValues(options, 'network').some((value) => value.text === 'host')
  if (hasOption(options, 'push')) call.walk.findings.note('cloud', 'publish', text)
  else if (hasOption(options, 'ssh') || optionValues(options, 'secret').length > 0)
    call.walk.findings.note('secrets', 'credentials', text)
  else if ([...options.operands, ...optionValues(options, 'f', 'file')].some(({ text }) => text === '-'))
    // What it builds was written nowhere but here.
    call.walk.findings.note('execute', 'inline', text)
  else if (hasOption(options, 'allow', 'privileged') || host)
    call.walk.findings.note('privilege', 'container-escape', text)
  else if (remote || (context?.text === '-' && ((call.stdin?.taint ?? 0) & TAINT.network) !== 0))
    call.walk.findings.note('execute', 'download', text)
  else {
    call.walk.findings.note('execute', 'build', text)
    noteForeign(text, call)
    for (const tag of optionValues(options, 't', 'tag')) noteImage(tag.text, call)
  }
  return printsUnknown()
}

const BUILD: Spec = {
  takes:
    't tag f file build-arg target platform network secret ssh cache-from cache-to label o output progress iidfile add-host shm-size ulimit memory build-context builder',
  handle: dockerBuild,
}

/** Containers of this machine. */
export const CONTAINERS: SpecTable = {
  ...each('docker podman nerdctl', {
    act: 'cloud/container-change',
    takes: 'H host c context l log-level config',
    options: { 'H host': 'cloud/remote-daemon' },
    subcommands: acts({
      inspect: { takes: 'f format type s', handle: dockerInspect },
      'ps images logs stats top port version info search events diff ls wait': 'cloud/inspect',
      history: { act: 'cloud/inspect', prints: TAINT.secret },
      run: { handle: dockerRun },
      create: { handle: dockerRun },
      exec: { handle: dockerExec },
      build: BUILD,
      buildx: {
        act: 'execute/build',
        subcommands: acts({
          'ls inspect du': 'cloud/inspect',
          build: BUILD,
          bake: { act: 'execute/build', takes: 'f file set', options: { push: 'cloud/publish' } },
          'rm prune': 'cloud/destroy',
        }),
      },
      pull: 'cloud/container-change',
      tag: { act: 'execute/build', handle: named },
      save: {
        act: 'cloud/container-change',
        takes: 'o output platform',
        options: { 'o output': 'write' },
        handle: saved,
      },
      cp: { handle: copied },
      push: 'cloud/publish',
      login: 'secrets/credentials',
      'rm rmi kill': 'cloud/container-remove',
      'stop start restart pause unpause rename update commit load import export attach':
        'cloud/container-change',
      'system builder': {
        act: 'cloud/container-change',
        subcommands: acts({ 'df info events': 'cloud/inspect', prune: 'cloud/destroy' }),
      },
      'volume image container network context manifest node service stack swarm secret config plugin': {
        act: 'cloud/container-change',
        subcommands: acts({
          'ls list inspect logs ps show': 'cloud/inspect',
          'rm remove prune': 'cloud/destroy',
          run: { handle: dockerRun },
          exec: { handle: dockerExec },
        }),
      },
      compose: {
        act: 'cloud/container-change',
        takes: 'f file p project-name profile env-file project-directory ansi progress',
        handle: composeFiles,
        subcommands: acts({
          'ps logs images ls top version port events': 'cloud/inspect',
          config: {
            act: 'cloud/inspect',
            prints: TAINT.secret,
            options: { environment: 'secrets/environment' },
          },
          build: 'execute/build',
          'up start restart stop pull create': 'cloud/compose',
          down: { act: 'cloud/compose', options: { 'v volumes rmi': 'cloud/destroy' } },
          rm: 'cloud/container-remove',
          'exec run': { handle: dockerExec },
        }),
      },
    }),
  }),
  'docker-compose': {
    act: 'cloud/container-change',
    takes: 'f file p project-name profile env-file project-directory H host c context',
    options: { 'H host c context': 'cloud/remote-daemon' },
    handle: composeFiles,
    subcommands: acts({
      'ps logs images ls top version port': 'cloud/inspect',
      config: { act: 'cloud/inspect', prints: TAINT.secret, options: { environment: 'secrets/environment' } },
      build: 'execute/build',
      'up start restart stop pull': 'cloud/compose',
      down: { act: 'cloud/compose', options: { 'v volumes rmi': 'cloud/destroy' } },
      rm: 'cloud/container-remove',
      'exec run': { handle: dockerExec },
    }),
  },
}
