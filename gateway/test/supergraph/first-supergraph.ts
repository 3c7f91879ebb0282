import { thing } from '../suite.js'
import type { Thing, World } from '../world.js'

const MODEL = `enum State { SOUND LEAKS } enum Class { LARGE SMALL }`

/** Three subgraphs of Federation 1. */
const SUBGRAPHS = {
  fleet: `type Query { ships: [Ship!]! ship(class: Class = LARGE): Ship moored(where: Where): [Vessel!]! }
    type Ship implements Vessel @key(fields: "id") @key(fields: "call") { id: ID! call: String! name: String hull: Hull class: Class home: Port }
    type Tug implements Vessel @key(fields: "id") { id: ID! name: String power: Int! }
    interface Vessel { id: ID! name: String } type Hull { length: Int width: Int state: State } ${MODEL}
    input Where { class: Class any: [Where!] }
    type Port @key(fields: "town { code } number") { number: Int! town: Town! } type Town @key(fields: "code") { code: ID! }
    type Mutation { rename(name: String!): Ship }`,
  harbours: `extend type Query { harbours: [Harbour!]! waiting: [Vessel!]! }
    type Harbour @key(fields: "id") { id: ID! flagship: Ship @provides(fields: "name") berths(class: Class): [Ship!]! newest: Hull seen: [Seen!]! }
    extend type Ship implements Vessel @key(fields: "id") { id: ID! @external name: String @external hull: Hull @external fee: Int @requires(fields: "hull { length width }") }
    extend type Tug implements Vessel @key(fields: "id") { id: ID! @external fee: Int }
    interface Vessel { fee: Int } union Seen = Ship | Cargo type Cargo { tons: Int from: Ship state: State }
    type Hull { length: Int width: Int state: State } ${MODEL}
    extend type Port @key(fields: "town { code } number") { number: Int! @external town: Town! @external depth: Int }
    extend type Town @key(fields: "code") { code: ID! @external }`,
  crew: `extend type Ship @key(fields: "call") { call: String! @external captain: Sailor sailors(rank: Rank! = MATE): [Sailor!]! }
    enum Rank { MATE COOK } type Sailor @key(fields: "id") { id: ID! name: String on: Ship rank: Rank secret: String }
    type Mutation { hire(name: String!): Sailor }`,
}

/** The supergraph that @apollo/federation 0.38.1 composes of them; what is secret was hidden by a contract. */
export const firstSupergraph = (url: (subgraph: string) => string): string => `schema
  @core(feature: "https://specs.apollo.dev/core/v0.2"),
  @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION),
  @core(feature: "https://specs.apollo.dev/tag/v0.1"),
  @core(feature: "https://specs.apollo.dev/inaccessible/v0.1", for: SECURITY)
{
  query: Query
  mutation: Mutation
}
directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
directive @inaccessible on FIELD_DEFINITION | INTERFACE | OBJECT | UNION
directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
directive @tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION
type Cargo { from: Ship state: State tons: Int }
enum Class { LARGE SMALL }
type Harbour @join__owner(graph: HARBOURS) @join__type(graph: HARBOURS, key: "id") {
  berths(class: Class): [Ship!]! @join__field(graph: HARBOURS)
  flagship: Ship @join__field(graph: HARBOURS, provides: "name")
  id: ID! @join__field(graph: HARBOURS)
  newest: Hull @join__field(graph: HARBOURS)
  seen: [Seen!]! @join__field(graph: HARBOURS)
}
type Hull { length: Int state: State width: Int }
type Mutation {
  hire(name: String!): Sailor @join__field(graph: CREW)
  rename(name: String!): Ship @join__field(graph: FLEET)
}
type Port @join__owner(graph: FLEET) @join__type(graph: FLEET, key: "town{code} number") @join__type(graph: HARBOURS, key: "town{code} number") {
  depth: Int @join__field(graph: HARBOURS)
  number: Int! @join__field(graph: FLEET)
  town: Town! @join__field(graph: FLEET)
}
type Query {
  harbours: [Harbour!]! @join__field(graph: HARBOURS)
  moored(where: Where): [Vessel!]! @join__field(graph: FLEET)
  ship(class: Class = LARGE): Ship @join__field(graph: FLEET)
  ships: [Ship!]! @join__field(graph: FLEET)
  waiting: [Vessel!]! @join__field(graph: HARBOURS)
}
enum Rank { COOK MATE }
type Sailor @join__owner(graph: CREW) @join__type(graph: CREW, key: "id") {
  id: ID! @join__field(graph: CREW)
  name: String @join__field(graph: CREW) @tag(name: "people")
  on: Ship @join__field(graph: CREW)
  rank: Rank @join__field(graph: CREW)
  secret: String @join__field(graph: CREW) @inaccessible
}
union Seen = Cargo | Ship
type Ship implements Vessel @join__owner(graph: FLEET) @join__type(graph: FLEET, key: "id") @join__type(graph: FLEET, key: "call") @join__type(graph: HARBOURS, key: "id") @join__type(graph: CREW, key: "call") {
  call: String! @join__field(graph: FLEET)
  captain: Sailor @join__field(graph: CREW)
  class: Class
  fee: Int @join__field(graph: HARBOURS, requires: "hull{length width}")
  home: Port @join__field(graph: FLEET)
  hull: Hull @join__field(graph: FLEET)
  id: ID! @join__field(graph: FLEET)
  name: String @join__field(graph: FLEET)
  sailors(rank: Rank! = MATE): [Sailor!]! @join__field(graph: CREW)
}
enum State { LEAKS SOUND }
type Town @join__owner(graph: FLEET) @join__type(graph: FLEET, key: "code") @join__type(graph: HARBOURS, key: "code") {
  code: ID! @join__field(graph: FLEET)
}
type Tug implements Vessel @join__owner(graph: FLEET) @join__type(graph: FLEET, key: "id") @join__type(graph: HARBOURS, key: "id") {
  fee: Int @join__field(graph: HARBOURS)
  id: ID! @join__field(graph: FLEET)
  name: String @join__field(graph: FLEET)
  power: Int! @join__field(graph: FLEET)
}
interface Vessel { fee: Int id: ID! name: String }
input Where { any: [Where!] class: Class }
enum core__Purpose { EXECUTION SECURITY }
scalar join__FieldSet
enum join__Graph {
  CREW @join__graph(name: "crew" url: "${url('crew')}")
  FLEET @join__graph(name: "fleet" url: "${url('fleet')}")
  HARBOURS @join__graph(name: "harbours" url: "${url('harbours')}")
}`

