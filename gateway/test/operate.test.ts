import { request as httpRequest } from 'node:http'
import { getIntrospectionQuery } from 'graphql'
import { describe, it } from 'vitest'
import type { Principal } from '@lighthouse/contract/principal'
import { gatewayOf, post } from './gateway-world.js'
import { graph } from './graph.js'
import { recording } from './recording.js'

const ADMIN: Principal = { agentId: 'admin', role: 'ADMIN', keyId: 'k1' }

/** Sends bytes as they are, with exactly these headers. */
function raw(url: string, body: string | Buffer, headers: Record<string, string>, method = 'POST') {
  return new Promise<{
    status: number
    type: string
    body: { errors: { message: string; extensions: Record<string, string> }[] }
  }>((resolve, reject) => {
    const sent = httpRequest(url, { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: JSON.parse(Buffer.concat(chunks).toString() || '{}') as never,
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
const query = (text: string) => JSON.stringify({ query: text })
const bomb = (depth: number) => `{ ${'bomb { '.repeat(depth)} x ${'}'.repeat(depth)} }`

describe('operate', () => {
  it('answers a federated query and a mutation', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const me = await post(gateway.url, '{ me { name reviews { text author { name } } } }')
    expect(me.data).toEqual({
      me: { name: 'user 1', reviews: [{ text: 'of 1', author: { name: 'user 2' } }] },
    })
    const renamed = await post(
      gateway.url,
      'mutation ($n: String!) { rename(name: $n) { name reviews { text } } }',
      { n: 'x' },
    )
    expect(renamed.data).toEqual({ rename: { name: 'x', reviews: [{ text: 'of 2' }] } })
  })

  const refusals: [
    title: string,
    body: string | Buffer,
    headers: Record<string, string>,
    status: number,
    code: string,
    method?: string,
  ][] = [
    ['a body of 1 MB', query(`{ me { id } } #${'x'.repeat(1_000_000)}`), JSON_TYPE, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'a chunked body over the limit',
      query(`{ me { id } } #${'x'.repeat(100_000)}`),
      { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    ['malformed JSON', '{"query": "{ me', JSON_TYPE, 400, 'BAD_REQUEST'],
    [
      'a body that is not UTF-8',
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
      JSON_TYPE,
      400,
      'BAD_REQUEST',
    ],
    ['a batch', '[{"query":"{ __typename }"}]', JSON_TYPE, 400, 'BAD_REQUEST'],
    ['a body without a query', '{}', JSON_TYPE, 400, 'BAD_REQUEST'],
    ['a query that is no text', '{"query":{"a":1}}', JSON_TYPE, 400, 'BAD_REQUEST'],
    [
      'form data',
      'query={__typename}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['plain text', query('{ __typename }'), { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no content type', query('{ __typename }'), {}, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'compressed bodies',
      query('{ __typename }'),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['another method', '', {}, 405, 'METHOD_NOT_ALLOWED', 'DELETE'],
    ['a document that is no GraphQL', query('{ me {'), JSON_TYPE, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', query('{ mee { id } }'), JSON_TYPE, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a variable of the wrong type',
      JSON.stringify({ query: 'mutation ($n: String!) { rename(name: $n) { id } }', variables: { n: 1 } }),
      JSON_TYPE,
      400,
      'BAD_USER_INPUT',
    ],
    [
      'a missing variable',
      query('mutation ($n: String!) { rename(name: $n) { id } }'),
      JSON_TYPE,
      400,
      'BAD_USER_INPUT',
    ],
    [
      'several operations and no name',
      query('query A { count } query B { count }'),
      JSON_TYPE,
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'an operation that is not in the document',
      JSON.stringify({ query: 'query A { count }', operationName: 'B' }),
      JSON_TYPE,
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a document 50 deep', query(bomb(50)), JSON_TYPE, 400, 'QUERY_TOO_DEEP'],
    [
      'a document that is deep by its fragments',
      query(
        `{ bomb { ...A } } fragment A on Bomb { bomb { bomb { bomb { bomb { ...B } } } } } fragment B on Bomb { bomb { bomb { bomb { bomb { bomb { bomb { bomb { bomb { bomb { bomb { bomb { x } } } } } } } } } } } }`,
      ),
      JSON_TYPE,
      400,
      'QUERY_TOO_DEEP',
    ],
    ['more than 1,000 tokens', query(`{ ${'count '.repeat(1_001)} }`), JSON_TYPE, 400, 'QUERY_TOO_COMPLEX'],
    [
      'more than 15 aliases',
      query(`{ me { ${Array.from({ length: 16 }, (_, n) => `a${n}: id`).join(' ')} } }`),
      JSON_TYPE,
      400,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'an alias that names the prototype',
      query('{ __proto__: me { id } }'),
      JSON_TYPE,
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a subscription over HTTP', query('subscription { ticks { n } }'), JSON_TYPE, 400, 'BAD_REQUEST'],
    [
      'a persisted query without a hash',
      JSON.stringify({ extensions: { persistedQuery: { version: 1 } } }),
      JSON_TYPE,
      400,
      'BAD_REQUEST',
    ],
  ]
  for (const [title, body, headers, status, code, method] of refusals) {
    it(`refuses ${title} with ${code}, as JSON with the request's id`, async ({ expect }) => {
      const rows = recording()
      await using gateway = await gatewayOf(graph().subgraphs, { recorder: rows })
      const answer = await raw(gateway.url, body, { 'x-lighthouse-request-id': 'req-1', ...headers }, method)
      expect(answer.type).toMatch(/^application\/(graphql-response\+)?json/)
      expect(answer.body.errors[0]?.extensions).toMatchObject({ code, requestId: 'req-1' })
      expect(answer.body.errors[0]?.message).not.toContain('Did you mean')
      expect(answer.body.errors[0]?.extensions).not.toHaveProperty('stacktrace')
      expect(answer.status).toBe(status)
      expect(rows.operations).toHaveLength(1)
      expect(rows.operations[0]).toMatchObject({ error_code: code, http_status: status })
    })
  }

  it('answers unknown addresses with coded JSON', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const answer = await raw(`${gateway.origin}/nowhere`, '', {}, 'GET')
    expect([answer.status, answer.body.errors[0]?.extensions['code']]).toEqual([404, 'NOT_FOUND'])
  })

  it('lets in whoever the credential belongs to, and nobody else', async ({ expect }) => {
    const world = graph()
    const rows = recording()
    await using gateway = await gatewayOf(world.subgraphs, {
      recorder: rows,
      authenticate: ({ kind, secret }) => (secret === `${kind}-secret` ? ADMIN : undefined),
    })
    const ask = (headers: Record<string, string>) =>
      post(gateway.url, 'query Who { who }', undefined, headers)
    expect((await ask({ authorization: 'Bearer key-secret' })).data).toEqual({ who: 'admin' })
    expect((await ask({ cookie: 'a=b; lighthouse_session=session-secret' })).data).toEqual({ who: 'admin' })
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic key-secret' },
      { cookie: 'lighthouse_session=key-secret' },
    ]) {
      const refused = await ask(headers as Record<string, string>)
      expect([refused.status, refused.errors?.[0]?.extensions?.['code']]).toEqual([401, 'UNAUTHENTICATED'])
      expect(refused.errors?.[0]?.extensions?.['requestId']).toBe(
        refused.headers.get('x-lighthouse-request-id'),
      )
    }
    expect(world.seenPrincipals).toEqual([ADMIN, ADMIN])
    expect(rows.operations.map((row) => row.status)).toEqual([
      'ok',
      'ok',
      'denied',
      'denied',
      'denied',
      'denied',
    ])
    expect(rows.operations[0]).toMatchObject({ agent_id: 'admin', agent_role: 'ADMIN', operation: 'Who' })
  })

  it('masks faults of its own and logs them under the request id', async ({ expect }) => {
    const logged: Readonly<Record<string, unknown>>[] = []
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate: () => {
        throw new Error('the registry is broken at /var/secret')
      },
      log: (_, details) => void logged.push(details),
    })
    const answer = await post(gateway.url, '{ count }', undefined, {
      authorization: 'Bearer x',
      'x-lighthouse-request-id': 'abc',
    })
    expect(answer.status).toBe(500)
    expect(answer.errors).toEqual([
      { message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'abc' } },
    ])
    expect(logged).toContainEqual(
      expect.objectContaining({ requestId: 'abc', cause: expect.stringContaining('/var/secret') as string }),
    )
  })

  it('hands errors of subgraphs on with their code and the name of the subgraph, without traces', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const answer = await post(gateway.url, '{ fails count }')
    expect(answer.data).toEqual({ fails: null, count: 3 })
    expect(answer.errors).toEqual([
      {
        message: 'it fails',
        path: ['fails'],
        extensions: { code: 'FORBIDDEN', service: 'users', requestId: expect.any(String) as string },
      },
    ])
  })

  it('bubbles a null that a subgraph gives where the schema promises a value', async ({ expect }) => {
    const world = graph()
    const [users, reviews] = world.subgraphs
    const broken = {
      ...reviews,
      request: () => Promise.resolve({ data: { _entities: [{ rating: null, reviews: 5 }] } }),
    }
    await using gateway = await gatewayOf([users, broken])
    const answer = await post(gateway.url, '{ me { id rating } }')
    expect([answer.data, answer.errors?.map((error) => error.path)]).toEqual([null, [['me', 'rating']]])
    const list = await post(gateway.url, '{ me { reviews { text } } count }')
    expect(list.errors?.[0]).toMatchObject({
      path: ['me', 'reviews'],
      extensions: { code: 'SUBGRAPH_ERROR' },
    })
  })

  it('gives null and an error for an enum value that clients may not see', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const answer = await post(gateway.url, '{ me { role reviews { author { role name } } } }')
    expect(answer.data).toEqual({
      me: { role: 'READER', reviews: [{ author: { role: null, name: 'user 2' } }] },
    })
    expect(answer.errors?.map((error) => error.path)).toEqual([['me', 'reviews', 0, 'author', 'role']])
  })

  it('answers what it can when a subgraph is down', async ({ expect }) => {
    const [users, reviews] = graph().subgraphs
    const rows = recording()
    const down = { ...reviews, request: () => Promise.reject(new Error('ECONNREFUSED 10.0.0.1')) }
    await using gateway = await gatewayOf([users, down], { recorder: rows })
    const answer = await post(gateway.url, '{ me { name } count }')
    expect(answer.data).toEqual({ me: { name: 'user 1' }, count: null })
    expect(answer.errors).toEqual([
      {
        message: 'Subgraph "reviews" cannot be reached.',
        path: ['count'],
        extensions: {
          code: 'SUBGRAPH_UNAVAILABLE',
          service: 'reviews',
          requestId: expect.any(String) as string,
        },
      },
    ])
    const entities = await post(gateway.url, '{ me { name reviews { text } } }')
    expect([entities.data, entities.errors?.map((error) => error.path)]).toEqual([null, [['me']]])
    expect(rows.fetches.filter((row) => row.subgraph === 'reviews').map((row) => row.status)).toEqual([
      'internal',
      'internal',
    ])
  })

  it('gives up on a subgraph at the deadline', async ({ expect }) => {
    const rows = recording()
    await using gateway = await gatewayOf(graph().subgraphs, { deadlineMs: 50, recorder: rows })
    const answer = await post(gateway.url, 'query Slow { slow }')
    expect(answer.data).toEqual({ slow: null })
    expect(answer.errors?.[0]).toMatchObject({ path: ['slow'], extensions: { code: 'DEADLINE_EXCEEDED' } })
    expect(rows.operations[0]).toMatchObject({
      operation: 'Slow',
      status: 'timeout',
      error_code: 'DEADLINE_EXCEEDED',
    })
  })

  it('answers the introspection query of graphql-js within its limits', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const answer = await post(gateway.url, getIntrospectionQuery())
    expect(JSON.stringify(answer.data)).toContain('"Review"')
    expect(JSON.stringify(answer.data)).not.toContain('SECRET')
  })

  it('sends an entity that is met in two places once, and fills both', async ({ expect }) => {
    const world = graph()
    await using gateway = await gatewayOf(world.subgraphs)
    const answer = await post(gateway.url, '{ a: me { rating } b: me { rating } }')
    expect(answer.data).toEqual({ a: { rating: 1 }, b: { rating: 1 } })
    const sent = world.subgraphs[1].seen.map((one) => JSON.stringify(one.variables))
    expect(sent).toEqual(['{"__batch_reps_0":[{"__typename":"User","id":"1"}]}'])
  })

  it('writes one row for an operation and one for each fetch', async ({ expect }) => {
    const rows = recording()
    await using gateway = await gatewayOf(graph().subgraphs, { recorder: rows })
    const trace = '0af7651916cd43dd8448eb211c80319c'
    await post(gateway.url, 'query Mine { me { id reviews { text } } }', undefined, {
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
      'x-lighthouse-client': 'cli/1.2.3',
    })
    await post(gateway.url, '{ count }', undefined, {
      traceparent: 'nonsense',
      'apollographql-client-name': 'My app (web)',
      'apollographql-client-version': '3.1',
    })
    const [mine, anonymous] = rows.operations
    expect(mine).toMatchObject({
      operation: 'Mine',
      type: 'query',
      client: 'cli',
      client_version: '1.2.3',
      status: 'ok',
      http_status: 200,
      error_code: '',
      fetches: 2,
      trace_id: trace,
    })
    expect(mine?.operation_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(mine?.bytes_out).toBe(Buffer.byteLength('{"data":{"me":{"id":"1","reviews":[{"text":"of 1"}]}}}'))
    expect(mine?.duration_us).toBeGreaterThanOrEqual((mine?.plan_us ?? 0) + (mine?.execute_us ?? 0))
    expect(anonymous).toMatchObject({
      operation: 'anonymous',
      client: 'My-app-web-',
      client_version: '3.1',
    })
    expect(anonymous?.trace_id).toMatch(/^[0-9a-f]{32}$/)
    expect(
      rows.fetches.map((row) => [row.subgraph, row.fetch_kind, row.entities, row.trace_id, row.operation]),
    ).toEqual([
      ['users', 'root', 0, trace, 'Mine'],
      ['reviews', 'entity', 1, trace, 'Mine'],
      ['reviews', 'root', 0, anonymous?.trace_id, 'anonymous'],
    ])
  })

  it('notes the stops of a walked request in their order', async ({ expect }) => {
    const rows = recording()
    await using gateway = await gatewayOf(graph().subgraphs, { recorder: rows })
    await post(gateway.url, '{ me { id } }', undefined, {
      'x-lighthouse-walk': '1',
      'x-lighthouse-submitted-at': String(Date.now() - 5),
    })
    const sorted = rows.stops.map((row) => row.stop)
    expect(sorted).toEqual(['submit', 'receive', 'admit', 'plan', 'fetch', 'shape', 'record'])
    const starts = rows.stops.map((row) => row.start_us)
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
  })
})
