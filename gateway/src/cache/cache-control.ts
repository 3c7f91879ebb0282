import type { Kept } from './cache-rules.js'

/**
 * How long, in milliseconds, an answer may be kept: as the rule says, and no longer than the subgraph's Cache-Control
 * header; 0 for what it says is not to be stored, or is private while the rule would share it. Source: RFC 9111, 5.2.2.
 */
export function limitedBy(header: string | undefined, { ttlMs, isPrivate }: Kept): number {
  if (header === undefined) return ttlMs
  const directives = new Map(
    header
      .toLowerCase()
      .split(',')
      .map((one) => {
        const [name = '', value = ''] = one.trim().split('=', 2)
        return [name, value.replaceAll('"', '')] as const
      }),
  )
  if (directives.has('no-store') || directives.has('no-cache')) return 0
  if (directives.has('private') && !isPrivate) return 0
  const given = directives.get('s-maxage') ?? directives.get('max-age')
  if (given === undefined) return ttlMs
  // A freshness that cannot be read is none. Source: RFC 9111, 4.2.1.
  return /^\d+$/.test(given) ? Math.min(ttlMs, Number(given) * 1_000) : 0
}
