import { noteForeign } from '../project-work.js'
import { isKnown, join } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown } from '../walk.js'
import { each } from './each.js'
import { language } from './interpreters.js'
import { runScriptFile } from './script-files.js'
import type { Call, SpecTable } from './spec.js'

/** What R's tools for a project are called with: they test it, check it, restore what it declares. */
const R_PLAIN =
  /^(testthat::test_(dir|file|local|package)|devtools::(test|check|document|build|load_all|lint|spell_check)|renv::(restore|status|diagnostics)|lintr::lint(_dir|_package)?|styler::style_(dir|pkg|file)|roxygen2::roxygeni[sz]e|rcmdcheck::rcmdcheck|covr::(package_coverage|report)|rmarkdown::render|knitr::knit|pkgdown::build_site|targets::tar_(make|manifest|outdated)|sessionInfo|packageVersion|R\.version\.string|R\.version|Sys\.time|print|library|installed\.packages)(\((?:[\w\s.,=]|"(?![/~]|\.\.)[^"]*"|'(?![/~]|\.\.)[^']*')*\))?$/
const JULIA_PLAIN =
  /^(using (Pkg|Test|JuliaFormatter|InteractiveUtils|Documenter)|Pkg\.(test|instantiate|status|precompile|resolve|activate)\((|"\.")\)|format\("(?!\/)[\w./]+"\)|versioninfo\(\)|println\((VERSION|"[^"$]*")\))$/

/** Inline code whose every statement is one of a list. */
function isPlain(code: Value | undefined, plain: RegExp): boolean {
  if (code === undefined || !isKnown(code)) return false
  const statements = code.text.split(/[;\n]/).map((statement) => statement.trim())
  return statements.every((statement) => statement === '' || plain.test(statement))
}

function noteTools(call: Call): Stream {
  call.walk.findings.note('execute', 'test', `${call.name} ${join(call.args).text}`)
  noteForeign(call.name, call)
  return printsUnknown()
}

const R_CODE = language({ code: 'e', tells: 'version help' })

function runR(call: Call): Stream {
  const codes = call.args.filter((_, i) => call.args[i - 1]?.text === '-e')
  if (codes.length > 0 && codes.every((code) => isPlain(code, R_PLAIN))) return noteTools(call)
  return (
    R_CODE.handle?.(call, { given: new Map(), operands: [], dynamic: false, exact: false }) ?? printsUnknown()
  )
}

function runJulia(call: Call): Stream {
  const at = call.args.findIndex(({ text }) => /^(-e|--eval|-E|--print)$/.test(text))
  const told = call.args.length > 0 && call.args.every(({ text }) => /^--?(v|version|h|help)$/.test(text))
  const [file] = call.args.filter(({ text }) => !text.startsWith('-'))
  if (at !== -1 && isPlain(call.args[at + 1], JULIA_PLAIN)) return noteTools(call)
  if (told) call.walk.findings.note('shell', 'inspect', 'julia')
  else if (at === -1 && file !== undefined) runScriptFile(file, call, 'script')
  else
    call.walk.findings.note('execute', at === -1 ? 'interactive' : 'inline', `julia ${join(call.args).text}`)
  return printsUnknown()
}

/** Languages of statistics, whose tools are called from one-line programs. */
export const STATISTICS: SpecTable = {
  ...each('Rscript', { handle: runR }),
  julia: { handle: runJulia },
}
