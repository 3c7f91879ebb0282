/** Hosts under which a gateway is called. */
export interface Hosts {
  /** Names beside those of this machine; `*` is any. */
  readonly allowedHosts: readonly string[]
  /** The gateway listens on this machine only. */
  readonly loopback: boolean
}

const OF_THIS_MACHINE = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * True when a request is meant for this gateway by its `Host`. A page whose name was made to point to this machine (DNS
 * rebinding) is of the same origin as what it calls, and only this tells the two apart. A gateway that others reach is
 * called by names of which it knows nothing, unless they are listed. What names no host is no browser.
 */
export function isOwnHost(host: string | undefined, hosts: Hosts): boolean {
  if (last.host !== host || last.hosts !== hosts) last = { host, hosts, isOwn: judge(host, hosts) }
  return last.isOwn
}

/** Nearly all requests name the host that the one before named. */
let last: { readonly host: string | undefined; readonly hosts: Hosts | undefined; readonly isOwn: boolean } =
  {
    host: undefined,
    hosts: undefined,
    isOwn: false,
  }

function judge(host: string | undefined, { allowedHosts, loopback }: Hosts): boolean {
  if (host === undefined || allowedHosts.includes('*')) return true
  if (!loopback && allowedHosts.length === 0) return true
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host.toLowerCase())?.[1]?.replace(/\.$/, '')
  if (name === undefined) return false
  return allowedHosts.includes(name) || OF_THIS_MACHINE.test(name)
}
