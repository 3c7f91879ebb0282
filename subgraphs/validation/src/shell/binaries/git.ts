import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown, QUIET, runText } from '../walk.js'
import { shown, writeFile } from '../invoke.js'
import { readFile } from '../redirect.js'
import { isSecretPath } from '../secret.js'
import { hostOf } from './network.js'
import { acts } from './each.js'
import { noteDeletes } from './files.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** `git diff --no-index a b` reads files; `git show HEAD:path` reads one as it was. */
function view(call: Call, options: Options): undefined {
  const files = hasOption(options, 'no-index') ? options.operands : []
  for (const file of files) readFile(file, call.walk)
  for (const operand of options.operands) {
    const path = /^[^:\s]*:\/?(.+)$/.exec(operand.text)?.[1]
    if (path !== undefined) readFile({ ...operand, text: path }, call.walk)
    // What a credential's file held in another commit is as secret as what it holds now.
    else if (isSecretPath(operand.text) && (call.name !== 'git log' || hasOption(options, 'p', 'patch', 'L')))
      readFile(operand, call.walk)
  }
  return undefined
}

/** A credential that is committed is published sooner or later. */
function add(call: Call, options: Options): undefined {
  for (const { text } of options.operands) {
    if (isSecretPath(text)) call.walk.findings.note('secrets', 'credentials', `git add ${text}`)
  }
  return undefined
}

/** Options of log, show and diff that make them more than readers. */
const VIEW: Spec = {
  act: 'git/inspect',
  takes:
    'n max-count format pretty author since until grep S G L U unified date after before skip diff-filter o output O',
  options: { output: 'write' },
  handle: view,
}

/** What is committed comes back with one command: named files may go, folders, patterns and what is forced are asked about. */
function removeFiles(call: Call, options: Options): Stream {
  const text = `git rm ${join(call.args).text}`
  const kept = hasOption(options, 'cached', 'n', 'dry-run')
  const many = hasOption(options, 'r', 'f', 'force') || options.operands.some((operand) => operand.glob)
  call.walk.findings.note('git', kept || !many ? 'local-change' : 'remove', text)
  if (!kept) noteDeletes(call, options.operands, { recursive: false, force: false, filtered: false })
  return QUIET
}

function moveFiles(call: Call, options: Options): undefined {
  const target = options.operands.at(-1)
  for (const source of options.operands.slice(0, -1))
    call.walk.findings.path('move', placeOfPath(source, call.walk), { glob: source.glob })
  if (target !== undefined) writeFile(target, call.walk)
  return undefined
}

function push(call: Call, options: Options): Stream {
  const { walk } = call
  const refs = options.operands.slice(1)
  const text = `git push ${join(call.args).text}`
  const forced =
    hasOption(options, 'f', 'force', 'force-with-lease', 'force-if-includes', 'mirror', 'prune') ||
    refs.some((ref) => ref.text.startsWith('+'))
  const deletes = hasOption(options, 'd', 'delete') || refs.some((ref) => ref.text.startsWith(':'))
  const branches = refs.map((ref) => ref.text.replace(/^\+/, '').split(':').at(-1) ?? '')
  if (hasOption(options, 'n', 'dry-run')) walk.findings.note('git', 'inspect', text)
  else if (forced || deletes)
    walk.findings.note('git', forced ? 'force-push' : 'delete-remote', text, { branches })
  else walk.findings.note('git', 'push', text)
  for (const value of optionValues(options, 'receive-pack', 'exec')) runOption(value.text, call)
  return QUIET
}

function runOption(text: string, call: Call): void {
  call.walk.findings.note('execute', 'option', text)
  runText(text, call.walk, undefined)
}

function reset(call: Call, options: Options): Stream {
  const hard = hasOption(options, 'hard', 'merge', 'keep')
  call.walk.findings.note(
    'git',
    hard ? 'discard' : hasOption(options, 'soft') ? 'uncommit' : 'unstage',
    `git reset ${join(call.args).text}`,
  )
  return QUIET
}

