import { Connections } from './connections.js'
import type { TrafficSection } from './fetch/traffic/settings.js'
import { type Gateway, type GatewayOptions, startGateway } from './start.js'
import { followSources } from './supergraph/follow-sources.js'
import { constant, type Source } from './supergraph/source.js'

/** What a configuration may say of a gateway that calls its subgraphs over HTTP; all of it may change while it runs. */
export interface StandaloneSettings
  extends Omit<GatewayOptions, 'supergraph' | 'transports' | 'release' | 'log'> {
  /** Subgraphs that are elsewhere than the supergraph says, by name. */
  readonly urls?: Readonly<Record<string, string>>
  /** How subgraphs are called; defaults for what is absent. */
  readonly traffic?: TrafficSection | undefined
}

export interface StandaloneOptions extends StandaloneSettings {
  /** Text, or something that is followed: a file, or running subgraphs that are composed. */
  readonly supergraphSdl: string | Source<string>
  /** Settings that stand before the others; followed as well. */
  readonly settings?: Source<StandaloneSettings>
  /** Signs who the caller is for subgraphs that want to know that it was us. */
  readonly gatewaySecret?: string | undefined
  readonly log?: GatewayOptions['log']
}

/**
 * Starts a gateway for any supergraph, calling its subgraphs over HTTP at the addresses that the supergraph gives.
 * Nobody is asked for a key unless `authenticate` is given. Rejects when a subgraph has no http(s) address. When a source
 * changes, what it gives is served next; what cannot be served is logged and the old kept. Closing the gateway closes the
 * connections too.
 */
export async function startStandaloneGateway(options: StandaloneOptions): Promise<Gateway> {
  const { supergraphSdl, settings = constant({}), gatewaySecret, log = () => undefined, ...rest } = options
  const sdlSource = typeof supergraphSdl === 'string' ? constant(supergraphSdl) : supergraphSdl
  const connections = new Connections(gatewaySecret)
  const load = async () => {
    const [sdl, own] = await Promise.all([sdlSource.read(), settings.read()])
    const { urls = {}, traffic, ...served } = { ...rest, ...own }
    const opened = connections.open(sdl, { urls, traffic })
    const named = [traffic?.subgraphs, served.cache?.subgraphs].flatMap((some) => Object.keys(some ?? {}))
    const unknown = named.filter((name) => !opened.transports.has(name))
    // Not refused: the two may change one after the other.
    if (unknown.length > 0)
      log('the configuration is about subgraphs that there are not', { subgraphs: unknown })
    return { ...served, supergraph: { sdl }, ...opened }
  }
  const loaded = await load()
  const gateway = await startGateway({ ...rest, ...loaded, log }).catch(async (cause: unknown) => {
    await loaded.release()
    throw cause
  })
  const reload = async () => {
    let next: Awaited<ReturnType<typeof load>> | undefined
    try {
      await gateway.reload(async () => (next = await load()))
    } catch (cause) {
      await next?.release()
      throw cause
    }
  }
  const following = followSources([sdlSource, settings], reload, log)
  const close = async () => {
    following[Symbol.dispose]()
    await gateway.close()
    await connections[Symbol.asyncDispose]()
  }
  // Its getters tell of the supergraph that serves now.
  return Object.create(gateway, {
    close: { value: close },
    [Symbol.asyncDispose]: { value: close },
  }) as Gateway
}
