import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import type { Page } from './page.js'
import type { Repository } from './repository.js'

const PATH = 'docs/reference/openapi.json'
/** The list of codes within their schema: all else of the file is written by hand. */
const CODES = /("ErrorCode": \{\s*"type": "string",\s*"enum": \[)[^\]]*(\])/

/** docs/reference/openapi.json with the contract's error codes; nothing where there is no such file. */
export function renderOpenapi(repository: Repository): Page[] {
  if (!repository.has(PATH)) return []
  const codes = Object.keys(ERROR_CODES).map((code) => `\n          "${code}"`)
  const replaced = (_: string, before: string, after: string) =>
    `${before}${codes.join(',')}\n        ${after}`
  return [{ path: PATH, text: repository.read(PATH).replace(CODES, replaced) }]
}
