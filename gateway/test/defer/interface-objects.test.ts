import { it } from 'vitest'
import { subgraph } from '../federate.js'
import { gatewayOf } from '../gateway-world.js'
import { allParts } from './parts-client.js'

const ITEMS = [
  { __typename: 'Book', id: '1' },
  { __typename: 'Film', id: '2' },
  { __typename: 'Game', id: '3' },
]

it('[P-125] a deferred fragment has the fields of an @interfaceObject for every type that selects them', async ({
  expect,
}) => {
  const items = subgraph(
    'items',
    `interface Item @key(fields: "id") { id: ID! } type Book implements Item @key(fields: "id") { id: ID! }
     type Film implements Item @key(fields: "id") { id: ID! } type Game implements Item @key(fields: "id") { id: ID! }`,
    {
      Item: {
        __ref: ({ id }: { id: string }) => ITEMS.find((one) => one.id === id),
        __type: ({ __typename }: { __typename: string }) => __typename,
      },
    },
  )
  const notes = subgraph(
    'notes',
    `type Query { shelf: Shelf } type Shelf @key(fields: "id") { id: ID! items: [Item] }
     type Item @interfaceObject @key(fields: "id") { id: ID! note: String }`,
    {
      Query: { shelf: () => ({ id: 's' }) },
      Shelf: { __ref: ({ id }: { id: string }) => ({ id }), items: () => ITEMS.map(({ id }) => ({ id })) },
      Item: { __ref: ({ id }: { id: string }) => ({ id }), note: ({ id }: { id: string }) => `note ${id}` },
    },
  )
  const gateway = await gatewayOf([items, notes])
  try {
    const [, ...rest] = await allParts(gateway.url, {
      query: '{ shelf { id ... @defer { items { id ... on Book { note } ... on Film { note } } } } }',
      accept: 'multipart/mixed',
    })
    expect(rest.flatMap(({ incremental = [] }) => incremental)).toEqual([
      {
        data: { items: [{ id: '1', note: 'note 1' }, { id: '2', note: 'note 2' }, { id: '3' }] },
        path: ['shelf'],
      },
    ])
  } finally {
    await gateway.close()
  }
})
