import { type HttpTransport, httpTransport } from './fetch/http-transport.js'
import { type TrafficSection, trafficFor } from './fetch/traffic/settings.js'
import { hasOwnScalars } from './supergraph/own-scalars.js'
import { subgraphsOf } from './supergraph/supergraph.js'

interface Connected {
  readonly transport: HttpTransport
  users: number
}

export interface ConnectionSettings {
  readonly urls: Readonly<Record<string, string>>
  readonly traffic: TrafficSection | undefined
}

/** Transports of one supergraph, and the means to say that it needs them no more. */
export interface Opened {
  readonly transports: ReadonlyMap<string, HttpTransport>
  readonly release: () => Promise<void>
}

/**
 * Connections to subgraphs. A subgraph whose address and settings are the same in the next supergraph keeps its
 * connections, its breaker and what was measured; one that nobody uses any more is disconnected.
 */
export class Connections implements AsyncDisposable {
  readonly #open = new Map<string, Connected>()
  readonly #gatewaySecret: string | undefined

  constructor(gatewaySecret: string | undefined) {
    this.#gatewaySecret = gatewaySecret
  }

  /** Throws when a subgraph has no http(s) address, and keeps nothing then. */
  open(supergraphSdl: string, { urls, traffic }: ConnectionSettings): Opened {
    const keys: string[] = []
    const exactNumbers = hasOwnScalars(supergraphSdl)
    const transports = new Map<string, HttpTransport>()
    try {
      for (const { name, url } of subgraphsOf(supergraphSdl)) {
        const options = { name, url: urls[name] ?? url, exactNumbers, traffic: trafficFor(name, traffic) }
        const key = JSON.stringify(options)
        const known = this.#open.get(key) ?? {
          transport: httpTransport({ ...options, gatewaySecret: this.#gatewaySecret }),
          users: 0,
        }
        this.#open.set(key, known)
        known.users += 1
        keys.push(key)
        transports.set(name, known.transport)
      }
    } catch (cause) {
      void this.#release(keys)
      throw cause
    }
    let isReleased = false
    const release = async () => {
      if (isReleased) return
      isReleased = true
      await this.#release(keys)
    }
    return { transports, release }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(all.map(({ transport }) => transport[Symbol.asyncDispose]()))
  }

  async #release(keys: readonly string[]): Promise<void> {
    const unused: HttpTransport[] = []
    for (const key of keys) {
      const known = this.#open.get(key)
      if (known === undefined) continue
      known.users -= 1
      if (known.users > 0) continue
      this.#open.delete(key)
      unused.push(known.transport)
    }
    await Promise.all(unused.map((transport) => transport[Symbol.asyncDispose]()))
  }
}
