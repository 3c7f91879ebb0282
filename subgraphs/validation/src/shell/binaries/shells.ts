import { originOf } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import { copyState } from '../state.js'
import { isKnown, join } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import { runPiped, runScriptFile, SHELLS } from './script-files.js'
import type { Call, SpecTable } from './spec.js'

/** Runs text that is known to be code for a shell, and says so when it is not known. */
function runCode(value: Value, walk: Walk, stdin: Stream | undefined): Stream {
  const origin = originOf(value.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, value.text)
  else if (!isKnown(value)) walk.findings.note('execute', 'dynamic', value.text)
  return runText(value.text, walk, stdin)
}

/** What stands behind the text is `$0`, `$1`, … in it. */
function withPositional(walk: Walk, words: readonly Value[]): Walk {
  if (words.length === 0) return walk
  const state = copyState(walk.state)
  for (const [i, word] of words.slice(0, 10).entries()) state.variables.set(String(i), [word])
  state.variables.set('@', words.slice(1))
  state.variables.set('*', words.slice(1))
  return { ...walk, state }
}

/** sh and its relatives: `-c text`, a file, or what is piped in. */
function shell(call: Call): Stream {
  const { walk, args, stdin } = call
  const takes = new Set(['o', 'O', 'rcfile', 'init-file'])
  const at = args.findIndex((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(arg.text))
  if (at !== -1) {
    const code = args.slice(at + 1).find((arg) => !/^[-+][a-zA-Z]+$/.test(arg.text))
    if (code !== undefined)
      return runCode(code, withPositional(walk, args.slice(args.indexOf(code) + 1)), stdin)
  }
  const options = readOptions(args, { takes, stopAtOperand: true })
  if (hasOption(options, 'version', 'help')) {
    walk.findings.note('shell', 'inspect', call.name)
    return printsUnknown()
  }
  for (const file of optionValues(options, 'rcfile', 'init-file'))
    walk.findings.note('execute', 'file', file.text, { zone: 'unknown' })
  const [file] = options.operands
  const piped = stdin !== undefined && /^\/dev\/(stdin|fd\/0)$|^\/proc\/self\/fd\/0$/.test(file?.text ?? '')
  if (file !== undefined && !hasOption(options, 's') && file.text !== '-' && !piped) {
    if (hasOption(options, 'n')) walk.findings.note('shell', 'inspect', `${call.name} -n`)
    else runScriptFile(file, call, 'shell-file')
    return printsUnknown()
  }
  return runPiped(call)
}

function powershell(call: Call): Stream {
  const text = join(call.args)
  const hidden = /-e(nc(odedcommand)?)?\b/i.test(text.text) || /FromBase64String/i.test(text.text)
  const downloads =
    /(iex|invoke-expression)/i.test(text.text) &&
    /(downloadstring|invoke-webrequest|iwr|irm|invoke-restmethod)/i.test(text.text)
  call.walk.findings.note('execute', hidden ? 'decoded' : downloads ? 'download' : 'inline', text.text)
  return printsUnknown()
}

/** What runs shell text. */
export const SHELL: SpecTable = {
  ...each([...SHELLS].join(' '), { handle: shell }),
  ...each('pwsh powershell powershell.exe', { handle: powershell }),
  ...each('cmd cmd.exe wsl', { act: 'execute/interactive' }),
}
