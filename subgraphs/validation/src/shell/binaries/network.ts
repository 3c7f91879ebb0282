import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { writeFile } from '../invoke.js'
import { isKnown, join, literal, TAINT, taintOf } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, QUIET, runText } from '../walk.js'
import { each } from './each.js'
import { hostOf } from './host.js'
import { openssl } from './openssl.js'
import type { Call, SpecTable } from './spec.js'

const CURL_TAKES =
  'X request H header d data data-raw data-binary data-urlencode data-ascii json F form form-string T upload-file o output O-dummy u user A user-agent e referer b cookie c cookie-jar x proxy U proxy-user m max-time connect-timeout retry retry-delay retry-max-time w write-out K config E cert key cacert capath url D dump-header r range z time-cond resolve interface unix-socket abstract-unix-socket connect-to doh-url socks5-hostname engine output-dir Q quote C continue-at limit-rate max-redirs t trace trace-ascii stderr preproxy socks5 netrc-file dns-servers'

function curl(call: Call): Stream {
  const options = readOptions(call.args, { takes: new Set(CURL_TAKES.split(' ')) })
  const { walk } = call
  const urls = [...options.operands, ...optionValues(options, 'url')]
  for (const config of optionValues(options, 'K', 'config')) {
    readFile(config, walk)
    walk.findings.note('execute', 'option', `${call.name} -K ${config.text}`)
  }
  if (urls.length === 0) return told(call)
  noteCurl(options, call)
  const bodies = optionValues(
    options,
    'd',
    'data',
    'data-raw',
    'data-binary',
    'data-urlencode',
    'data-ascii',
    'json',
    'F',
    'form',
    'form-string',
    'T',
    'upload-file',
  )
  const method =
    optionValues(options, 'X', 'request').at(-1)?.text.toUpperCase() ??
    (bodies.length > 0 ? 'POST' : hasOption(options, 'I', 'head') ? 'HEAD' : 'GET')
  let taint = taintOf([...urls, ...optionValues(options, 'H', 'header', 'A', 'b', 'cookie', 'u', 'user')])
  for (const body of bodies) taint |= bodyTaint(body, call, options)
  const sends = bodies.length > 0 || !/^(GET|HEAD|OPTIONS)$/.test(method)
  const remote = hasOption(options, 'O', 'remote-name', 'remote-name-all')
  const kept = [
    ...optionValues(options, 'o', 'output').filter(({ text }) => !SHOWN.test(text)),
    ...(remote ? urls.map((url) => literal(nameOf(url.text))) : []),
  ]
  for (const url of urls) noteRequest(url, { method, sends, taint, tool: call.name, kept }, call)
  const outputs = optionValues(
    options,
    'o',
    'output',
    'D',
    'dump-header',
    'c',
    'cookie-jar',
    'trace',
    'trace-ascii',
    'stderr',
  )
  for (const output of outputs) download(output, call)
  if (remote) for (const url of urls) download(literal(nameOf(url.text)), call)
  return printsUnknown(TAINT.network)
}

/** Options of curl that do something besides asking. */
function noteCurl(options: Options, call: Call): void {
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  // The user's own passwords go along.
  if (hasOption(options, 'n', 'netrc', 'netrc-file', 'netrc-optional'))
    findings.note('secrets', 'credentials', text)
  for (const value of optionValues(options, 'w', 'write-out')) {
    const written = /%output\{(?:>>)?([^}]+)\}/.exec(value.text)?.[1]
    if (written !== undefined) writeFile(literal(written), call.walk)
  }
  if (hasOption(options, 'engine')) findings.note('execute', 'option', text)
  const sockets = optionValues(options, 'unix-socket', 'abstract-unix-socket')
  if (sockets.some((socket) => /(docker|podman|containerd|crio)[\w.-]*\.sock$/.test(socket.text)))
    findings.note('privilege', 'container-escape', text)
  if (
    optionValues(options, 'x', 'proxy', 'preproxy', 'socks5', 'resolve', 'connect-to', 'doh-url').length > 0
  )
    findings.note('network', 'redirected', text)
}

