import { writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { isKnown, join, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { hostOf } from './host.js'
import { download, told } from './request.js'
import type { Call } from './spec.js'

/** scp, rsync: what goes to another machine leaves this one. */
export function remoteCopy(call: Call): Stream {
  const takes =
    'i P o e rsh F l c S exclude include exclude-from include-from files-from bwlimit port rsync-path password-file log-file write-batch backup-dir partial-dir T temp-dir D'
  const options = readOptions(call.args, { takes: new Set(takes.split(' ')) })
  const { walk } = call
  const remote = (value: Value): boolean =>
    /^[^/.][^/]*:/.test(value.text) || /^(rsync|scp|sftp):\/\//.test(value.text)
  noteCopier(options, call)
  const sources = options.operands.slice(0, -1)
  const target = options.operands.at(-1)
  const dry = call.name === 'rsync' && hasOption(options, 'n', 'dry-run')
  if (dry && ![...sources, ...(target === undefined ? [] : [target])].some(remote)) return told(call)
  let taint = 0
  for (const source of sources) if (!remote(source)) taint |= readFile(source, walk).taint
  if (target === undefined) return told(call)
  if (remote(target)) {
    walk.findings.note(
      'network',
      (taint & TAINT.secret) !== 0 ? 'exfiltrate' : 'send',
      `${call.name} ${target.text}`,
      { host: hostOf(target.text), method: 'COPY', carries: true, dynamic: !isKnown(target) },
    )
    return printsUnknown()
  }
  if (sources.some(remote)) {
    walk.findings.note('network', 'fetch', `${call.name} ${join(sources).text}`, {
      host: hostOf(sources.find(remote)?.text ?? '?'),
      method: 'COPY',
      carries: false,
      dynamic: false,
    })
    download(target, call)
  } else writeFile(target, walk)
  if (
    hasOption(options, 'delete', 'delete-after', 'delete-before', 'delete-excluded', 'remove-source-files')
  ) {
    walk.findings.path('delete', placeOfPath(target, walk), {
      recursive: true,
      force: true,
      filtered: true,
      glob: false,
    })
  }
  return printsUnknown()
}

/** Options of scp and rsync that run a program, listen, or write besides copying. */
function noteCopier(options: Options, call: Call): void {
  const { walk } = call
  for (const value of optionValues(options, 'e', 'rsh', 'rsync-path', 'S')) {
    if (/^ssh( -[pi] \S+)*$|^(sudo )?rsync$/.test(value.text)) continue
    walk.findings.note('execute', 'option', `${call.name} ${value.text}`)
    runText(value.text, walk, undefined)
  }
  if (hasOption(options, 'daemon'))
    walk.findings.note('network', 'listen', `${call.name} ${join(call.args).text}`)
  for (const value of optionValues(
    options,
    'log-file',
    'write-batch',
    'backup-dir',
    'partial-dir',
    'T',
    'temp-dir',
  ))
    writeFile(value, walk)
  for (const value of optionValues(options, 'o'))
    if (/ProxyCommand/i.test(value.text)) walk.findings.note('execute', 'option', value.text)
}
