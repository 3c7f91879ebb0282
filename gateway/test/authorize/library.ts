import type { Principal } from '@lighthouse/contract/principal'
import { subgraph, type TestSubgraph } from '../federate.js'

/** Imports as two subgraphs write them: one renames. */
const LINK = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`

/** A graph in which some things are not for everybody. */
export function library(): { readonly subgraphs: readonly TestSubgraph[]; readonly bought: string[] } {
  const bought: string[] = []
  const anna = {
    __typename: 'Person',
    id: '1',
    name: 'Anna',
    email: 'a@x',
    ssn: '111',
    shelf: 'B4',
    mood: 'GLAD',
  }
  const robot = { __typename: 'Robot', id: '2', name: 'R2', serial: 'r-2' }
  const people = subgraph(
    'people',
    `${LINK('"@key", "@shareable", "@authenticated", "@policy", {name: "@requiresScopes", as: "@needs"}')}
     type Query { me: Person people: [Person!]! being: Being beings: [Being!]! found: [Found!]! robot: Robot
       secret: String @authenticated count: Int! }
     type Subscription { joined: Person watched: String @authenticated }
     type Mutation { buy(name: String!): String @needs(scopes: [["shop:write"]]) look: String }
     interface Being { id: ID! name: String! friend: Being }
     union Found = Person | Robot
     type Person implements Being @key(fields: "id") { id: ID! @needs(scopes: [["id"]]) name: String! friend: Being
       email: String @needs(scopes: [["mail"], ["read", "all"]]) ssn: String! @policy(policies: [["gdpr"]])
       mood: Mood shelf: Place }
     type Robot implements Being @key(fields: "id") @authenticated { id: ID! name: String! friend: Being serial: String! }
     enum Mood @needs(scopes: [["mood"]]) { GLAD SAD }
     scalar Place @policy(policies: [["places"]])`,
    {
      Query: {
        me: () => anna,
        people: () => [anna, { ...anna, id: '3', name: 'Bo', ssn: '333' }],
        being: () => anna,
        beings: () => [anna, robot],
        found: () => [robot, anna],
        robot: () => robot,
        secret: () => 'hidden',
        count: () => 2,
      },
      Subscription: {
        joined: once({ joined: anna }),
        watched: once({ watched: 'x' }),
      },
      Mutation: {
        buy: (_: never, { name }: { name: string }) => {
          bought.push(name)
          return name
        },
        look: () => 'ok',
      },
      Person: { __ref: () => anna, friend: () => robot },
      Robot: { __ref: () => robot, friend: () => anna },
      Being: { __type: (value: { __typename: string }) => value.__typename } as never,
    },
    1,
  )
  const shop = subgraph(
    'shop',
    `${LINK('"@key", "@requiresScopes"')}
     type Query { top: Order }
     type Order { total: Int @requiresScopes(scopes: [["orders"]]) by: Person! }
     type Person @key(fields: "id") { id: ID! orders: [Order!]! @requiresScopes(scopes: [["orders"]]) points: Int! }`,
    {
      Query: { top: () => ({ total: 5, by: { id: '1' } }) },
      Person: {
        __ref: ({ id }: { id: string }) => ({ id }),
        points: () => 7,
        orders: () => [{ total: 5, by: { id: '1' } }],
      },
    },
    1,
  )
  return { subgraphs: [people, shop], bought }
}

/** A stream with one event. */
function once(event: object) {
  return async function* () {
    yield event
  }
}

/** A principal with these scopes and policies. */
export function holding(scopes: readonly string[], policies: readonly string[] = []): Principal {
  return { agentId: `holds ${scopes.join()}`, role: 'AGENT', keyId: 'k', scopes, policies }
}