function bodyTaint(body: Value, call: Call, options: Options): number {
  const file = /(?:^|=)@(.+)$/s.exec(body.text)?.[1] ?? /(?:^|=)<(.+)$/s.exec(body.text)?.[1]
  const uploaded = optionValues(options, 'T', 'upload-file').includes(body) ? body.text : file
  if (uploaded === '-' || (uploaded === undefined && body.text === '@-'))
    return body.taint | (call.stdin?.taint ?? 0)
  if (uploaded === undefined) return body.taint
  return body.taint | readFile({ ...body, text: uploaded }, call.walk).taint
}

interface Request {
  /** Files that what comes is kept in. */
  readonly kept: readonly Value[]
  readonly method: string
  readonly sends: boolean
  readonly taint: number
  readonly tool: string
}

/** Where a download is shown, not kept. */
const SHOWN = /^(-|\/dev\/(null|stdout))$/

/** The names under which a download is kept, when all of them lie in the project: the policy knows which are data. */
function keptNames(kept: readonly Value[], call: Call): string[] {
  const facts = kept.map((file) => placeOfPath(file, call.walk))
  const own = facts.every(({ zone, dynamic }) => (zone === 'project' || zone === 'temp') && !dynamic)
  return own ? facts.map(({ name }) => name) : []
}

function noteRequest(url: Value, { method, sends, taint, tool, kept }: Request, call: Call): void {
  const { findings } = call.walk
  const host = hostOf(url.text)
  if (/^(file|dict|gopher|ldap|scp|sftp|ftp|telnet|smb):/i.test(url.text)) {
    if (/^file:/i.test(url.text))
      readFile({ ...url, text: url.text.replace(/^file:\/\/[^/]*/i, '') }, call.walk)
    else findings.note('network', 'odd-protocol', url.text)
  }
  if (/^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0):?/.test(host) && /:237[56](\/|$)/.test(url.text))
    findings.note('privilege', 'container-escape', `${tool} ${url.text}`)
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
    destroys: sends && DESTROYING.test(url.text),
    dynamic: !isKnown(url),
  })
}

/** Addresses whose words say that what is sent there ends something. */
const DESTROYING =
  /[/_-](delete\w*|drop|destroy|purge|wipe|flush\w*|truncate|shutdown|reset|erase|terminate|kill|clear)([/_?-]|$)/i

function download(target: Value, call: Call): void {
  if (target.text === '-') return
  writeFile(target, call.walk)
  call.walk.shared.downloaded.add(placeOfPath(target, call.walk).path)
}

function nameOf(url: string): string {
  return (
    url
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) || 'index.html'
  )
}

function told(call: Call): Stream {
  call.walk.findings.note('shell', 'inspect', call.name)
  return QUIET
}