/** The same as one schema: what clients see of it. */
const MONOLITH = `${MODEL} enum Rank { MATE COOK } input Where { class: Class any: [Where!] }
  type Query { ships: [Ship!]! ship(class: Class = LARGE): Ship moored(where: Where): [Vessel!]! harbours: [Harbour!]! waiting: [Vessel!]! }
  type Mutation { rename(name: String!): Ship hire(name: String!): Sailor }
  interface Vessel { id: ID! name: String fee: Int } union Seen = Ship | Cargo
  type Ship implements Vessel { id: ID! call: String! name: String hull: Hull class: Class home: Port fee: Int captain: Sailor sailors(rank: Rank! = MATE): [Sailor!]! }
  type Tug implements Vessel { id: ID! name: String power: Int! fee: Int }
  type Hull { length: Int width: Int state: State } type Port { number: Int! town: Town! depth: Int } type Town { code: ID! }
  type Harbour { id: ID! flagship: Ship berths(class: Class): [Ship!]! newest: Hull seen: [Seen!]! }
  type Cargo { tons: Int from: Ship state: State } type Sailor { id: ID! name: String on: Ship rank: Rank }`

function things(): Thing[] {
  const names = ['Ada', 'Bea', 'Cleo']
  const ports = [1, 2].map((number) =>
    thing('Port', { number, town: () => thing('Town', { code: `t${number}` }), depth: 10 + number }),
  )
  const ships: Thing[] = names.map((name, n) =>
    thing('Ship', {
      id: `s${n}`,
      call: `call ${n}`,
      name,
      hull: () => thing('Hull', { length: 10 * n, width: n, state: n === 1 ? 'LEAKS' : 'SOUND' }),
      class: n === 2 ? 'SMALL' : 'LARGE',
      home: () => ports[n % 2],
      async fee(this: Record<string, unknown>) {
        const hull = await (typeof this['hull'] === 'function' ? this['hull']() : this['hull'])
        return (hull as { length: number }).length * (hull as { width: number }).width
      },
      captain: () => sailors[n],
      sailors: ({ rank }: { rank: string }) => sailors.filter((one) => one['rank'] === rank),
    }),
  )
  const sailors: Thing[] = [0, 1, 2].map((n) =>
    thing('Sailor', { id: `m${n}`, name: `mate ${n}`, on: () => ships[n], rank: n === 1 ? 'COOK' : 'MATE' }),
  )
  const tugs = [thing('Tug', { id: 't', name: 'Tom', power: 7, fee: 1 })]
  const vessels = () => [ships[0], tugs[0], ships[1]]
  const cargo = thing('Cargo', { tons: 5, from: () => ships[1], state: 'SOUND' })
  const harbour = thing('Harbour', {
    id: 'h',
    flagship: () => ships[1],
    berths: (given: { class?: string }) => ships.filter((one) => one['class'] === given.class),
    newest: () => thing('Hull', { length: 3, width: 2, state: 'SOUND' }),
    seen: () => [ships[2], cargo],
  })
  const query = {
    ships: () => ships,
    ship: (given: { class: string }) => ships.find((one) => one['class'] === given.class),
    moored: ({ where }: { where?: { class?: string } }) =>
      vessels().filter((one) => where?.class === undefined || one?.['class'] === where.class),
    harbours: () => [harbour],
    waiting: vessels,
  }
  const mutation = { rename: () => ships[0], hire: () => sailors[2] }
  return [
    ...[...ports, ...ships, ...sailors, ...tugs, harbour],
    ...[
      thing('Query', query),
      thing('Mutation', mutation),
      ...ports.map((one) => (one['town'] as () => Thing)()),
    ],
  ]
}

/** All of that with data. */
export const FIRST_WORLD: World = {
  things,
  monolith: MONOLITH,
  subgraphs: SUBGRAPHS,
  supergraph: firstSupergraph(() => 'http://127.0.0.1:1'),
}
