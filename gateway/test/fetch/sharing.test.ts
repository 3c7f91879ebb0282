import { describe, it } from 'vitest'
import { suite, thing } from '../suite.js'
import { build, type Thing, type World } from '../world.js'

/** Items stand in several lists, and each leads to a box that another subgraph knows more of. */
const BOXES: World = {
  things() {
    const boxes = ['1', '2'].map((id) =>
      thing('Box', {
        id,
        x: ({ n }: { n: number }) => {
          if (id === '2' && n === 9) throw new Error('no x')
          return Number(id) * 100 + n
        },
        y: `y${id}`,
        need: id === '2' ? null : Number(id),
      }),
    )
    const items: Thing[] = ['1', '2'].map((id, at) =>
      thing('Item', { id, box: boxes[at], boxes: () => [...boxes, ...boxes], twin: () => items[at] }),
    )
    const [one, two] = items
    const root = { a: () => [one, two, one], b: () => [one, two], deep: () => [items, [one]] }
    return [...items, ...boxes, thing('Query', root)]
  },
  monolith: `type Query { a: [Item] b: [Item] deep: [[Item]] }
    type Item { id: ID! box: Box boxes: [Box] twin: Item }
    type Box { id: ID! x(n: Int!): Int y: String! need: Int! }`,
  subgraphs: {
    items:
      'type Query { a: [Item] b: [Item] deep: [[Item]] } type Item @key(fields: "id") { id: ID! twin: Item }',
    boxes:
      'type Item @key(fields: "id") { id: ID! box: Box boxes: [Box] } type Box @key(fields: "id") { id: ID! }',
    more: 'type Box @key(fields: "id") { id: ID! x(n: Int!): Int y: String! need: Int! }',
  },
}

suite('one entity in several places', BOXES, [
  ['is asked alike everywhere', '{ a { box { x(n: 1) } } b { box { x(n: 1) } } }'],
  [
    'is asked one thing in one place and another in the next',
    '{ a { box { x(n: 1) } } b { box { x(n: 2) } } }',
  ],
  ['is asked more in one place', '{ a { box { id } } b { box { id x(n: 3) y } } }'],
  ['is in lists of lists', '{ deep { box { y } boxes { x(n: 1) } } a { boxes { y } } }'],
  ['fails in every place', '{ a { box { x(n: 9) y } } b { boxes { x(n: 9) } } }'],
  ['is null against its type in every place', '{ a { id box { need } } b { boxes { id need } } }'],
  ['is under itself', '{ a { twin { box { y } twin { box { x(n: 4) } } } box { x(n: 5) } } }'],
])

describe('one entity in several places', () => {
  it('is sent once, and what it gives is written for all of them', async ({ expect }) => {
    const world = build(BOXES)
    const answer = await world.federated('{ a { box { y } } b { box { y } } }')
    const [one, two] = [{ box: { y: 'y1' } }, { box: { y: 'y2' } }]
    expect(answer.data).toEqual({ a: [one, two, one], b: [one, two] })
    const sent = world.asked.map(({ request }) => Object.values(request.variables)[0] ?? [])
    expect(sent.map((list) => (list as unknown[]).length)).toEqual([0, 2, 2])
  })
})
