import { writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { join, literal, TAINT, taintOf } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown } from '../walk.js'
import { download, nameOf, noteRequest, SHOWN, told } from './request.js'
import type { Call } from './spec.js'

const CURL_TAKES =
  'X request H header d data data-raw data-binary data-urlencode data-ascii json F form form-string T upload-file o output O-dummy u user A user-agent e referer b cookie c cookie-jar x proxy U proxy-user m max-time connect-timeout retry retry-delay retry-max-time w write-out K config E cert key cacert capath url D dump-header r range z time-cond resolve interface unix-socket abstract-unix-socket connect-to doh-url socks5-hostname engine output-dir Q quote C continue-at limit-rate max-redirs t trace trace-ascii stderr preproxy socks5 netrc-file dns-servers'

export function curl(call: Call): Stream {
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
  let taint = taintOf([
    ...urls,
    ...optionValues(options, 'H', 'header', 'A', 'user-agent', 'e', 'referer', 'b', 'cookie', 'u', 'user'),
  ])
  for (const body of bodies) taint |= bodyTaint(body, call, options)
  const sends = bodies.length > 0 || !/^(GET|HEAD|OPTIONS)$/.test(method)
  const remote = hasOption(options, 'O', 'remote-name', 'remote-name-all')
  const kept = [
    ...optionValues(options, 'o', 'output').filter(({ text }) => !SHOWN.test(text)),
    ...(remote ? urls.map((url) => literal(nameOf(url.text))) : []),
  ]
  const body = bodies.map(({ text }) => (text === '@-' ? (call.stdin?.text ?? '') : text)).join(' ')
  for (const url of urls) noteRequest(url, { method, sends, taint, tool: call.name, kept, body }, call)
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
    optionValues(
      options,
      'x',
      'proxy',
      'proxy1.0',
      'preproxy',
      'socks4',
      'socks4a',
      'socks5',
      'socks5-hostname',
      'resolve',
      'connect-to',
      'doh-url',
      'dns-servers',
      'dns-interface',
      'haproxy-clientip',
    ).length > 0
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
