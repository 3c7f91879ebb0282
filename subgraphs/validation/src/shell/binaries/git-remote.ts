import { shown, writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { noteConfig, runOption } from './git-settings.js'
import { hostOf } from './host.js'
import type { Call } from './spec.js'

export function push(call: Call, options: Options): Stream {
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
  return printsUnknown()
}

export function clone(call: Call, options: Options): Stream {
  const [from, to] = options.operands
  const { walk } = call
  if (from !== undefined) {
    if (/^ext::|^fd::/.test(from.text)) runOption(from.text.replace(/^ext::/, ''), call)
    walk.findings.note('network', 'clone', from.text, { host: hostOf(from.text) })
  }
  for (const value of optionValues(options, 'u', 'upload-pack', 'receive-pack')) runOption(value.text, call)
  for (const value of optionValues(options, 'c', 'config')) noteConfig(value.text, call)
  for (const path of optionValues(options, 'separate-git-dir')) writeFile(path, walk)
  const folder = /([^/:]+?)(\.git)?\/?$/.exec(from?.text ?? '')?.[1]
  const into = to ?? (folder === undefined ? undefined : literal(folder))
  if (into !== undefined) {
    writeFile(into, walk)
    walk.shared.downloaded.add(placeOfPath(into, walk).path)
  }
  return printsUnknown()
}

export function remote(call: Call, options: Options): Stream {
  const action = options.operands[0]?.text
  const reads = action === undefined || /^(show|get-url|-v)$/.test(action)
  const url = options.operands.at(-1)?.text ?? ''
  if (/^ext::/.test(url)) runOption(url.slice(5), call)
  call.walk.findings.note('git', reads ? 'inspect' : 'remote', `git remote ${join(call.args).text}`)
  return printsUnknown()
}

/** What runs a program wherever it stands, and changes that are made to another repository. */
export function watch(call: Call, options: Options): void {
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
  const reaches = call.args.some(({ text }) =>
    /^(fetch|pull|ls-remote|submodule|remote|subtree|request-pull)$/.test(text),
  )
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