function checkout(call: Call, options: Options): Stream {
  const after = call.args.some((arg) => arg.text === '--')
  const paths = options.operands.some(
    (operand) => /^[.*]|\//.test(operand.text) && /^(\.|\*|\.\/)/.test(operand.text),
  )
  const discards =
    after ||
    paths ||
    hasOption(options, 'f', 'force', 'ours', 'theirs') ||
    (call.name.endsWith('switch') && hasOption(options, 'discard-changes'))
  const resets = hasOption(options, 'B', 'C', 'orphan')
  call.walk.findings.note(
    'git',
    discards ? 'discard' : resets ? 'move-head' : 'branch',
    `${call.name} ${join(call.args).text}`,
  )
  return QUIET
}

function clean(call: Call, options: Options): Stream {
  const dry = hasOption(options, 'n', 'dry-run')
  call.walk.findings.note('git', dry ? 'inspect' : 'discard', `git clean ${join(call.args).text}`)
  return QUIET
}

function branch(call: Call, options: Options): Stream {
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
  return QUIET
}

function stash(call: Call, options: Options): Stream {
  const action = options.operands[0]?.text ?? 'push'
  const act = /^(list|show)$/.test(action)
    ? 'inspect'
    : /^(drop|clear)$/.test(action)
      ? 'discard'
      : 'local-change'
  call.walk.findings.note('git', act, `git stash ${action}`)
  return QUIET
}

function clone(call: Call, options: Options): Stream {
  const [from, to] = options.operands
  const { walk } = call
  if (from !== undefined) {
    if (/^ext::|^fd::/.test(from.text)) runOption(from.text.replace(/^ext::/, ''), call)
    walk.findings.note('network', 'clone', from.text, { host: hostOf(from.text) })
  }
  for (const value of optionValues(options, 'u', 'upload-pack', 'receive-pack')) runOption(value.text, call)
  for (const value of optionValues(options, 'c', 'config')) noteConfig(value.text, call)
  const folder = /([^/:]+?)(\.git)?\/?$/.exec(from?.text ?? '')?.[1]
  const into = to ?? (folder === undefined ? undefined : literal(folder))
  if (into !== undefined) {
    writeFile(into, walk)
    walk.shared.downloaded.add(placeOfPath(into, walk).path)
  }
  return QUIET
}

/** Settings by which git runs something. */
const RUNS =
  /^(alias\..*|core\.(pager|editor|sshcommand|hookspath|fsmonitor|askpass|gitproxy)|pager\..*|diff\.external|diff\..*\.(command|textconv)|credential\.helper|credential\..*\.helper|filter\..*|merge\..*\.driver|mergetool\..*|difftool\..*|gpg\..*program|gpg\.program|sequence\.editor|ssh\.variant|uploadpack\.packobjectshook|protocol\.ext\.allow|http\.proxy|http\.sslverify|url\..*|remote\..*\.(uploadpack|receivepack|proxy)|init\.templatedir|include\.path|includeif\..*)$/i

function noteConfig(setting: string, call: Call): void {
  const [key = '', value = ''] = setting.split(/=([\s\S]*)/)
  if (!RUNS.test(key.toLowerCase())) return
  if (/^(core\.pager|pager\.\w+)$/i.test(key) && /^(cat|less|false|true|)$/.test(value)) return
  call.walk.findings.note('git', 'config-execute', setting)
  if (/^alias\./i.test(key) && value.startsWith('!')) runText(value.slice(1), call.walk, undefined)
  else if (value !== '' && /pager|editor|sshcommand|fsmonitor|external|command|textconv|helper/i.test(key))
    runText(value.replace(/^!/, ''), call.walk, undefined)
}