function wget(call: Call): Stream {
  const takes =
    'O output-document o output-file a append-output P directory-prefix U user-agent header post-data post-file method body-data body-file user password e execute i input-file input-metalink t tries T timeout w wait l level A R D Q limit-rate use-askpass'
  const options = readOptions(call.args, { takes: new Set(takes.split(' ')) })
  const { walk } = call
  const listed = optionValues(options, 'i', 'input-file', 'input-metalink')
  for (const file of listed) {
    if (file.text !== '-') readFile(file, walk)
    walk.findings.note('network', 'download-tool', `wget -i ${file.text}`)
  }
  if (options.operands.length === 0 && listed.length === 0) return told(call)
  let taint = taintOf([...optionValues(options, 'post-data', 'body-data', 'header', 'user', 'password')])
  for (const file of optionValues(options, 'post-file', 'body-file')) taint |= readFile(file, walk).taint
  const sends = hasOption(options, 'post-data', 'post-file', 'body-data', 'body-file')
  const outputs = optionValues(options, 'O', 'output-document')
  const [directory] = optionValues(options, 'P', 'directory-prefix')
  const keeps =
    !hasOption(options, 'spider') &&
    !outputs.some(({ text }) => SHOWN.test(text)) &&
    !call.args.some(({ text }) => /^-q?O-$/.test(text))
  // A whole site: its names are not known.
  const many = hasOption(options, 'r', 'recursive', 'm', 'mirror', 'p', 'page-requisites')
  for (const url of options.operands) {
    const named = outputs.length > 0 ? outputs : [literal(`${directory?.text ?? '.'}/${nameOf(url.text)}`)]
    const kept = keeps ? (many ? [literal('site')] : named) : []
    noteRequest(url, { method: sends ? 'POST' : 'GET', sends, taint, tool: 'wget', kept }, call)
  }
  for (const value of optionValues(options, 'e', 'execute'))
    walk.findings.note('execute', 'option', value.text)
  if (hasOption(options, 'use-askpass')) walk.findings.note('execute', 'option', 'wget --use-askpass')
  for (const output of outputs) if (!/^(-|\/dev\/stdout)$/.test(output.text)) download(output, call)
  for (const log of optionValues(options, 'o', 'output-file', 'a', 'append-output')) writeFile(log, walk)
  if (outputs.length === 0 && !hasOption(options, 'spider')) {
    for (const url of options.operands)
      download(literal(`${directory?.text ?? '.'}/${nameOf(url.text)}`), call)
  }
  return printsUnknown(TAINT.network)
}

/** Downloaders keep what they fetch under the name it has in the URL, unless they are told another. */
function downloader(call: Call, options: Options): Stream {
  const { walk } = call
  walk.findings.note('network', 'download-tool', `${call.name} ${join(call.args).text}`)
  for (const config of optionValues(options, 'i', 'input-file')) readFile(config, walk)
  if (call.args.some(({ text }) => /^--(on-\w+|hook|event-poll)/.test(text)))
    walk.findings.note('execute', 'option', `${call.name} ${join(call.args).text}`)
  const named = optionValues(options, 'o', 'out')
  for (const output of named) download(output, call)
  if (named.length === 0) for (const url of options.operands) download(literal(nameOf(url.text)), call)
  return printsUnknown(TAINT.network)
}

/** HTTPie: `http POST host field=value`. */
function httpie(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['a', 'auth', 'o', 'output', 'A', 'timeout', 'b']),
  })
  const [first, second] = options.operands
  const method = /^[A-Z]+$/.test(first?.text ?? '') ? (first?.text ?? 'GET') : 'GET'
  const url = method === first?.text ? second : first
  const sends =
    options.operands.some((arg) => /[^=:]=|:=|@/.test(arg.text) && arg !== url) || call.stdin !== undefined
  const taint = taintOf(options.operands) | (call.stdin?.taint ?? 0)
  if (url !== undefined)
    noteRequest(
      url,
      {
        method,
        sends: sends || !/^(GET|HEAD)$/.test(method),
        taint,
        tool: call.name,
        kept: optionValues(options, 'o', 'output'),
      },
      call,
    )
  for (const output of optionValues(options, 'o', 'output')) download(output, call)
  return printsUnknown(TAINT.network)
}

function netcat(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['e', 'c', 'p', 's', 'w', 'exec', 'sh-exec', 'i', 'X', 'x', 'lua-exec']),
  })
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  if (hasOption(options, 'e', 'c', 'exec', 'sh-exec', 'lua-exec'))
    findings.note('network', 'reverse-shell', text)
  else if (hasOption(options, 'l', 'listen')) findings.note('network', 'listen', text)
  else if (hasOption(options, 'z'))
    findings.note('network', 'probe', text, { host: options.operands[0]?.text.toLowerCase() ?? '?' })
  else findings.note('network', 'raw-connection', text)
  if (((call.stdin?.taint ?? 0) & (TAINT.secret | TAINT.file)) !== 0)
    findings.note('network', 'exfiltrate', text, { host: options.operands[0]?.text ?? '?' })
  return printsUnknown(TAINT.network)
}

