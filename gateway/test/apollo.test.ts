import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { describe, it } from 'vitest'
import { subgraph } from './federate.js'
import { gatewayOf } from './gateway-world.js'

const SDL = `type Query { hello(name: String! = "world"): String fails: String never: String! }
  type Mutation { set(n: Int!): Int }`
const RESOLVERS = {
  Query: {
    hello: (_: unknown, { name }: { name: string }) => `hello ${name}`,
    fails: () => {
      throw new Error('broken')
    },
    never: () => null,
  },
  Mutation: { set: (_: unknown, { n }: { n: number }) => n },
}

const ACCEPTS = [undefined, '*/*', 'application/graphql-response+json']

const BODIES: readonly (readonly [string, object])[] = [
  ['a query', { query: '{ hello }' }],
  ['a query with null for everything else', { query: '{ hello }', variables: null, operationName: null }],
  ['variables', { query: 'query A($n: String!) { hello(name: $n) }', variables: { n: 'you' } }],
  ['one of two operations', { query: 'query A { hello } query B { b: hello }', operationName: 'B' }],
  ['a mutation', { query: 'mutation { set(n: 1) }' }],
  ['partial data', { query: '{ hello fails }' }],
  ['a null that bubbles to the top', { query: '{ never }' }],
  [
    'conditions',
    { query: 'query ($y: Boolean!) { hello @skip(if: $y) __typename }', variables: { y: true } },
  ],
  ['no GraphQL', { query: '{ hello' }],
  ['an unknown field', { query: '{ helo }' }],
  ['an unknown argument', { query: '{ hello(nam: "x") }' }],
  ['a variable that is missing', { query: 'query ($n: String!) { hello(name: $n) }' }],
  ['a variable of the wrong type', { query: 'mutation ($n: Int!) { set(n: $n) }', variables: { n: 'x' } }],
  ['no operation of that name', { query: 'query A { hello }', operationName: 'B' }],
  ['no name for several operations', { query: 'query A { hello } query B { hello }' }],
  ['no query', { variables: {} }],
  ['variables that are a list', { query: '{ hello }', variables: [1] }],
  ['an operation name that is a number', { query: '{ hello }', operationName: 1 }],
  ['extensions that are a text', { query: '{ hello }', extensions: 'x' }],
]

interface Heard {
  readonly status: number
  readonly type: string | undefined
  readonly data: unknown
  readonly codes: unknown
  readonly paths: unknown
}

async function hear(url: string, accept: string | undefined, body: object): Promise<Heard> {
  const headers = { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  const { data, errors = [] } = (await answer.json()) as {
    data?: unknown
    errors?: readonly { readonly extensions: { readonly code: string }; readonly path?: unknown }[]
  }
  return {
    status: answer.status,
    type: answer.headers.get('content-type')?.split(';')[0],
    data,
    codes: data === undefined ? errors.map(({ extensions }) => extensions.code) : errors.length,
    paths: errors.map(({ path }) => path),
  }
}

describe('the life of an operation, beside that of Apollo Server', () => {
  it('answers with the same status, media type, data, codes and paths', async ({ expect }) => {
    const apollo = new ApolloServer({ typeDefs: SDL, resolvers: RESOLVERS, nodeEnv: 'production' })
    const listen = { host: '127.0.0.1', port: 0 }
    const { url } = await startStandaloneServer(apollo, { listen })
    await using gateway = await gatewayOf([subgraph('small', SDL, RESOLVERS)])
    for (const [title, body] of BODIES) {
      for (const accept of ACCEPTS) {
        const [theirs, ours] = await Promise.all([hear(url, accept, body), hear(gateway.url, accept, body)])
        // A request that is no GraphQL is refused before a media type was chosen.
        const type =
          theirs.codes instanceof Array && theirs.codes[0] === 'BAD_REQUEST' ? ours.type : theirs.type
        expect(ours, `${title}, accepting ${accept}`).toEqual({ ...theirs, type })
      }
    }
    await apollo.stop()
  })
})
