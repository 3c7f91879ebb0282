import type { ExecutionResult } from 'graphql'

/** The data of an answer, written as JSON text already: it passes through life-cycles as if it were the data. */
export class AnswerText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** For whoever takes it for the data themselves. */
  toJSON(): unknown {
    return JSON.parse(this.text)
  }
}

/** An execution result whose data are text. */
export function resultOf(text: string, errors: ExecutionResult['errors']): ExecutionResult {
  const data = new AnswerText(text) as unknown as Record<string, unknown>
  return errors === undefined || errors.length === 0 ? { data } : { data, errors }
}

/** The data of a result, whether they are text or not. */
export function plainData({ data }: ExecutionResult): ExecutionResult['data'] {
  return data instanceof AnswerText ? (data.toJSON() as Record<string, unknown>) : data
}

interface Result {
  readonly data?: unknown
  readonly errors?: readonly unknown[] | undefined
  readonly extensions?: unknown
}

/** A result as it goes on the wire: errors first, as GraphQL asks. */
export function textOf({ data, errors, extensions }: Result): string {
  const parts: string[] = []
  if (errors !== undefined && errors.length > 0) parts.push(`"errors":${JSON.stringify(errors)}`)
  if (data instanceof AnswerText) parts.push(`"data":${data.text}`)
  else if (data !== undefined) parts.push(`"data":${JSON.stringify(data)}`)
  if (extensions !== undefined) parts.push(`"extensions":${JSON.stringify(extensions)}`)
  return `{${parts.join(',')}}`
}
