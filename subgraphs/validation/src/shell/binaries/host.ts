import { UNKNOWN } from '../value.js'

/** The host of a URL or `user@host:path`; '?' when it cannot be known. */
export function hostOf(url: string): string {
  // HTTPie's `:3000/x` is this machine.
  if (/^:\d*(\/|$)/.test(url)) return 'localhost'
  const host = /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]+)/i.exec(url)?.[1] ?? '?'
  return host.includes(UNKNOWN) ? '?' : host.toLowerCase()
}
