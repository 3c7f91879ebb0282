import { exactText, parseExact } from '../exact-json.js'
import { quoted } from '../quote.js'
import type { Batch } from './lookups.js'
import type { Fields } from './merge.js'
import type { Request } from './step.js'

/** Values of the operation's variables by name. */
export type Variables = Readonly<Record<string, unknown>>

/** A request whose constant parts are text already. */
export interface CompiledRequest {
  readonly request: Request
  /** `{"query":…,"variables":{` */
  readonly prefix: string
}

/** Writes the parts of a request's body that are the same for every operation. */
export function compileRequest(request: Request): CompiledRequest {
  return { request, prefix: `{"query":${quoted(request.query)},"variables":{` }
}

/**
 * What one fetch sends, as text for the wire and as values for subgraphs in this process. Each is made when it is asked
 * for: most transports want one of them.
 */
export class Payload {
  readonly #compiled: CompiledRequest
  readonly #given: Variables
  readonly #batches: readonly Batch[]
  #variables: Fields | undefined

  constructor(compiled: CompiledRequest, given: Variables, batches: readonly Batch[] = []) {
    this.#compiled = compiled
    this.#given = given
    this.#batches = batches
  }

  /** The HTTP body. */
  get body(): string {
    const { request, prefix } = this.#compiled
    let text = ''
    for (const name of request.variables) {
      if (!Object.hasOwn(this.#given, name)) continue
      const value = exactText(this.#given[name])
      if (value !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${value}`
    }
    for (const { compiled, texts } of this.#batches) {
      text += `${text === '' ? '' : ','}${quoted(compiled.lookup.variable)}:[${texts.join(',')}]`
    }
    return `${prefix}${text}}}`
  }

  /** Objects of the receiver's own. */
  get variables(): Fields {
    if (this.#variables !== undefined) return this.#variables
    const variables: Fields = {}
    for (const name of this.#compiled.request.variables) {
      if (Object.hasOwn(this.#given, name)) variables[name] = this.#given[name]
    }
    for (const { compiled, texts } of this.#batches) {
      variables[compiled.lookup.variable] = parseExact(`[${texts.join(',')}]`)
    }
    this.#variables = variables
    return variables
  }
}
