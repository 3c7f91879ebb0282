import { type HttpTransport, httpTransport } from './fetch/http-transport.js'
import { type TrafficSection, trafficFor } from './fetch/traffic/settings.js'
import { type Gateway, type GatewayOptions, startGateway } from './start.js'
import { loadSupergraph } from './supergraph/supergraph.js'

export interface StandaloneOptions extends Omit<GatewayOptions, 'supergraph' | 'transports'> {
  readonly supergraphSdl: string
  /** Subgraphs that are elsewhere than the supergraph says, by name. */
  readonly urls?: Readonly<Record<string, string>>
  /** Signs who the caller is for subgraphs that want to know that it was us. */
  readonly gatewaySecret?: string | undefined
  /** How subgraphs are called; defaults for what is absent. */
  readonly traffic?: TrafficSection | undefined
}

/**
 * Starts a gateway for any supergraph, calling its subgraphs over HTTP at the addresses that the supergraph gives.
 * Nobody is asked for a key unless `authenticate` is given. Rejects when a subgraph has no http(s) address. Closing the
 * gateway closes the connections too.
 */
export async function startStandaloneGateway(options: StandaloneOptions): Promise<Gateway> {
  const { supergraphSdl, urls = {}, gatewaySecret, traffic, ...rest } = options
  const transports = new Map<string, HttpTransport>()
  for (const { name, url } of loadSupergraph(supergraphSdl).subgraphs) {
    const settings = trafficFor(name, traffic)
    transports.set(name, httpTransport({ name, url: urls[name] ?? url, gatewaySecret, traffic: settings }))
  }
  const gateway = await startGateway({ ...rest, supergraph: { sdl: supergraphSdl }, transports })
  const close = async () => {
    await gateway.close()
    await Promise.all([...transports.values()].map((one) => one[Symbol.asyncDispose]()))
  }
  return { ...gateway, close, [Symbol.asyncDispose]: close }
}