/** Settings of one repository that run nothing and reach nowhere. */
const HARMLESS_SETTINGS =
  /^(user\.(name|email)|pull\.(rebase|ff)|push\.(default|autosetupremote|followtags)|init\.defaultbranch|core\.(autocrlf|eol|ignorecase|filemode|quotepath|longpaths|whitespace)|merge\.(conflictstyle|ff)|rebase\.(autostash|autosquash)|fetch\.prune|diff\.(algorithm|colormoved)|color\.[\w.]+|rerere\.enabled|advice\.\w+|branch\.[\w/.-]+\.(merge|remote|rebase)|commit\.(gpgsign|verbose)|log\.\w+|status\.\w+|column\.ui|help\.autocorrect)$/i

function config(call: Call, options: Options): Stream {
  const { operands } = options
  const skip = /^(get|set|list|unset|edit|get-regexp)$/.test(operands[0]?.text ?? '') ? 1 : 0
  const [key, value] = operands.slice(skip)
  const reads =
    hasOption(options, 'get', 'get-all', 'get-regexp', 'l', 'list', 'show-origin', 'get-urlmatch') ||
    /^(get|list)$/.test(operands[0]?.text ?? '')
  const { findings } = call.walk
  if (
    reads ||
    (key !== undefined &&
      value === undefined &&
      !hasOption(options, 'unset', 'unset-all', 'e', 'edit', 'remove-section'))
  ) {
    findings.note('git', 'inspect', 'git config')
    return printsUnknown()
  }
  const harmless =
    HARMLESS_SETTINGS.test(key?.text ?? '') && !hasOption(options, 'unset', 'e', 'edit', 'f', 'file')
  const scope = hasOption(options, 'global', 'system')
    ? 'config-global'
    : harmless
      ? 'config-harmless'
      : 'config'
  findings.note('git', scope, `git config ${join(call.args).text}`)
  if (key !== undefined) noteConfig(`${key.text}=${value?.text ?? ''}`, call)
  return QUIET
}

function rebase(call: Call, options: Options): Stream {
  const ends = hasOption(options, 'abort', 'quit', 'show-current-patch', 'continue', 'skip')
  call.walk.findings.note('git', ends ? 'local-change' : 'rewrite', `git rebase ${join(call.args).text}`)
  for (const value of optionValues(options, 'x', 'exec')) runOption(value.text, call)
  return QUIET
}

function commit(call: Call, options: Options): Stream {
  const bypass = hasOption(options, 'n', 'no-verify')
  call.walk.findings.note(
    'git',
    hasOption(options, 'amend') ? 'amend' : bypass ? 'skip-hooks' : 'commit',
    'git commit',
  )
  return QUIET
}

function remote(call: Call, options: Options): Stream {
  const action = options.operands[0]?.text
  const reads = action === undefined || /^(show|get-url|-v)$/.test(action)
  const url = options.operands.at(-1)?.text ?? ''
  if (/^ext::/.test(url)) runOption(url.slice(5), call)
  call.walk.findings.note('git', reads ? 'inspect' : 'remote', `git remote ${join(call.args).text}`)
  return QUIET
}

function bisect(call: Call, options: Options): Stream {
  const [action, ...command] = options.operands
  call.walk.findings.note('git', 'local-change', 'git bisect')
  if (action?.text === 'run') return runText(join(command).text, call.walk, undefined)
  return QUIET
}

function grep(call: Call, options: Options): Stream {
  if (hasOption(options, 'O', 'open-files-in-pager'))
    runOption(join(optionValues(options, 'O', 'open-files-in-pager')).text, call)
  else call.walk.findings.note('git', 'inspect', 'git grep')
  return printsUnknown(TAINT.file)
}

