import { optionValues } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { each } from './each.js'
import { runScriptFile } from './script-files.js'
import type { Call, SpecTable } from './spec.js'

/** A class or jar of the project is its script; an agent (`-javaagent`) is somebody else's code in it. */
function java(call: Call, options: Options): Stream {
  const { walk } = call
  if (call.args.every(({ text }) => /^--?(version|help|h)$/.test(text))) return printsUnknown()
  const agents = call.args.some(({ text }) =>
    /^-(javaagent|agentlib|agentpath|Xrun|Xbootclasspath|XX:(On\w+|Flags|VMOptionsFile)=)|^@/.test(text),
  )
  const [jar] = optionValues(options, 'jar')
  const paths = optionValues(options, 'cp', 'classpath', '-class-path').flatMap(({ text }) => text.split(':'))
  const [main] = options.operands
  const at = jar === undefined && main !== undefined ? call.args.indexOf(main) : call.args.length
  const own = call.args.slice(0, at).filter(({ text }) => /^-[^c]\S*[=:]/.test(text))
  noteForeign('java', { ...call, args: own })
  if (agents) walk.findings.note('execute', 'option', `java ${join(call.args).text}`)
  else if (jar !== undefined) runScriptFile(jar, call, 'script')
  else if (main !== undefined && /\.java$/.test(main.text)) runScriptFile(main, call, 'script')
  else if (paths.length > 0)
    for (const path of paths) runScriptFile(literal(path === '.' ? './?*' : path), call, 'script')
  else walk.findings.note('execute', 'module', `java ${join(call.args).text}`)
  return printsUnknown()
}

/** deno asks for every right that a script is not given. */
function denoRun(call: Call, options: Options): Stream {
  const [file] = options.operands
  if (file === undefined || /^(https?|npm|jsr):/.test(file.text))
    call.walk.findings.note('packages', 'run-remote', `deno run ${file?.text}`)
  else runScriptFile(file, { ...call, name: 'deno' }, 'script')
  return printsUnknown()
}

function editor(call: Call): Stream {
  for (const arg of call.args) {
    const command = /^(?:\+|-c\s*)?:?!(.*)$/.exec(arg.text)?.[1]
    if (command !== undefined) runText(command, call.walk, undefined)
  }
  return printsUnknown(TAINT.file)
}

/** Programs that run others' code in ways of their own. */
export const RUNTIMES: SpecTable = {
  deno: {
    act: 'execute/module',
    subcommands: {
      ...each('test lint fmt check doc bench coverage types compile cache', 'execute/test'),
      info: 'shell/inspect',
      eval: 'execute/inline',
      run: { takes: 'config import-map lock', handle: denoRun },
      install: 'packages/install',
      task: 'packages/run-script',
    },
  },
  java: {
    singleDash: true,
    takes: 'jar cp classpath -class-path m -module p -module-path',
    options: { 'version help h -version -help': 'shell/inspect' },
    handle: java,
  },
  ...each('emacs nano pico micro', {
    act: 'execute/interactive',
    options: { 'c cmd s S E e eval': 'execute/option', version: 'shell/inspect' },
    handle: editor,
  }),
  ...each('expect tclsh', { act: 'execute/interactive', options: { c: 'execute/inline' } }),
}
