import type { SubgraphAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { startGateway } from '@lighthouse/gateway/main'
import { buildSchema, type DocumentNode, execute, parse } from 'graphql'
import { SMALL_ROOT, SMALL_SDL } from '../graph/small.js'
import { answering, settings } from './answering.js'
import { switchedRecorder } from './switched-recorder.js'

/** The gateway before one subgraph in its own process, telemetry on. */
const { recorderUrl } = await settings<{ recorderUrl: string }>()
const schema = buildSchema(SMALL_SDL)
const documents = new Map<string, DocumentNode>()
const transport: SubgraphTransport = {
  name: 'small',
  async request({ query, variables }) {
    let document = documents.get(query)
    if (document === undefined) documents.set(query, (document = parse(query)))
    return (await execute({
      schema,
      document,
      rootValue: SMALL_ROOT,
      variableValues: variables,
    })) as SubgraphAnswer
  },
  async *subscribe() {},
}
const { recorder, handle } = switchedRecorder(recorderUrl)
const gateway = await startGateway({
  supergraph: { subgraphs: [{ name: 'small', sdl: SMALL_SDL }] },
  transports: new Map([['small', transport]]),
  recorder,
})
answering(gateway.url, handle)
