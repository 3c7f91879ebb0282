import { expandOne } from './expand.js'
import type { Redirect } from './parse.js'
import { placeOfPath, substituteIn } from './walk.js'
import type { Walk } from './walk.js'
import { isKnown, TAINT, UNKNOWN } from './value.js'
import type { Stream, Value } from './value.js'
import { isSecretPath, mayMatchSecret } from './secret.js'

const READS = new Set(['<', '<>'])
const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '<>'])

/** Notes what redirections write and read; returns what the command reads as its input. */
export function redirect(
  redirects: readonly Redirect[],
  walk: Walk,
  command: string,
  stdin: Stream | undefined,
): Stream | undefined {
  let input = stdin
  for (const one of redirects) {
    if (one.body !== undefined) {
      const body = expandOne(one.body, walk.state, substituteIn(walk))
      input = { text: isKnown(body) ? body.text : undefined, taint: body.taint }
      continue
    }
    if (one.target === undefined) continue
    const target = expandOne(one.target, walk.state, substituteIn(walk))
    if (isDescriptor(one.operator, target)) continue
    if (isSocket(target, command, walk)) continue
    if (one.operator === '>&' || WRITES.has(one.operator)) noteWrite(target, one.operator, walk)
    if (READS.has(one.operator)) input = readFile(target, walk)
  }
  return input
}

function isDescriptor(operator: string, target: Value): boolean {
  return (operator === '>&' || operator === '<&') && /^(\d*-?|\u0000)$/.test(target.text)
}

/** bash's own sockets: `> /dev/tcp/host/port`. */
function isSocket(target: Value, command: string, walk: Walk): boolean {
  if (!/^\/dev\/(tcp|udp)(\/|$)/.test(target.text)) return false
  walk.findings.note('network', 'raw-socket', target.text.replaceAll(UNKNOWN, '?'), { command })
  return true
}

function noteWrite(target: Value, operator: string, walk: Walk): void {
  const fact = placeOfPath(target, walk)
  // A process substitution: what is written goes to the command in it, which is walked on its own.
  if (target.text.startsWith('/dev/fd/63')) return
  walk.findings.path('write', fact, { append: operator.endsWith('>>') })
  walk.shared.written.add(fact.path)
}

/** Reads a file for a command: the finding, and the taint that its contents carry. */
export function readFile(target: Value, walk: Walk): Stream {
  if (target.text.startsWith('/dev/fd/63')) return { text: undefined, taint: target.taint }
  const fact = placeOfPath(target, walk)
  const hidden = (target.taint & (TAINT.decoded | TAINT.network)) !== 0
  walk.findings.path('read', fact, {
    hidden: hidden || (target.glob && mayMatchSecret(fact.segments)),
    fromEnvironment: (target.taint & TAINT.environment) !== 0,
  })
  const downloaded = walk.shared.downloaded.has(fact.path) ? TAINT.network : 0
  const secret = isSecretPath(fact.path) ? TAINT.secret : 0
  if (fact.path === '/dev/null') return { text: '', taint: 0 }
  return { text: undefined, taint: TAINT.file | downloaded | secret | (target.taint & TAINT.network) }
}
