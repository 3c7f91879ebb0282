import { describe, it } from 'vitest'
import { createPlans } from '../src/plan.js'
import { compose } from '../src/supergraph/compose.js'
import { createPlanningProcess } from '../src/supergraph/planning-process.js'
import { loadSupergraph, type Supergraph } from '../src/supergraph/supergraph.js'
import { LINK } from './federate.js'
import { executableOf } from './differential/executable-of.js'
import { suite, thing } from './suite.js'
import { build, type Thing } from './world.js'

const KEYED = {
  a: 'type Item @key(fields: "id") { id: ID! need: String } type Query { items: [Item!] }',
  b: 'type Item @key(fields: "id") @key(fields: "code") { id: ID! code: String! need: String @external made: String @requires(fields: "need") }',
}

/** The supergraph as it was composed: the planner panics over `{ items { made } }` with this order of keys. */
function panicking(): Supergraph {
  const sdl = compose(Object.entries(KEYED).map(([name, own]) => ({ name, sdl: LINK + own })))
  return { ...loadSupergraph(sdl), planningSdl: sdl, otherForms: [] }
}

const PANICS = { text: '{ items { made } }', drawn: 0 }
const FINE = { text: '{ items { id } }', drawn: 0 }

/** No key is one that every subgraph knows, and `made` is asked for by the one that is known where one comes from. */
const CHAINED = {
  things() {
    const item = (id: string): Thing =>
      thing('Item', {
        ...{
          id,
          code: `c${id}`,
          need: Number(id),
          made: Number(id) * 2,
          x: Number(id) * 3,
          name: `item ${id}`,
        },
        next: () => item(id === '1' ? '2' : '1'),
      })
    return [item('1'), item('2'), thing('Query', { item: () => item('1') })]
  },
  monolith:
    'type Query { item: Item } type Item { id: ID! code: ID! need: Int made: Int x: Int name: String next: Item }',
  subgraphs: {
    a: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! need: Int }',
    b: `type Item @key(fields: "id") @key(fields: "code")
      { id: ID! code: ID! name: String need: Int @external made: Int @requires(fields: "need") next: Item }`,
    c: 'type Item @key(fields: "code") { code: ID! x: Int }',
  },
}

describe('planning in a process of its own', () => {
  it.for([
    '{ item { made } }',
    '{ item { x made name } }',
    '{ item { next { made } made } }',
    '{ item { next { made x } need made } }',
  ])('finds the key by which a field that requires another is asked for: %s', async (query, { expect }) => {
    await using planning = createPlanningProcess()
    const world = build(CHAINED, planning)
    expect(await world.federated(query)).toEqual(await world.oracle(query))
  })

  it('refuses the operation that the planner breaks down over, and plans those that waited behind it', async ({
    expect,
  }) => {
    await using planning = createPlanningProcess()
    const supergraph = panicking()
    const asked = [FINE, PANICS, FINE, FINE].map((question) => planning.plan(supergraph, question))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(outcomes[0]).toEqual(outcomes[3])
  })

  it('says what the planner says of a document that it cannot plan', async ({ expect }) => {
    await using planning = createPlanningProcess()
    await expect(planning.plan(panicking(), { text: '{ nope }', drawn: 0 })).rejects.toThrow('nope')
  })

  it('plans for several supergraphs in turn', async ({ expect }) => {
    await using planning = createPlanningProcess()
    const other = loadSupergraph(compose([{ name: 'x', sdl: 'type Query { n: Int }' }]))
    const kinds: unknown[] = []
    for (const [supergraph, question] of [
      [panicking(), FINE],
      [other, { text: '{ n }', drawn: 0 }],
      [panicking(), FINE],
    ] as const) {
      kinds.push((await planning.plan(supergraph, question))?.kind)
    }
    expect(kinds).toEqual(['Fetch', 'Fetch', 'Fetch'])
  })

  it('has a process for deferred parts: whoever defers nothing does not wait for what it has to learn', async ({
    expect,
  }) => {
    await using planning = createPlanningProcess()
    const many = Array.from(
      { length: 1_000 },
      (_, n) => `type E${n} @key(fields: "id") { id: ID! next: E${n} }`,
    )
    const sdls = ['a', 'b', 'c'].map((name) => ({
      name,
      sdl: `${LINK} type Query { ${name}: E1 } ${many.join(' ').replaceAll('next', `${name}Next`)}`,
    }))
    const large = loadSupergraph(compose(sdls))
    const small = loadSupergraph(compose([{ name: 'x', sdl: 'type Query { n: Int }' }]))
    await planning.plan(small, { text: '{ n }', drawn: 0 })
    const first: string[] = []
    const note = (what: string) => () => void first.push(what)
    await Promise.all([
      planning.plan({ ...large, isForParts: true }, { text: '{ a { id } }', drawn: 0 }).then(note('parts')),
      planning.plan(small, { text: '{ n }', drawn: 0 }).then(note('whole')),
    ])
    expect(first).toEqual(['whole', 'parts'])
  })
})