function socat(call: Call): Stream {
  const text = join(call.args).text
  call.walk.findings.note(
    'network',
    /exec:|system:/i.test(text) ? 'reverse-shell' : 'tunnel',
    `socat ${text}`,
  )
  return printsUnknown(TAINT.network)
}

/** scp, rsync: what goes to another machine leaves this one. */
function remoteCopy(call: Call): Stream {
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
    return QUIET
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
  return QUIET
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

/** Name lookups carry their argument to somebody else's server. */
function lookup(call: Call): Stream {
  const all = join(call.args)
  if (!isKnown(all) || (all.taint & (TAINT.secret | TAINT.file)) !== 0) {
    call.walk.findings.note(
      'network',
      (all.taint & (TAINT.secret | TAINT.file)) !== 0 ? 'exfiltrate' : 'lookup-dynamic',
      `${call.name} ${all.text}`,
    )
  } else call.walk.findings.note('network', 'lookup', `${call.name} ${all.text}`)
  return printsUnknown(TAINT.network)
}

export const NETWORK: SpecTable = {
  ...each('curl curlie', { handle: curl }),
  ...each('wget wget2', { handle: wget }),
  ...each('http https xh', { handle: httpie }),
  ...each('aria2c axel lwp-download fetch', { takes: 'o out d dir x s j i input-file', handle: downloader }),
  ...each('lynx links w3m elinks youtube-dl yt-dlp lwp-request GET', {
    act: 'network/download-tool',
    prints: TAINT.network,
  }),
  ...each('nc ncat netcat', { handle: netcat }),
  socat: { handle: socat },
  ...each('scp rsync', { handle: remoteCopy }),
  ...each('sftp ftp tftp lftp telnet mosh rsh rlogin', {
    act: 'network/remote-shell',
    prints: TAINT.network,
  }),
  ...each('ping ping6 dig nslookup host traceroute tracepath mtr drill', { handle: lookup }),
  whois: { handle: lookup },
  ...each(
    'nmap masscan zmap nikto sqlmap hydra john hashcat msfconsole msfvenom aircrack-ng tcpdump tshark wireshark ettercap',
    { act: 'network/scan' },
  ),
  ...each('ngrok cloudflared localtunnel lt bore frpc chisel', { act: 'network/tunnel' }),
  ...each('iptables ip6tables nft ufw firewall-cmd pfctl ipset', {
    act: 'network/firewall',
    options: { 'L list S': 'shell/inspect' },
  }),
  ip: {
    act: 'network/configure',
    takes: 'n netns',
    subcommands: { ...each('addr a address link l route r neigh n rule', { handle: ipShow }) },
  },
  networksetup: { act: 'network/configure' },
  openssl: { handle: openssl },
  ...each('ssh-copy-id ssh-agent', { act: 'secrets/credentials' }),
  // Fingerprints and public halves are for showing.
  'ssh-keygen': {
    act: 'secrets/credentials',
    takes: 'f t b C N P F R E I n s V w O',
    options: { 'l B F': 'shell/inspect' },
  },
  'ssh-add': { act: 'secrets/credentials', options: { 'l L': 'shell/inspect' } },
  'ssh-keyscan': { act: 'network/probe' },
  ...each('gpg gpg2 age sops pass vault op bw keyring security', {
    act: 'secrets/credentials',
    options: { 'version h help': 'shell/inspect' },
  }),
  ...each('mail mailx sendmail mutt msmtp', { act: 'network/send-mail' }),
}

function ipShow(call: Call): Stream {
  const changes = call.args.some((arg) => /^(add|del|delete|set|change|replace|flush|append)$/.test(arg.text))
  call.walk.findings.note(
    changes ? 'network' : 'shell',
    changes ? 'configure' : 'inspect',
    `${call.name} ${join(call.args).text}`,
  )
  return QUIET
}
