import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { httpTransport } from '../fetch/http-transport.js'
import type { TrafficInput } from '../fetch/traffic/settings.js'
import { compose, type SubgraphSdl } from './compose.js'
import type { Source } from './source.js'

export interface PolledSubgraph {
  readonly name: string
  /** Where it answers, and tells its SDL (`_service` of the Apollo Federation subgraph specification). */
  readonly url: string
  readonly traffic?: TrafficInput
}

export interface SubgraphsSourceOptions {
  readonly subgraphs: readonly PolledSubgraph[]
  readonly pollMs?: number
  /** Longest time that one subgraph has to tell its SDL. */
  readonly timeoutMs?: number
}

/**
 * A supergraph composed of what running subgraphs say they are, composed again when one says something else. A subgraph
 * that does not answer keeps what it said last. The first read rejects unless every subgraph answers.
 */
export function subgraphsSource(options: SubgraphsSourceOptions): Source<string> & AsyncDisposable {
  const { subgraphs, pollMs = 10_000, timeoutMs = 5_000 } = options
  const transports = subgraphs.map(({ name, url, traffic = {} }) =>
    httpTransport({ name, url, traffic: { ...traffic, timeoutMs } }),
  )
  const told = new Map<string, string>()
  let composed: string | undefined
  const ask = async (transport: SubgraphTransport) => {
    try {
      told.set(transport.name, await askSdl(transport, timeoutMs))
    } catch (cause) {
      if (!told.has(transport.name)) throw cause
    }
  }
  const gather = async () => {
    await Promise.all(transports.map(ask))
    return subgraphs.map(({ name, url }): SubgraphSdl => ({ name, url, sdl: told.get(name) ?? '' }))
  }
  return {
    async read() {
      const sdls = await gather()
      composed = JSON.stringify(sdls)
      return compose(sdls)
    },
    watch(changed) {
      let isAsking = false
      const compare = async () => {
        // A slow subgraph must not make rounds overlap: an older answer would come after a newer one.
        if (isAsking) return
        isAsking = true
        const sdls = JSON.stringify(await gather())
        isAsking = false
        if (sdls === composed) return
        composed = sdls
        changed()
      }
      const polling = setInterval(() => void compare(), pollMs)
      polling.unref()
      return { [Symbol.dispose]: () => clearInterval(polling) }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(transports.map((one) => one[Symbol.asyncDispose]()))
    },
  }
}

async function askSdl(transport: SubgraphTransport, timeoutMs: number): Promise<string> {
  const { data, errors } = await transport.request({
    query: '{ _service { sdl } }',
    variables: {},
    principal: undefined,
    requestId: 'composition',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
    noteStop: undefined,
  })
  const sdl = (data?.['_service'] as { sdl?: unknown } | null | undefined)?.sdl
  if (typeof sdl === 'string') return sdl
  const reason = errors?.[0]?.message ?? 'no _service.sdl'
  throw new Error(`Subgraph "${transport.name}" does not tell its SDL: ${reason}.`)
}