describe('plans', () => {
  it('are made where the planner would never end: what two subgraphs give a part of each comes first', async ({
    expect,
  }) => {
    const part = 'type Part @shareable { sku: ID! }'
    const sdls = {
      a: `${part} type Query { item: Item } type Split @shareable { left: Int }
        type Item @key(fields: "num part { sku }") { num: Int! part: Part! split: Split @shareable }`,
      b: `${part} interface Thing @key(fields: "id") { id: ID! label: String }
        type Item implements Thing @key(fields: "id") @key(fields: "num part { sku }") { id: ID! num: Int! part: Part! label: String }`,
      c: `${part} type Split @shareable { right: Int }
        type Item @key(fields: "id") @key(fields: "code") @key(fields: "num part { sku }") { id: ID! code: String! num: Int! part: Part! split: Split @shareable }`,
      t: 'type Thing @key(fields: "id") @interfaceObject { id: ID! extra: Int }',
    }
    const supergraph = loadSupergraph(
      compose(Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: LINK + sdl }))),
    )
    await using planning = createPlanningProcess()
    const plans = createPlans(supergraph, { planning })
    const query = '{ item { of: label split { left right } extra code label } }'
    await expect(Promise.resolve(plans.plan(executableOf(query)).routeFor({}))).resolves.toBeDefined()
  }, 30_000)

  it('in parts are made ready for: the planner has learnt by then what the first would wait for', async ({
    expect,
  }) => {
    const supergraph = loadSupergraph(
      compose([
        { name: 'x', sdl: `${LINK} type Query { e: E } type E @key(fields: "id") { id: ID! n: Int }` },
      ]),
    )
    const asked: [boolean, string][] = []
    const plans = createPlans(supergraph, {
      planning: {
        plan({ isForParts = false }, { text }) {
          asked.push([isForParts, text])
          return Promise.reject(new Error('no planner'))
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    })
    await plans.readyParts()
    expect(asked).toEqual([[true, '{__typename}']])
  })

  it('are made once for a document and each combination of its conditions', async ({ expect }) => {
    const supergraph = loadSupergraph(compose([{ name: 'x', sdl: 'type Query { n: Int m: Int }' }]))
    let made = 0
    const plans = createPlans(supergraph, {
      planning: {
        plan(_, { text }) {
          made += 1
          return Promise.resolve(supergraph.planner.plan(text, null, new Set(), 0).node ?? undefined)
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    })
    const query = 'query ($y: Boolean!) { n m @include(if: $y) }'
    const executable = executableOf(query)
    const planned = plans.plan(executable)
    await Promise.all([
      planned.routeFor({ y: true }),
      planned.routeFor({ y: true }),
      planned.routeFor({ y: false }),
    ])
    await plans.plan(executable).routeFor({ y: false })
    expect([made, plans.size]).toEqual([2, 1])
  })
})

suite(
  'a requirement of a subgraph with a key that the entity’s origin does not have',
  {
    things() {
      const items = ['1', '2'].map((id) =>
        thing('Item', {
          id,
          code: `c${id}`,
          need: `n${id}`,
          made(this: Record<string, unknown>) {
            return `made of ${String(this['need'])}`
          },
        }),
      )
      return [...items, thing('Query', { items: () => items })]
    },
    monolith: 'type Query { items: [Item!] } type Item { id: ID! code: String! need: String made: String }',
    subgraphs: KEYED,
  },
  [
    ['the key that both have is used', '{ items { made } }'],
    ['with the other key beside it', '{ items { made code need } }'],
  ],
)

suite(
  'a requirement of an object that its own subgraph gave in an entity fetch',
  {
    things() {
      const items: Thing[] = ['1', '2', '3'].map((id) =>
        thing('Item', {
          id,
          need: `n${id}`,
          up: () => items.slice(0, Number(id) % 3),
          one: () => items[Number(id) % 3],
          made(this: Record<string, unknown>) {
            return `made of ${String(this['need'])}`
          },
          box: () => thing('Box', { size: Number(id), item: items[0] }),
        }),
      )
      return [...items, thing('Query', { items: () => items, first: () => items[0] })]
    },
    monolith:
      'type Query { items: [Item] first: Item } type Item { id: ID! need: String up: [Item] one: Item made: String box: Box } type Box { size: Int item: Item }',
    subgraphs: {
      a: 'type Item @key(fields: "id") { id: ID! up: [Item] one: Item need: String @external made: String @requires(fields: "need") box: Box @requires(fields: "need") } type Box { size: Int item: Item }',
      b: 'type Item @key(fields: "id") { id: ID! need: String } type Query { items: [Item] first: Item }',
    },
  },
  [
    ['one step down', '{ first { one { made } } }'],
    ['in lists, at every level', '{ items { made up { made need up { made one { id made } } } } }'],
    ['that gives an object of its own', '{ first { one { box { size item { id need up { id } } } } } }'],
  ],
)
