import { Refusal } from '../errors.js'
import type { Parameters } from '../prepare.js'
import type { Received } from '../receive.js'

/** What a request asks for. Throws a {@link Refusal} (BAD_REQUEST) when its parameters are of the wrong kind. */
export function parametersOf({ query, body, search, variables }: Received): Parameters {
  if (query === undefined || query === '') {
    throw new Refusal('BAD_REQUEST', 'The request has no "query", and names no document either.')
  }
  const operationName =
    body === undefined ? new URLSearchParams(search).get('operationName') : body['operationName']
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new Refusal('BAD_REQUEST', '"operationName" is not a string.')
  }
  if (variables !== undefined && !isNullOrObject(variables)) {
    throw new Refusal('BAD_REQUEST', '"variables" is not an object.')
  }
  if (body !== undefined && body['extensions'] !== undefined && !isNullOrObject(body['extensions'])) {
    throw new Refusal('BAD_REQUEST', '"extensions" is not an object.')
  }
  return { query, operationName, variables }
}

function isNullOrObject(value: unknown): value is Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && !Array.isArray(value)
}
