import { ERROR_CODES } from '@lighthouse/contract/error-codes'

/** docs/reference/errors.md: every code that a caller can meet, from the contract. */
export function renderErrors(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { status, retryable, meaning }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
  )
  return `# Errors

Every GraphQL error carries \`extensions.code\`, one of these, and from the gateway \`extensions.requestId\`, which finds
the request in the log. *Again* says whether the same request may succeed later without a change.

| code | HTTP | again | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
