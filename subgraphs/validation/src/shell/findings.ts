import type { PathFact } from './path.js'

/** One thing that a tool call would do. `subject` is shown to people; the rest is judged. */
export interface Finding {
  readonly subject: string
  readonly [fact: string]: string | number | boolean | readonly string[]
}

/** What a tool call would do: pack → action → findings. The policy's input. */
export type Effects = Readonly<Record<string, Readonly<Record<string, readonly Finding[]>>>>

/** Most findings of one call; beyond it the call is too complex to be judged, which is a finding of its own. */
export const MAX_FINDINGS = 256
const MAX_SUBJECT = 160

/** Gathers findings without repeats, bounded by MAX_FINDINGS. */
export class Findings {
  readonly #effects: Record<string, Record<string, Finding[]>> = {}
  readonly #seen = new Set<string>()

  note(pack: string, action: string, subject: string, facts: Omit<Finding, 'subject'> = {}): void {
    const finding: Finding = { subject: shorten(subject), ...facts }
    const key = `${pack}/${action} ${JSON.stringify(finding)}`
    if (this.#seen.has(key)) return
    if (this.#seen.size === MAX_FINDINGS) {
      this.#add('shell', 'too-complex', { subject: `more than ${MAX_FINDINGS} effects` })
      this.#seen.add('full')
    }
    if (this.#seen.size > MAX_FINDINGS) return
    this.#seen.add(key)
    this.#add(pack, action, finding)
  }

  path(action: string, fact: PathFact, facts: Omit<Finding, 'subject'> = {}): void {
    const { path, zone, name, segments, dynamic } = fact
    this.note('filesystem', action, path, { zone, name, segments, dynamic, ...facts })
  }

  has(pack: string, action: string): boolean {
    return this.#effects[pack]?.[action] !== undefined
  }

  get count(): number {
    return this.#seen.size
  }

  get effects(): Effects {
    return this.#effects
  }

  #add(pack: string, action: string, finding: Finding): void {
    const actions = (this.#effects[pack] ??= {})
    const list = (actions[action] ??= [])
    list.push(finding)
  }
}

function shorten(text: string): string {
  // Control characters and NUL marks would garble a reason that people read.
  const plain = text.replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
  return plain.length > MAX_SUBJECT ? `${plain.slice(0, MAX_SUBJECT)}…` : plain
}
