import { writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { join, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { hostOf } from './host.js'
import type { Call } from './spec.js'

/** Stands for a text that is not known to be short. */
const MAX_WORD = 8_192

const TAKES = new Set(
  'in out inform outform key inkey CAkey CA CAfile CApath signkey certfile untrusted passin passout pass k K kfile iv config engine provider provider-path rand writerand connect servername sign verify prverify signature digest days subj set_serial extfile extensions nameopt checkend checkhost cert trusted macopt mac S md sigopt purpose'.split(
    ' ',
  ),
)
/** What only prints something of what it is given; a certificate is made to be shown. */
const SHOWS =
  /^(version|x509|verify|dgst|rand|ciphers|list|sha\d*|md5|crl|asn1parse|help|speed|errstr|prime)$/
const SHOWS_CERTIFICATES = /^(x509|verify|crl)$/

/** openssl: one command that shows certificates, hashes, encrypts, makes keys and talks to servers. */
export function openssl(call: Call): Stream {
  const { findings } = call.walk
  const sub = call.args[0]?.text ?? ''
  const options = readOptions(call.args.slice(1), { takes: TAKES, singleDash: true })
  const text = `openssl ${join(call.args).text}`
  const read = noteFiles(sub, options, call)
  if (hasOption(options, 'engine', 'provider', 'provider-path', 'config') && sub !== 'version')
    findings.note('execute', 'option', text)
  if (hasOption(options, 'sign', 'signkey', 'key', 'inkey', 'CAkey', 'passin', 'passout') && SHOWS.test(sub))
    findings.note('secrets', 'credentials', text)
  if (SHOWS.test(sub)) findings.note('shell', 'inspect', text)
  else if (sub === 's_client' && (call.stdin?.text?.length ?? MAX_WORD) <= 2) {
    const host = hostOf(optionValues(options, 'connect')[0]?.text ?? '?')
    findings.note('network', 'fetch', text, { host, method: 'HEAD', carries: false, dynamic: host === '?' })
  } else if (/^(s_client|s_server)$/.test(sub)) findings.note('network', 'raw-connection', text)
  else if (/^(enc|base64)$/.test(sub)) findings.note('shell', 'encrypt', text)
  else findings.note('secrets', 'credentials', text)
  const network = sub === 's_client' ? TAINT.network : 0
  const decodes = hasOption(options, 'd', 'base64') ? TAINT.decoded : 0
  const noise = sub === 'rand' && !hasOption(options, 'hex', 'base64') ? TAINT.noise : 0
  return printsUnknown((call.stdin?.taint ?? 0) | read | network | decodes | noise)
}

/** The files that it reads and writes, whichever command it is. */
function noteFiles(sub: string, options: Options, { walk }: Call): number {
  let taint = 0
  const inputs = [
    ...optionValues(options, 'in', 'kfile', 'rand'),
    ...(sub === 'rand' ? [] : options.operands),
  ]
  for (const file of inputs)
    if (!(SHOWS_CERTIFICATES.test(sub) && /\.(pem|crt|cer)$/.test(file.text) && !/key/i.test(file.text)))
      taint |= readFile(file, walk).taint
  for (const value of optionValues(options, 'key', 'inkey', 'sign', 'signkey', 'CAkey'))
    taint |= readFile(value, walk).taint
  for (const file of optionValues(options, 'out', 'writerand')) writeFile(file, walk)
  return taint
}
