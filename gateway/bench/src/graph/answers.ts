import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql'
import { makeData } from './data.js'
import { servedSdl, SUBGRAPH_NAMES } from './subgraphs.js'

/** A request to a subgraph and what it answers. */
export interface Answered {
  /** `/<subgraph>` */
  readonly path: string
  readonly body: string
  readonly text: string
  readonly bytes: Buffer
}

/** Answers of all four subgraphs, each worked out once and then given from memory: the gateway is what is measured. */
export class Answers {
  readonly #data = makeData()
  readonly #schemas = new Map<string, GraphQLSchema>(
    SUBGRAPH_NAMES.map((name) => [`/${name}`, buildSchema(servedSdl(name))]),
  )
  /** Distinct requests: bounded by the queries of the bench. */
  readonly #known = new Map<string, Answered>()

  /** Undefined when no subgraph is at this path. */
  async of(path: string, body: string): Promise<Answered | undefined> {
    const before = this.#known.get(path + body)
    const schema = this.#schemas.get(path)
    if (before !== undefined || schema === undefined) return before
    const { root, find } = this.#data
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> }
    const result = await execute({
      schema,
      document: parse(query),
      variableValues: variables ?? {},
      rootValue: {
        ...root,
        _entities: ({ representations }: { representations: never[] }) => representations.map(find),
      },
    })
    const text = JSON.stringify(result)
    const answered = { path, body, text, bytes: Buffer.from(text) }
    this.#known.set(path + body, answered)
    return answered
  }

  /** All that was asked since {@link forget}. */
  get known(): readonly Answered[] {
    return [...this.#known.values()]
  }

  forget(): void {
    this.#known.clear()
  }
}
