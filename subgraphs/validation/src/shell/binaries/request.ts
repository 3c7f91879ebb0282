import { writeFile } from '../invoke.js'
import { readFile } from '../redirect.js'
import { isKnown, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { hostOf } from './host.js'
import type { Call } from './spec.js'

interface Request {
  /** Files that what comes is kept in. */
  readonly kept: readonly Value[]
  readonly method: string
  readonly sends: boolean
  readonly taint: number
  readonly tool: string
  /** What is sent, as far as it is known. */
  readonly body?: string
}

/** Where a download is shown, not kept. */
export const SHOWN = /^(-|\/dev\/(null|stdout))$/

/** The names under which a download is kept, when all of them lie in the project: the policy knows which are data. */
function keptNames(kept: readonly Value[], call: Call): string[] {
  const facts = kept.map((file) => placeOfPath(file, call.walk))
  const own = facts.every(({ zone, dynamic }) => (zone === 'project' || zone === 'temp') && !dynamic)
  return own ? facts.map(({ name }) => name) : []
}

export function noteRequest(
  url: Value,
  { method, sends, taint, tool, kept, body = '' }: Request,
  call: Call,
): void {
  const { findings } = call.walk
  const host = hostOf(url.text)
  if (/^(file|dict|gopher|ldap|scp|sftp|ftp|telnet|smb):/i.test(url.text)) {
    if (/^file:/i.test(url.text))
      readFile({ ...url, text: url.text.replace(/^file:\/\/[^/]*/i, '') }, call.walk)
    else findings.note('network', 'odd-protocol', url.text)
  }
  if (/^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0):?/.test(host) && /:237[56](\/|$)/.test(url.text))
    findings.note('privilege', 'container-escape', `${tool} ${url.text}`)
  // The guard's own administration is not an agent's business, whoever answers for it.
  if (GOVERNS.test(`${url.text} ${body}`)) findings.note('secrets', 'guard', `${tool} ${url.text}`)
  const all = taint | url.taint
  if ((all & TAINT.secret) !== 0) findings.note('network', 'exfiltrate', `${tool} ${url.text}`, { host })
  const carries = (all & (TAINT.file | TAINT.environment)) !== 0
  findings.note('network', sends ? 'send' : 'fetch', `${method} ${url.text}`, {
    host,
    method,
    carries,
    saves: kept.length > 0,
    files: keptNames(kept, call),
    secure: /^https:/i.test(url.text),
    destroys: sends && (DESTROYING.test(url.text) || endsMuch(method, url.text)),
    dynamic: !isKnown(url),
  })
}

/** Operations by which policies, flags and experts' verdicts are changed. */
const GOVERNS =
  /\b(draftPolicy|publishPolicy|startPolicyCanary|stopPolicyCanary|rollbackPolicy|setFlag|rollbackFlags)\b/

/** Ports of databases, brokers, registries and clusters, whose own interfaces change more than one thing. */
const CONTROLS =
  /^(?:https?:\/\/)?[^/]*:(9200|9201|5984|8500|8200|2379|237[56]|8086|15672|6333|7700|8123|8983|9090|9093|4646|8001|6443|10250|8083|9091|2019|9901|5601)(\/|$)/
/** What many things go by. */
const SETTINGS =
  /^(polic(y|ies)|rules?|guards?|flags?|settings|config(uration)?|permissions?|roles?|hooks?|admin|system)$/i
/** A service of this machine is told to end, or to replace, more than one thing that the address names. */
function endsMuch(method: string, url: string): boolean {
  if (!/^(DELETE|PUT|PATCH)$/.test(method)) return false
  const segments = url
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(1)
    .filter((segment) => segment !== '')
  const last = segments.at(-1) ?? ''
  return (
    CONTROLS.test(url) ||
    segments.some((segment) => SETTINGS.test(segment)) ||
    segments.length === 0 ||
    /^[_*]|\*/.test(last) ||
    (method === 'DELETE' && /^[a-z_-]*s$/.test(last))
  )
}

/** Addresses whose words say that what is sent there ends something. */
const DESTROYING =
  /[/_-](delete\w*|drop|destroy|purge|wipe|flush\w*|truncate|shutdown|reset|erase|terminate|kill|clear)([/_?-]|$)/i

export function download(target: Value, call: Call): void {
  if (target.text === '-') return
  writeFile(target, call.walk)
  call.walk.shared.downloaded.add(placeOfPath(target, call.walk).path)
}

export function nameOf(url: string): string {
  return (
    url
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) || 'index.html'
  )
}

export function told(call: Call): Stream {
  call.walk.findings.note('shell', 'inspect', call.name)
  return printsUnknown()
}
