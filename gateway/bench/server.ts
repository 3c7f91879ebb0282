import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import type { SubgraphAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { buildSchema, type DocumentNode, execute, parse } from 'graphql'
import { startGateway } from '../src/main.js'

/** Serves one schema, by the gateway or by Apollo Server alone, and tells its CPU time when asked. */
const SDL = `type Query { hello: String users: [User!]! }
  type User { id: ID! name: String email: String age: Int active: Boolean }`
const users = Array.from({ length: 10 }, (_, n) => ({
  id: String(n),
  name: `user ${n}`,
  email: `user${n}@example.com`,
  age: 20 + n,
  active: n % 2 === 0,
}))
const root = { hello: 'world', users }

function inProcess(): SubgraphTransport {
  const schema = buildSchema(SDL)
  const documents = new Map<string, DocumentNode>()
  return {
    name: 'bench',
    async request({ query, variables }) {
      let document = documents.get(query)
      if (document === undefined) {
        document = parse(query)
        documents.set(query, document)
      }
      return (await execute({
        schema,
        document,
        rootValue: root,
        variableValues: variables,
      })) as SubgraphAnswer
    },
    async *subscribe() {},
  }
}

async function serve(kind: string | undefined): Promise<string> {
  if (kind === 'ours') {
    const transport = inProcess()
    const gateway = await startGateway({
      supergraph: { subgraphs: [{ name: 'bench', sdl: SDL }] },
      transports: new Map([['bench', transport]]),
    })
    return gateway.url
  }
  const resolvers = { Query: { hello: () => root.hello, users: () => root.users } }
  const server = new ApolloServer({ typeDefs: SDL, resolvers, nodeEnv: 'production', introspection: true })
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
  return url
}

const url = await serve(process.argv[2])
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system })
})
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.send?.({ url })
