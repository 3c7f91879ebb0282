import { writeFile } from '../invoke.js'
import { optionValues } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { readFile } from '../redirect.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { noteBuilt, runsOther } from './built.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'

/** Compilers whose program is called like its source. */
const NAMED_AFTER_SOURCE = /^(rustc|ghc|crystal|nim|valac|dmd|ldc2|fpc|swiftc|v)$/

/** Compilers write one file, and some of their options run others' code. */
function compile(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const runs =
    runsOther(call.name, call.args) ||
    call.args.some(({ text: arg }) =>
      /^((-C|--codegen)?=?(linker|link-args?|codegen-backend)=|-(wrapper|B|fplugin|specs|fuse-ld=\/|Xclang|load|plugin|iplugindir|T|processor|processorpath|Xplugin\S*|J-\w+|-plugin|Wl,\S*plugin)|@(\/|~|\.\.))/.test(
        arg,
      ),
    )
  call.walk.findings.note('execute', runs ? 'option' : 'build', text)
  const outputs = optionValues(options, 'o')
  const [source] = options.operands
  const named = NAMED_AFTER_SOURCE.test(call.name)
    ? (source?.text ?? 'a').replace(/^.*\/|\.\w+$/g, '')
    : 'a.out'
  for (const output of outputs) writeFile(output, call.walk)
  const others = call.args.filter((arg) => !outputs.includes(arg))
  if (!runs) noteForeign(text, { ...call, args: others })
  if (!runs) noteBuilt(call, outputs.length > 0 ? outputs : [literal(named)], options.operands)
  return printsUnknown()
}

/** ldd may run what it looks at: harmless for what the project has built. */
function loader(call: Call, options: Options): Stream {
  for (const file of options.operands) {
    const { zone, path } = placeOfPath(file, call.walk)
    readFile(file, call.walk)
    if (!/^(project|system)$/.test(zone)) call.walk.findings.note('execute', 'elsewhere', `ldd ${path}`)
  }
  call.walk.findings.note('shell', 'inspect', 'ldd')
  return printsUnknown()
}

/** m4 runs what `syscmd` says. */
function macros(call: Call): undefined {
  const told = `${join(call.args).text} ${call.stdin?.text ?? ''}`
  if (/syscmd/.test(told)) call.walk.findings.note('execute', 'option', `m4 ${told}`)
  else if (call.stdin !== undefined && call.stdin.text === undefined)
    call.walk.findings.note('execute', 'stdin', '… | m4')
  return undefined
}

/** What makes programs and papers of their sources, one file at a time. */
export const COMPILERS: SpecTable = {
  ...each(
    'gcc g++ cc c++ clang clang++ gfortran nasm yasm ld nm objdump readelf strip as objcopy ranlib size addr2line c++filt javac kotlinc scalac groovyc ghc ocamlc ocamlopt nvcc emcc em++ tcc swiftc dmd ldc2 gdc nim crystal v valac fpc rustc',
    {
      takes: 'o I L l D x',
      handle: compile,
    },
  ),
  ...each('latexmk pdflatex xelatex lualatex latex tex tectonic', {
    act: 'execute/build',
    singleDash: true,
    options: { 'shell-escape enable-write18 e pdflatex latex lualatex xelatex r Z': 'execute/option' },
  }),
  ldd: { handle: loader },
  ...each('otool dyldinfo lipo elfdump dumpbin', { act: 'shell/inspect', operands: 'read' }),
  m4: { act: 'execute/build', takes: 'D define I include U', handle: macros },
}