/** What runs a program wherever it stands, and changes that are made to another repository. */
function watch(call: Call, options: Options): void {
  for (const { text } of call.args) {
    const transport = /^(?:ext|fd)::(.*)$/s.exec(text)?.[1]
    if (transport !== undefined) runOption(transport, call)
    else if (/^--(upload-pack|receive-pack|ext-diff|textconv|open-files-in-pager|template)(=|$)/.test(text))
      call.walk.findings.note('execute', 'option', shown(call))
  }
  noteRemote(call)
  const elsewhere = optionValues(options, 'C', 'git-dir', 'work-tree').some((path) => {
    const { zone } = placeOfPath(path, call.walk)
    return zone !== 'project' && zone !== 'project-root' && zone !== 'temp'
  })
  const foreignDirectory = optionValues(options, 'git-dir').some(
    (path) => !/^project/.test(placeOfPath(path, call.walk).zone),
  )
  if (foreignDirectory) call.walk.findings.note('git', 'elsewhere', shown(call))
  const looks = call.args.some(({ text }) => LOOKS.test(text))
  if (elsewhere && !looks) call.walk.findings.note('git', 'elsewhere', shown(call))
}
/** A repository that is named by its address is asked, and told whatever the address says. */
function noteRemote(call: Call): void {
  const reaches = call.args.some(({ text }) => /^(fetch|pull|ls-remote|submodule|remote|subtree)$/.test(text))
  const all = join(call.args)
  if ((all.taint & TAINT.secret) !== 0) call.walk.findings.note('network', 'exfiltrate', shown(call))
  if (!reaches) return
  for (const arg of call.args) {
    if (/^(https?|git|ssh|ftp|rsync):\/\/|^[\w.-]+@[\w.-]+:/.test(arg.text))
      call.walk.findings.note('network', 'clone', arg.text, { host: hostOf(arg.text) })
  }
}

const LOOKS =
  /^(status|log|diff|show|blame|branch|rev-parse|rev-list|ls-files|ls-tree|ls-remote|describe|remote|grep|shortlog|reflog|cat-file|for-each-ref|merge-base)$/

/** git's own options, before the subcommand. */
function ownOptions(call: Call, options: Options): undefined {
  for (const setting of optionValues(options, 'c', 'config-env')) noteConfig(setting.text, call)
  for (const path of optionValues(options, 'exec-path'))
    call.walk.findings.note('execute', 'option', `git --exec-path=${path.text}`)
  for (const arg of call.args)
    if (!isKnown(arg) && arg.text.startsWith('-')) call.walk.findings.note('execute', 'dynamic', 'git')
  return undefined
}

function bundle(call: Call, options: Options): undefined {
  const [verb, file] = options.operands
  if (verb?.text === 'create' && file !== undefined && file.text !== '-') writeFile(file, call.walk)
  return undefined
}

function symbolic(call: Call, options: Options): undefined {
  if (options.operands.length > 1) call.walk.findings.note('git', 'move-head', shown(call))
  return undefined
}

const HISTORY = 'git/rewrite'

