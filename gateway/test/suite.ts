import { describe, it } from 'vitest'
import { build, type Thing, type World } from './world.js'

/** `thing('User', { id: '1' })` */
export function thing(__typename: string, fields: Record<string, unknown>): Thing {
  return { __typename, ...fields }
}

export function fail(message: string): () => never {
  return () => {
    throw new Error(message)
  }
}

export type Case = readonly [title: string, query: string, variables?: Record<string, unknown>]

/** Each case: what the gateway answers equals what graphql-js answers on the one schema, down to key order and error paths. */
export function suite(name: string, world: World, cases: readonly Case[]): void {
  describe(name, () => {
    const built = build(world)
    for (const [title, query, variables] of cases) {
      it(title, async ({ expect }) => {
        const federated = await built.federated(query, variables)
        const oracle = await built.oracle(query, variables)
        expect({ data: federated.data, paths: federated.paths }).toEqual({
          data: oracle.data,
          paths: oracle.paths,
        })
        expect(JSON.stringify(federated.data)).toBe(JSON.stringify(oracle.data))
      })
    }
  })
}
