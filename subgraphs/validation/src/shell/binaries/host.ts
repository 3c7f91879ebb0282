import { UNKNOWN } from '../value.js'

/** The host of a URL or `user@host:path`; '?' when it cannot be known. */
export function hostOf(url: string): string {
  // HTTPie's `:3000/x` is this machine.
  if (/^:\d*(\/|$)/.test(url)) return 'localhost'
  const host = /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]+)/i.exec(url)?.[1] ?? '?'
  return host.includes(UNKNOWN) ? '?' : host.toLowerCase()
}

/** True for an address of this machine. What stands before `@` is a name and a password, whatever it looks like. */
export function isThisMachine(url: string): boolean {
  return HERE.test(hostOf(url))
}
const HERE = /^(localhost|127\.0\.0\.1|\[::1\])$/
