import type { PathFact } from './path.js'

/** One thing that a tool call would do. `subject` is shown to people; the rest is judged. */
export interface Finding {
  readonly subject: string
  readonly [fact: string]: string | number | boolean | readonly string[]
}

/** What a tool call would do: pack → action → findings. The policy's input. */
export type Effects = Readonly<Record<string, Readonly<Record<string, readonly Finding[]>>>>

/** A stretch of the command as it was given, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What a tool call would do, and which stretch of it does so, by a finding's subject. */
export interface Reading {
  readonly effects: Effects
  readonly spans: ReadonlyMap<string, Span>
}

/** Most findings of one call; beyond it the call is too complex to be judged, which is a finding of its own. */
export const MAX_FINDINGS = 256
const MAX_SUBJECT = 160

/** Gathers findings without repeats, bounded by MAX_FINDINGS. */
export class Findings {
  readonly #effects: Record<string, Record<string, Finding[]>> = {}
  #count = 0
  readonly #paths = new Set<string>()
  readonly #spans = new Map<string, Span>()
  #span: Span | undefined

  /** Whatever is noted while `step` runs is done by this stretch of the command. */
  within<T>(span: Span, step: () => T): T {
    const outer = this.#span
    this.#span = span
    try {
      return step()
    } finally {
      this.#span = outer
    }
  }

  note(pack: string, action: string, subject: string, facts: Omit<Finding, 'subject'> = {}): void {
    this.#put(pack, action, { subject: shorten(subject), ...facts })
  }

  #put(pack: string, action: string, finding: Finding): void {
    if (this.#holds(pack, action, finding)) return
    if (this.#count === MAX_FINDINGS) {
      this.#add('shell', 'too-complex', { subject: `more than ${MAX_FINDINGS} effects` })
      this.#count += 1
    }
    if (this.#count > MAX_FINDINGS) return
    this.#count += 1
    this.#add(pack, action, finding)
    if (this.#span !== undefined && !this.#spans.has(finding.subject))
      this.#spans.set(finding.subject, this.#span)
  }

  path(action: string, fact: PathFact, facts: Omit<Finding, 'subject'> = {}): void {
    const { path, zone, name, segments, depth, dynamic } = fact
    this.#paths.add(path)
    // Spread once: most of what is noted are paths, and objects are copied at a price.
    this.#put('filesystem', action, {
      subject: shorten(path),
      zone,
      name,
      segments,
      depth,
      dynamic,
      ...facts,
    })
  }

  /** Has anything been noted about this path? */
  concerns(path: string): boolean {
    return this.#paths.has(path)
  }

  has(pack: string, action: string): boolean {
    return this.#effects[pack]?.[action] !== undefined
  }

  get count(): number {
    return this.#count
  }

  get reading(): Reading {
    return { effects: this.#effects, spans: this.#spans }
  }

  /** Facts are compared only where the subject is the same: most findings are new, and cost a look at a short list. */
  #holds(pack: string, action: string, finding: Finding): boolean {
    const { subject } = finding
    const noted = this.#effects[pack]?.[action]
    return (
      noted?.some((one) => one.subject === subject && JSON.stringify(one) === JSON.stringify(finding)) ??
      false
    )
  }

  #add(pack: string, action: string, finding: Finding): void {
    const actions = (this.#effects[pack] ??= {})
    const list = (actions[action] ??= [])
    list.push(finding)
  }
}

/** A look at each character costs less than an expression, for texts this short. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return false
  }
  return true
}

function shorten(text: string): string {
  if (text.length <= MAX_SUBJECT && isPlain(text)) return text
  // Control characters and NUL marks would garble a reason that people read.
  const plain = text.replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
  return plain.length > MAX_SUBJECT ? `${plain.slice(0, MAX_SUBJECT)}…` : plain
}
