import { suite, thing } from './suite.js'
import type { Thing } from './world.js'

type This = Record<string, unknown>

/** What a field was given of another one: a value, or in the whole graph a function. */
function given(from: This, field: string, args: Record<string, unknown> = {}): unknown {
  const value = from[field]
  return typeof value === 'function' ? (value.call(from, args) as unknown) : value
}

/** An entity that its subgraph `c` knows by a key which nobody knows where one comes from. */
const keyed = {
  things() {
    const items: Thing[] = ['1', '2', '3'].map((id) =>
      thing('E', {
        ...{ id, code: `c${id}`, name: id === '3' ? null : `n${id}`, rank: Number(id), z: `z${id}` },
        price: ({ to = 'SEA' }: { to?: string }) => `${to}${id}`,
        route: ({ to = 'SEA' }: { to?: string }) => thing('Route', { by: `${to} ${id}`, miles: Number(id) }),
        label: `l${id}`,
        y(this: This, { by = 1 }: { by?: number }) {
          return `${String(this['name'])} ${by}`
        },
        sea(this: This) {
          return given(this, 'price', { to: 'SEA' })
        },
        air(this: This) {
          return given(this, 'price', { to: 'AIR' })
        },
        far(this: This) {
          return (given(this, 'route', { to: 'AIR' }) as This)['by']
        },
        near(this: This) {
          return (given(this, 'route', { to: 'ROAD' }) as This)['by']
        },
        strict(this: This) {
          return this['name']
        },
        failing(this: This) {
          if (this['rank'] === 2) throw new Error('no')
          return `${String(this['rank'])}`
        },
        next(this: This) {
          return this['name'] === null ? null : items[Number(id) % 3]
        },
        box(this: This) {
          return thing('Box', { size: String(this['rank']), item: items[Number(id) % 3], any: items })
        },
        second(this: This) {
          return `second of ${String(given(this, 'y'))}`
        },
        third(this: This) {
          return `third of ${String(given(this, 'second'))} ${String(this['rank'])}`
        },
      }),
    )
    const other = thing('F', { id: 'f', label: 'other' })
    return [
      ...items,
      other,
      thing('Query', {
        e: ({ at = 0 }: { at?: number }) => items[at],
        es: () => items,
        rows: () => [items.slice(0, 2), [null, items[2]]],
        things: () => [items[0], other, items[2]],
        any: () => [other, items[1]],
      }),
      thing('Mutation', { touch: () => items[1] }),
    ]
  },
  monolith: `type Query { e(at: Int = 0): E es: [E!] rows: [[E]] things: [Thing] any: [Any] } type Mutation { touch: E }
    interface Thing { id: ID! label: String } union Any = E | F type F implements Thing { id: ID! label: String }
    type Route { by: String miles: Int } type Box { size: String item: E any: [Any] }
    type E implements Thing { id: ID! code: ID! label: String name: String rank: Int price(to: String): String route(to: String): Route
      y(by: Int): String sea: String air: String far: String near: String strict: String! failing: String next: E box: Box z: String second: String third: String }`,
  subgraphs: {
    a: `type Query { e(at: Int = 0): E es: [E!] rows: [[E]] things: [Thing] any: [Any] } type Mutation { touch: E } union Any = E | F
      interface Thing { id: ID! label: String } type F implements Thing @key(fields: "id") { id: ID! label: String }
      type E implements Thing @key(fields: "id") { id: ID! label: String }`,
    b: `type Route { by: String miles: Int }
      type E @key(fields: "id") @key(fields: "code") { id: ID! code: ID! name: String rank: Int price(to: String): String route(to: String): Route }`,
    c: `union Any = E | F type F @key(fields: "id") { id: ID! } type Route @external { by: String } type Box { size: String item: E any: [Any] }
      type E @key(fields: "code") { code: ID! z: String name: String @external rank: Int @external price(to: String): String @external
        route(to: String): Route @external y(by: Int): String @requires(fields: "name") next: E @requires(fields: "name") box: Box @requires(fields: "rank")
        sea: String @requires(fields: "price(to: \\"SEA\\")") air: String @requires(fields: "price(to: \\"AIR\\")")
        far: String @requires(fields: "route(to: \\"AIR\\") { by }") near: String @requires(fields: "route(to: \\"ROAD\\") { by }")
        strict: String! @requires(fields: "name") failing: String @requires(fields: "rank") }`,
    d: `type E @key(fields: "id") { id: ID! y(by: Int): String @external
        second: String @requires(fields: "y") }`,
    f: `type E @key(fields: "id") @key(fields: "code") { id: ID! code: ID! second: String @external rank: Int @external third: String @requires(fields: "second rank") }`,
  },
}

