import type { Value } from './value.js'
import { placeOfPath } from './walk.js'
import type { Walk } from './walk.js'

/** Options that name where something is found, or what is left out: a path behind them is not written. */
const FINDS =
  /^(I|L|J|R|C|W|D\w*|f|i|isystem|iquote|sysroot|exclude\S*|ignore\S*|include\S*|prefix|root\S*|ca\S*|cert\S*|key\S*|path|cwd|chdir|conf\w*|file|input\S*|from\S*|source\S*|src\S*|lib\S*|where|search\S*|shell|bin\S*|socket|host|url|base\S*|mount\S*|v|volume|term\S*|format|pattern|regexp?|e|expression|grep|filter|query|jq|template|d|data\S*|H|header|m|message|body|title|arg\w*|set\S*|s)$/i
/** Options that name what is written. */
const WRITES =
  /^(o|out\S*|dest\S*|log\S*|save\S*|dump\S*|write\S*|trace\S*|report\S*|\S+-(out|output|log|to)|backup\S*|profile\S*)$/i

/** The longest word that is looked at: longer ones are no paths. */
const MAX_PATH = 4_096

/**
 * Tables of options have gaps, and what an unknown option does with a path of the system may be to write it. Paths
 * that the command's own rules have judged are left to them.
 */
export function noteOptionPath(args: readonly Value[], at: number, walk: Walk): void {
  const arg = args[at] as Value
  const { text } = arg
  const before = args[at - 1]?.text ?? ''
  // Most words are neither an option with a path in it nor a path behind an option.
  const dashed = text.startsWith('-')
  if (text.length > MAX_PATH || (!dashed && !before.startsWith('-'))) return
  const [, long, short, attached] = dashed
    ? (/^(?:--?([A-Za-z][\w-]*)=|-([A-Za-z]))((?:\/(?!\/)|~\/|\.\.\/)[\s\S]*)$/.exec(text) ?? [])
    : []
  const option = attached === undefined ? /^--?([A-Za-z][\w-]*)$/.exec(before)?.[1] : (long ?? short)
  const path = attached ?? (/^[/~]/.test(text) ? text : undefined)
  if (option === undefined || path === undefined) return
  const writes = WRITES.test(option)
  if (!writes && (attached === undefined || FINDS.test(option))) return
  const fact = placeOfPath({ ...arg, text: path.replace(/^~(?=\/)/, walk.place.home) }, walk)
  const reaches = /^(system|root|device)$/.test(fact.zone) || (writes && fact.zone === 'home')
  if (reaches && !walk.findings.concerns(fact.path)) walk.findings.path('option-path', fact, { option })
}
