import { Findings } from './findings.js'
import type { Reading } from './findings.js'
import { pathFact } from './path.js'
import type { Place } from './path.js'
import { openState } from './state.js'
import { TAINT } from './value.js'
import { runText, runUncalled } from './walk.js'
import { openShared } from './whole-call.js'

/** Longest text of a command that is read: 64 KB. Longer ones are refused, not guessed at. */
export const MAX_COMMAND_BYTES = 65_536

/** Characters that show a person something else than what runs. */
const DECEPTIVE =
  /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\u0000]|\p{Script=Cyrillic}(?=\p{Script=Latin})|\p{Script=Latin}(?=\p{Script=Cyrillic})/u

/** Deceptive characters are none of these; to look for a script letter by letter costs more than to parse. */
const PLAIN = /^[\t\n\r -~]*$/

/** What a shell command would do. Pure: reads no disk, no clock, no environment; bounded in time by its input. */
export function commandEffects(command: string, place: Place): Reading {
  const findings = new Findings()
  if (Buffer.byteLength(command) > MAX_COMMAND_BYTES) {
    findings.note('shell', 'too-long', `${Buffer.byteLength(command)} bytes, more than ${MAX_COMMAND_BYTES}`)
    return findings.reading
  }
  if (!PLAIN.test(command) && DECEPTIVE.test(command)) findings.note('shell', 'deceptive-text', command)
  const walk = {
    place,
    findings,
    state: openState(place.cwd, place.home),
    depth: 0,
    inside: [],
    forked: false,
    guarded: false,
    repeated: false,
    shared: openShared(),
  }
  try {
    const printed = runText(command.replaceAll('\r\n', '\n'), walk, undefined)
    // Whoever reads along reads the credentials too; one variable can be asked for by its name.
    if ((printed.taint & TAINT.variables) !== 0)
      findings.note('secrets', 'environment', 'every variable of the environment')
    runUncalled(walk)
    if (findings.count === 0 && /^(\s*#[^\n]*|\s*)*$/.test(command))
      findings.note('shell', 'output', 'a comment')
  } catch (error) {
    // A stack that overflows, or a parser that trips: not understood, which is never harmless.
    findings.note('shell', 'unparsable', error instanceof Error ? error.message : 'the parser failed')
  }
  return findings.reading
}

/** What a tool that writes one file would do. */
export function writeEffects(path: string, place: Place): Reading {
  const findings = new Findings()
  findings.path('write', pathFact(expandHome(path, place), place.cwd, place), { append: false })
  return findings.reading
}

/** What a tool that reads one path would do. */
export function readEffects(path: string, place: Place): Reading {
  const findings = new Findings()
  findings.path('read', pathFact(expandHome(path, place), place.cwd, place), {
    hidden: false,
    fromEnvironment: false,
  })
  return findings.reading
}

/** Tools take `~` for the home directory, as a shell does; a tool that does not is judged more strictly for it. */
function expandHome(path: string, { home }: Place): string {
  return path === '~' || path.startsWith('~/') ? home + path.slice(1) : path
}