suite('a field that requires another, of a subgraph whose key comes from where that is too', keyed, [
  ['alone', '{ e { y } }'],
  ['in lists', '{ es { y } rows { y } }'],
  ['under aliases that are names of others', '{ es { name: y code: y(by: 2) id: z } }'],
  [
    'with variables',
    'query ($by: Int, $at: Int) { e(at: $at) { y(by: $by) x: y(by: 3) } }',
    { by: 7, at: 1 },
  ],
  ['with what it requires beside it', '{ es { id code name y z rank } }'],
  ['several, with other requirements each', '{ es { y failing next { id } box { size } } }'],
  ['of objects of an interface', '{ things { id ... on E { y } } }'],
  ['of members of a union', '{ any { ... on E { y z } ... on F { label } } }'],
  ['after a mutation', 'mutation { touch { y } }'],
  ['that needs a value and has none', '{ e(at: 2) { strict } es { id } }'],
  ['that fails', '{ es { failing rank } }'],
  ['with arguments', '{ es { sea air price x: price(to: "ROAD") } }'],
  ['with arguments of objects', '{ es { near far route { miles by } } }'],
  ['that requires another that requires one', '{ es { second } }'],
  ['with everything on the way to it', '{ es { third second y name } }'],
  ['that gives an object', '{ es { next { y next { id } } } }'],
  ['within itself', '{ es { next { next { next { y code } } name } } }'],
  [
    'within an object that it gives',
    '{ es { box { size item { y box { size } } any { ... on E { y } } } } }',
  ],
])

/** An interface of which one object's field requires something of another subgraph. */
const labelled = {
  things() {
    const label = function (this: This) {
      return `label of ${String(given(this, 'need', { by: 2 }))}`
    }
    const need = ({ by = 1 }: { by?: number }) => `need ${by}`
    const made = function (this: This) {
      return `made of ${String(given(this, 'need', { by: 3 }))}`
    }
    const chain = function (this: This) {
      return `chain of ${String(given(this, 'made'))}`
    }
    const one = thing('One', { id: '1', code: 'c1', need, label, made, chain, extra: 1 })
    const two = thing('Two', { id: '2', label: 'two', extra: 2 })
    return [one, two, thing('Query', { one: () => one, things: () => [one, two], remote: () => one })]
  },
  monolith: `type Query { one: One things: [Thing] remote: Thing } interface Thing { id: ID! label: String extra: Int }
    type One implements Thing { id: ID! code: ID! need(by: Int = 1): String label: String made: String chain: String extra: Int }
    type Two implements Thing { id: ID! label: String extra: Int }`,
  subgraphs: {
    a: 'type Query { one: One } type One @key(fields: "id") { id: ID! }',
    b: `type One @key(fields: "id") @key(fields: "code")
      { id: ID! code: ID! need(by: Int = 1): String made: String @external chain: String @requires(fields: "made") }`,
    c: 'type One @key(fields: "code") { code: ID! need(by: Int = 1): String @external made: String @requires(fields: "need(by: 3)") }',
    d: `type Query { things: [Thing] } interface Thing @key(fields: "id") { id: ID! label: String } type Two implements Thing @key(fields: "id") { id: ID! label: String }
      type One implements Thing @key(fields: "id") { id: ID! need(by: Int = 1): String @external label: String @requires(fields: "need(by: 2)") }`,
    t: 'type Query { remote: Thing } type Thing @key(fields: "id") @interfaceObject { id: ID! extra: Int }',
  },
}

suite('a field of an interface that requires another of one of its objects', labelled, [
  ['of the interface', '{ things { id label } }'],
  ['of that object', '{ things { ... on One { label } } }'],
  ['of an object that is known by the interface only', '{ remote { label extra } }'],
  ['of a type of that', '{ remote { ... on One { label made } } }'],
])

suite('a field that is asked for by what comes with what it requires', labelled, [
  ['in a chain', '{ one { chain } }'],
  [
    'with what it requires beside it, with other arguments',
    '{ one { need label made x: need(by: 3) chain } }',
  ],
  ['in places that require other arguments', '{ one { label } y: one { made need } }'],
])
