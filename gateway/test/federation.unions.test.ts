import { printSchema } from 'graphql'
import { it } from 'vitest'
import { suite, thing } from './suite.js'
import { build } from './world.js'

/** Two subgraphs share what a feed is; each has posts of its own that the other does not know. */
const feeds = {
  things() {
    const text = thing('Text', { words: 7 })
    const song = thing('Song', { id: 's1', bars: 12, album: 'first', plays: 5 })
    const film = thing('Film', { id: 'f1', scenes: 30, studio: 'north', plays: 6 })
    const poll = thing('Poll', { id: 'p1', votes: (args: { atLeast?: number }) => args.atLeast ?? 1 })
    const music = thing('Feed', { posts: [text, song], pinned: [[song], [text]], first: () => song })
    const cinema = thing('Feed', { posts: [film, text, poll], pinned: [[film]], first: () => film })
    const both = thing('Feed', { posts: [text], pinned: [], first: () => text })
    const root = { music: () => music, cinema: () => cinema, both: () => both, poll: () => poll }
    return [text, song, film, poll, thing('Query', root)]
  },
  monolith: `type Query { music: Feed cinema: Feed both: Feed poll: Poll }
    type Feed { posts: [Post!]! pinned: [[Post]] first: Post } union Post = Text | Song | Film | Poll
    type Text { words: Int } type Song { id: ID! bars: Int album: String plays: Int }
    type Film { id: ID! scenes: Int studio: String plays: Int } type Poll { id: ID! votes(atLeast: Int): Int }`,
  subgraphs: {
    music: `type Query { music: Feed both: Feed @shareable poll: Poll }
      type Feed @shareable { posts: [Post!]! pinned: [[Post]] first: Post } union Post = Text | Song
      type Text @shareable { words: Int } type Song @key(fields: "id") { id: ID! bars: Int }
      type Poll @key(fields: "id") { id: ID! votes(atLeast: Int): Int }`,
    cinema: `type Query { cinema: Feed both: Feed @shareable }
      type Feed @shareable { posts: [Post!]! pinned: [[Post]] first: Post } union Post = Text | Film | Poll
      type Text @shareable { words: Int } type Film @key(fields: "id") { id: ID! scenes: Int } type Poll @key(fields: "id") { id: ID! }`,
    catalogue: `type Song @key(fields: "id") { id: ID! album: String plays: Int }
      type Film @key(fields: "id") { id: ID! studio: String plays: Int }`,
  },
}

const OWN = '__typename ... on Text { words } ... on Song { bars } ... on Film { scenes }'
const ALL = `${OWN} ... on Song { album } ... on Film { studio plays } ... on Poll { votes }`

suite('unions that have other members in another subgraph of a shared field', feeds, [
  ['members of the one', `{ music { posts { ${OWN} } } }`],
  ['members of the other', `{ cinema { posts { ${OWN} } } }`],
  ['what other subgraphs have of the members', `{ music { posts { ${ALL} } } cinema { posts { ${ALL} } } }`],
  ['nothing but members that the subgraph does not have', '{ music { posts { ... on Film { scenes } } } }'],
  ['only their names', '{ music { first { __typename ... on Film { __typename } } } }'],
  ['lists of lists', `{ music { pinned { ${ALL} } } cinema { pinned { ${ALL} } } }`],
  ['what both give', `{ both { posts { ${ALL} } first { ${ALL} } } }`],
  [
    'variables for a member that the subgraph knows but does not give',
    'query ($least: Int) { music { posts { ... on Poll { votes(atLeast: $least) } ... on Text { words } } } }',
    { least: 3 },
  ],
  [
    'the same fragment at many places',
    `query { music { posts { ...P } first { ...P } } cinema { posts { ...P } first { ...P } } } fragment P on Post { ${ALL} }`,
  ],
])

it('asks a subgraph for nothing that its union does not have', async ({ expect }) => {
  const world = build(feeds)
  await world.federated(`{ music { posts { ${ALL} } first { ... on Film { studio } } } }`)
  expect(world.asked.map(({ subgraph }) => subgraph)).toEqual(['music', 'catalogue'])
  const [first] = world.asked
  expect(first?.request.query).not.toMatch(/Film|Poll|elsewhere/)
})

it('shows clients no key that only planning knows', ({ expect }) => {
  expect(printSchema(build(feeds).supergraph.apiSchema)).not.toContain('elsewhere')
})
