import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { SMALL_ROOT, SMALL_SDL } from '../graph/small.js'
import { answering, settings } from './answering.js'

await settings()

/** Apollo Server alone, serving the same schema from its own resolvers. */
const resolvers = {
  Query: { hello: () => SMALL_ROOT.hello, users: () => SMALL_ROOT.users },
  Mutation: { rename: (_: unknown, args: { id: string; name: string }) => SMALL_ROOT.rename(args) },
}
const server = new ApolloServer({ typeDefs: SMALL_SDL, resolvers })
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
answering(url)
