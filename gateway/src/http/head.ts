import type { ServerResponse } from 'node:http'

/** Headers that every answer to a request has: names and values by turns. */
export type Head = readonly string[]

/** Gives an answer its head, whatever writes the rest of it. */
export function giveHead(response: ServerResponse, head: Head): void {
  for (let i = 0; i + 1 < head.length; i += 2) response.setHeader(head[i] ?? '', head[i + 1] ?? '')
}

/**
 * A head with further headers, which stand instead of those of the same name. Written by `writeHead` it spares the response
 * its own table of headers.
 */
export function extendHead(
  head: Head,
  ...more: readonly (Readonly<Record<string, string | readonly string[]>> | undefined)[]
): string[] {
  const extended = [...head]
  for (const headers of more) {
    for (const name in headers) put(extended, name, headers[name] ?? [])
  }
  return extended
}

function put(head: string[], name: string, value: string | readonly string[]): void {
  if (typeof value !== 'string') {
    for (const one of value) head.push(name, one)
    return
  }
  for (let i = 0; i < head.length; i += 2) {
    if (head[i] !== name) continue
    head[i + 1] = value
    return
  }
  head.push(name, value)
}

const EXPOSE = 'access-control-expose-headers'

/** Lets a page that may read the answer read these of its headers, too. */
export function exposeHeaders(head: string[], names: readonly string[]): void {
  const at = head.findIndex((one, index) => index % 2 === 0 && one === EXPOSE)
  if (at >= 0 && names.length > 0) head[at + 1] = [head[at + 1], ...names].join(', ')
}

/** Adds a header that the answer depends on, for caches in between. */
export function varyBy(head: string[], name: string): void {
  const at = head.findIndex((one, index) => index % 2 === 0 && one === 'vary')
  if (at < 0) head.push('vary', name)
  else head[at + 1] = `${head[at + 1]}, ${name}`
}
