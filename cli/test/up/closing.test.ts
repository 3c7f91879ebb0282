import { describe, it } from 'vitest'
import { Closing } from '../../src/up/closing.js'

describe('Closing', () => {
  it('closes in the opposite order, each once, and passes by what fails', async ({ expect }) => {
    const said: string[] = []
    const closed: string[] = []
    const closing = new Closing((text) => said.push(text))
    const opened = (name: string, fail = false) =>
      closing.add(name, {
        async [Symbol.asyncDispose]() {
          closed.push(name)
          if (fail) throw new Error('stuck')
        },
      })
    opened('first')
    opened('second', true)
    opened('third')
    await closing[Symbol.asyncDispose]()
    await closing[Symbol.asyncDispose]()
    expect(closed).toEqual(['third', 'second', 'first'])
    expect(said).toEqual(['second did not stop cleanly: stuck'])
  })
})