export const GIT: SpecTable = {
  git: {
    act: 'git/other',
    takes: 'C c git-dir work-tree namespace exec-path config-env super-prefix',
    handle: ownOptions,
    watch,
    subcommands: acts({
      'status shortlog blame annotate describe rev-parse rev-list ls-files ls-tree ls-remote cat-file for-each-ref show-ref merge-base name-rev count-objects check-ignore check-attr version help whatchanged cherry diff-tree diff-index diff-files range-diff var fsck verify-commit verify-tag show-branch merge-tree bugreport diagnose request-pull':
        'git/inspect',
      'log diff show': VIEW,
      'hash-object': { act: 'git/inspect', takes: 't path', operands: 'read' },
      grep: { takes: 'e f A B C m max-depth', handle: grep },
      'add stage': { act: 'git/local-change', handle: add },
      mv: { act: 'git/local-change', handle: moveFiles },
      rm: { handle: removeFiles },
      commit: {
        takes:
          'm message F file C c author date t template reuse-message reedit-message fixup squash cleanup trailer',
        handle: commit,
      },
      'fetch pull': {
        act: 'git/fetch',
        takes: 'depth j jobs upload-pack refmap o server-option',
        options: { 'upload-pack': 'execute/option', 'f force': 'git/move-head' },
      },
      clone: {
        takes: 'b branch depth c config o origin u upload-pack reference template filter j jobs',
        handle: clone,
      },
      push: { takes: 'o push-option repo receive-pack exec', handle: push },
      reset: { handle: reset },
      'checkout switch': { takes: 'b B c C', handle: checkout },
      restore: { act: 'git/discard', takes: 's source', options: { 'S staged': 'git/unstage' } },
      clean: { takes: 'e exclude', handle: clean },
      branch: {
        takes: 'u set-upstream-to contains no-contains merged no-merged sort format points-at',
        handle: branch,
      },
      tag: {
        act: 'git/tag',
        takes: 'm message F file u local-user n sort format contains points-at',
        options: { 'd delete f force': 'git/delete-branch', 'l list n contains points-at': 'git/inspect' },
      },
      stash: { takes: 'm message', handle: stash },
      'symbolic-ref': { act: 'git/inspect', handle: symbolic, options: { 'd delete': 'git/move-head' } },
      rerere: { act: 'git/maintain', subcommands: acts({ 'status diff remaining': 'git/inspect' }) },
      'merge cherry-pick revert am apply': {
        act: 'git/merge',
        takes: 'm message X s strategy',
        options: { abort: 'git/local-change', 'unsafe-paths directory': 'filesystem/unpack-anywhere' },
      },
      rebase: { takes: 'x exec onto s X', handle: rebase },
      'filter-branch filter-repo replace fast-import': HISTORY,
      reflog: {
        act: 'git/inspect',
        subcommands: {
          show: 'git/inspect',
          expire: 'git/destroy-history',
          delete: 'git/destroy-history',
          exists: 'git/inspect',
        },
      },
      'gc prune repack': { act: 'git/maintain', options: { prune: 'git/destroy-history' } },
      'update-ref': 'git/move-head',
      remote: { handle: remote },
      config: { handle: config, takes: 'f file blob type default' },
      init: 'git/local-change',
      worktree: {
        act: 'git/branch',
        subcommands: { list: 'git/inspect', add: 'git/branch', remove: 'git/discard', prune: 'git/maintain' },
      },
      submodule: {
        act: 'git/fetch',
        subcommands: {
          status: 'git/inspect',
          summary: 'git/inspect',
          update: 'git/fetch',
          init: 'git/fetch',
          add: 'git/remote',
          foreach: 'execute/option',
          sync: 'git/remote',
          deinit: 'git/discard',
        },
      },
      bisect: { handle: bisect },
      archive: {
        act: 'git/inspect',
        takes: 'format o output prefix remote exec',
        options: { 'o output': 'write', 'exec remote': 'execute/option' },
      },
      notes: 'git/local-change',
      bundle: { act: 'git/local-change', handle: bundle },
      'format-patch': {
        act: 'git/local-change',
        takes: 'o output-directory',
        options: { 'o output-directory': 'write' },
      },
      'sparse-checkout': 'git/local-change',
      lfs: {
        act: 'git/other',
        subcommands: acts({
          'ls-files status env version logs': 'git/inspect',
          'fetch pull checkout track untrack': 'git/fetch',
          push: 'git/push',
        }),
      },
      'credential daemon send-email svn p4 instaweb': 'git/other',
    }),
  },
  svn: {
    act: 'git/other',
    subcommands: acts({
      'status st log diff info list cat blame': 'git/inspect',
      'update up checkout co': 'git/fetch',
    }),
  },
  hg: {
    act: 'git/other',
    subcommands: acts({
      'status st log diff id cat annotate branches': 'git/inspect',
      'pull update': 'git/fetch',
      'add commit': 'git/commit',
    }),
  },
}
