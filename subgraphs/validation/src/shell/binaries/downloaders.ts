import { writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { join, literal, TAINT, taintOf } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { download, nameOf, noteRequest, SHOWN, told } from './request.js'
import type { Call } from './spec.js'

export function wget(call: Call): Stream {
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
export function downloader(call: Call, options: Options): Stream {
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
export function httpie(call: Call): Stream {
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
