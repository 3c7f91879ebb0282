import { invoke, shown, writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { isSecretPath } from '../secret.js'
import { copyState } from '../state.js'
import { isKnown, join, TAINT, UNKNOWN } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { noteDeletes } from './files.js'
import { runOption } from './git-settings.js'
import { FORMS, SOUGHT } from './sought.js'
import type { Call, Spec } from './spec.js'

/** `git diff --no-index a b` reads files; `git show HEAD:path` reads one as it was. */
export function view(call: Call, options: Options): Stream | undefined {
  // Nobody looks through the history for what credentials look like but to find one.
  if (optionValues(options, 'S', 'G', 'grep').some(({ text }) => FORMS.test(text)))
    call.walk.findings.note('secrets', 'search', shown(call))
  const files = hasOption(options, 'no-index') ? options.operands : []
  for (const file of files) readFile(file, call.walk)
  for (const operand of options.operands) {
    const path = /^[^:\s]*:\/?(.+)$/.exec(operand.text)?.[1]
    if (path !== undefined) readFile({ ...operand, text: path }, call.walk)
    // What a credential's file held in another commit is as secret as what it holds now.
    else if (isSecretPath(operand.text) && (call.name !== 'git log' || hasOption(options, 'p', 'patch', 'L')))
      readFile(operand, call.walk)
  }
  return hasOption(options, 'name-only') ? tracked(call) : undefined
}

/** Names of files that the repository holds: all of them lie below where it is asked from. */
export function tracked({ walk }: Call): Stream {
  return { text: undefined, taint: 0, below: [walk.state.cwd] }
}

/** A credential that is committed is published sooner or later. */
export function add(call: Call, options: Options): undefined {
  for (const { text } of options.operands) {
    if (isSecretPath(text)) call.walk.findings.note('secrets', 'credentials', `git add ${text}`)
  }
  return undefined
}

/** Options of log, show and diff that make them more than readers. */
export const VIEW: Spec = {
  act: 'git/inspect',
  takes:
    'n max-count format pretty author since until grep S G L U unified date after before skip diff-filter o output O',
  options: { output: 'write' },
  handle: view,
}

/** What is committed comes back with one command: named files may go, folders, patterns and what is forced are asked about. */
export function removeFiles(call: Call, options: Options): Stream {
  const text = `git rm ${join(call.args).text}`
  const kept = hasOption(options, 'cached', 'n', 'dry-run')
  const many = hasOption(options, 'r', 'f', 'force') || options.operands.some((operand) => operand.glob)
  call.walk.findings.note('git', kept || !many ? 'local-change' : 'remove', text)
  if (!kept) noteDeletes(call, options.operands, { recursive: false, force: false, filtered: false })
  return printsUnknown()
}

export function moveFiles(call: Call, options: Options): undefined {
  const target = options.operands.at(-1)
  for (const source of options.operands.slice(0, -1))
    call.walk.findings.path('move', placeOfPath(source, call.walk), { glob: source.glob })
  if (target !== undefined) writeFile(target, call.walk)
  return undefined
}

export function reset(call: Call, options: Options): Stream {
  const hard = hasOption(options, 'hard', 'merge', 'keep')
  call.walk.findings.note(
    'git',
    hard ? 'discard' : hasOption(options, 'soft') ? 'uncommit' : 'unstage',
    `git reset ${join(call.args).text}`,
  )
  return printsUnknown()
}

export function checkout(call: Call, options: Options): Stream {
  const after = call.args.some((arg) => arg.text === '--')
  const makes = hasOption(options, 'b', 'B', 'c', 'C', 'orphan', 't', 'track', 'd', 'detach')
  const [first, ...more] = options.operands
  // What stands behind a commit is a path, and so is what ends like a file.
  const paths =
    options.operands.some(({ text }) => /^(\.|\*|:)/.test(text)) ||
    (call.name.endsWith('checkout') && !makes && (more.length > 0 || isFileName(first?.text ?? '')))
  const discards =
    after ||
    paths ||
    hasOption(options, 'f', 'force', 'ours', 'theirs', 'p', 'patch') ||
    (call.name.endsWith('switch') && hasOption(options, 'discard-changes'))
  const resets = hasOption(options, 'B', 'C', 'orphan')
  call.walk.findings.note(
    'git',
    discards ? 'discard' : resets ? 'move-head' : 'branch',
    `${call.name} ${join(call.args).text}`,
  )
  return printsUnknown()
}

/** `src/app.ts`, not `v1.2.3` and not `feature/x`. */
function isFileName(text: string): boolean {
  return (
    /(^|\/)[^/]*[A-Za-z_-][^/]*\.[A-Za-z]\w{0,9}$/.test(text) && !/\.(x|io|com|rc\d*|beta|alpha)$/.test(text)
  )
}

export function clean(call: Call, options: Options): Stream {
  const dry = hasOption(options, 'n', 'dry-run')
  call.walk.findings.note('git', dry ? 'inspect' : 'discard', `git clean ${join(call.args).text}`)
  return printsUnknown()
}

export function branch(call: Call, options: Options): Stream {
  const deletes = hasOption(options, 'd', 'D', 'delete')
  const forced = hasOption(options, 'D') || (deletes && hasOption(options, 'f', 'force'))
  const changes = hasOption(options, 'M', 'f', 'force', 'c', 'C', 'u', 'set-upstream-to')
  const act = forced
    ? 'delete-branch'
    : deletes
      ? 'delete-merged'
      : changes
        ? 'move-head'
        : options.operands.length > 0
          ? 'branch'
          : 'inspect'
  call.walk.findings.note('git', act, `git branch ${join(call.args).text}`)
  return printsUnknown()
}

export function stash(call: Call, options: Options): Stream {
  const action = options.operands[0]?.text ?? 'push'
  const act = /^(list|show)$/.test(action)
    ? 'inspect'
    : /^(drop|clear)$/.test(action)
      ? 'discard'
      : 'local-change'
  for (const operand of options.operands.slice(1))
    if (isSecretPath(operand.text)) readFile(operand, call.walk)
  call.walk.findings.note('git', act, `git stash ${action}`)
  return printsUnknown()
}

export function rebase(call: Call, options: Options): Stream {
  const ends = hasOption(options, 'abort', 'quit', 'show-current-patch', 'continue', 'skip')
  call.walk.findings.note('git', ends ? 'local-change' : 'rewrite', `git rebase ${join(call.args).text}`)
  for (const value of optionValues(options, 'x', 'exec')) runOption(value.text, call)
  return printsUnknown()
}

export function commit(call: Call, options: Options): Stream {
  const bypass = hasOption(options, 'n', 'no-verify')
  call.walk.findings.note(
    'git',
    hasOption(options, 'amend') ? 'amend' : bypass ? 'skip-hooks' : 'commit',
    'git commit',
  )
  return printsUnknown()
}

export function bisect(call: Call, options: Options): Stream {
  const [action] = options.operands
  call.walk.findings.note('git', 'local-change', 'git bisect')
  // git runs the words as they are, options and all.
  if (action?.text === 'run') {
    const [name, ...args] = call.args.slice(call.args.indexOf(action) + 1)
    if (name !== undefined) return invoke(name, args, call.walk, undefined)
  }
  return printsUnknown()
}

/** What `git submodule foreach` runs in each of them is judged by itself. */
export function foreach(call: Call): Stream {
  const words = call.args.filter(({ text }, i) => i > 1 || !/^(--recursive|--quiet|-q)$/.test(text))
  const [name, ...args] = words
  call.walk.findings.note('git', 'inspect', call.name)
  if (name === undefined) return printsUnknown()
  // It stands in one of them, whichever that is.
  const { state } = call.walk
  const walk = { ...call.walk, state: { ...copyState(state), cwd: `${state.cwd}/${UNKNOWN}` } }
  return args.length === 0 ? runText(name.text, walk, undefined) : invoke(name, args, walk, undefined)
}

/** What is restored in the working tree is lost; from the index alone it is only taken back. */
export function restore(call: Call, options: Options): undefined {
  const index = hasOption(options, 'S', 'staged') && !hasOption(options, 'W', 'worktree')
  call.walk.findings.note('git', index ? 'unstage' : 'discard', shown(call))
  return undefined
}

/** Where else it makes a working tree, a repository or a report. */
export function place(call: Call, options: Options): undefined {
  const made = optionValues(options, 'separate-git-dir', 'o', 'output-directory', 'output', 'prefix')
  for (const path of made) writeFile(path, call.walk)
  // A working tree beside the project is usual; in a system's or a program's own folder it is not.
  const trees = {
    'git worktree add': options.operands.slice(0, 1),
    'git worktree move': options.operands.slice(1),
  }
  for (const path of trees[call.name as keyof typeof trees] ?? []) {
    const { zone, segments } = placeOfPath(path, call.walk)
    const beside = /^(home|outside)$/.test(zone) && !segments.some((segment) => segment.startsWith('.'))
    if (!beside) writeFile(path, call.walk)
  }
  return undefined
}

/** A patch that comes from the network is whatever its author wanted. */
export function brought(call: Call, options: Options): undefined {
  const fetched = options.operands.some((file) =>
    call.walk.shared.downloaded.has(placeOfPath(file, call.walk).path),
  )
  if (call.name === 'git apply' && hasOption(options, 'R', 'reverse'))
    call.walk.findings.note('git', 'discard', shown(call))
  if (fetched || ((call.stdin?.taint ?? 0) & TAINT.network) !== 0)
    call.walk.findings.note('filesystem', 'unpack-downloaded', shown(call))
  return undefined
}

export function grep(call: Call, options: Options): Stream {
  for (const file of optionValues(options, 'f')) readFile(file, call.walk)
  if (hasOption(options, 'no-index')) for (const file of options.operands.slice(1)) readFile(file, call.walk)

  if (hasOption(options, 'O', 'open-files-in-pager'))
    runOption(join(optionValues(options, 'O', 'open-files-in-pager')).text, call)
  else call.walk.findings.note('git', 'inspect', 'git grep')
  const patterned = hasOption(options, 'e', 'f')
  const [pattern, ...where] = [...optionValues(options, 'e'), ...options.operands]
  const whole = where.length === (patterned ? options.operands.length : 0)
  const history = where.some((word) => !isKnown(word))
  if (FORMS.test(pattern?.text ?? '') && whole) call.walk.findings.note('secrets', 'search', shown(call))
  if (history && SOUGHT.test(pattern?.text ?? '')) call.walk.findings.note('secrets', 'search', shown(call))
  return hasOption(options, 'l', 'files-with-matches', 'name-only')
    ? tracked(call)
    : printsUnknown(TAINT.file)
}

export function bundle(call: Call, options: Options): undefined {
  const [verb, file] = options.operands
  if (verb?.text === 'create' && file !== undefined && file.text !== '-') writeFile(file, call.walk)
  return undefined
}

export function symbolic(call: Call, options: Options): undefined {
  if (options.operands.length > 1) call.walk.findings.note('git', 'move-head', shown(call))
  return undefined
}
