export type RedisAddress = { readonly url: string } | { readonly socketPath: string }

export interface RedisHost {
  readonly host: string
  readonly port: number
}

export interface RedisLogin {
  readonly username?: string
  readonly password?: string
  readonly tls?: Record<string, never>
}

/** What an address names: one server, sentinels that know a master, or nodes that know a cluster. */
export type RedisPlace =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'sentinel'
      readonly sentinels: readonly RedisHost[]
      readonly name: string
      readonly db: number
      readonly login: RedisLogin
    }
  | { readonly kind: 'cluster'; readonly nodes: readonly RedisHost[]; readonly login: RedisLogin }

const SHAPES =
  'redis://host:port/db, rediss://…, unix:///path, redis-sentinel://host:port,host:port/db#master or redis-cluster://host:port,host:port'
const LISTED = /^(rediss?)-(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/(\d*))?(?:#(.+))?$/
const DEFAULT_PORTS = { sentinel: 26_379, cluster: 6_379 } as const

/**
 * Reads where Redis is. Credentials stand before `@` as in `user:password@`, percent-encoded; `rediss` means TLS. Throws
 * an error that names the shapes for anything else, without the password that may be in it.
 */
export function readRedisAddress(address: RedisAddress): RedisPlace {
  if ('socketPath' in address) return { kind: 'socket', path: address.socketPath }
  const { url } = address
  if (url.startsWith('unix://')) return { kind: 'socket', path: url.slice('unix://'.length) }
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) return { kind: 'server', url }
  const [, scheme, kind, login, hosts = '', db = '', name] = LISTED.exec(url) ?? []
  if (kind === 'cluster') return { kind, nodes: hostsOf(hosts, kind), login: loginOf(login, scheme) }
  if (kind === 'sentinel' && name !== undefined)
    return { kind, sentinels: hostsOf(hosts, kind), name, db: Number(db), login: loginOf(login, scheme) }
  throw unreadable()
}

function hostsOf(text: string, kind: keyof typeof DEFAULT_PORTS): RedisHost[] {
  return text.split(',').map((one) => {
    const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(one) ?? []
    if (host === '') throw unreadable()
    return {
      host: host.replace(/^\[|\]$/g, ''),
      port: port === undefined ? DEFAULT_PORTS[kind] : Number(port),
    }
  })
}

function loginOf(text: string | undefined, scheme: string | undefined): RedisLogin {
  const colon = text?.indexOf(':') ?? -1
  const username = decodeURIComponent(text?.slice(0, Math.max(0, colon)) ?? '')
  const password = decodeURIComponent(text?.slice(colon + 1) ?? '')
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(scheme === 'rediss' && { tls: {} }),
  }
}

function unreadable(): Error {
  return new Error(`This is no address of a Redis; it takes ${SHAPES}.`)
}
