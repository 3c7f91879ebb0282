import { readFileSync } from 'node:fs'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { describe, it } from 'vitest'
import { wasmCaller } from '../../src/engine/wasm-caller.js'

const POLICIES = new URL('../../../../policies/', import.meta.url)

async function load() {
  const policy = await loadPolicy(readFileSync(new URL('guard.wasm', POLICIES)))
  policy.setData(JSON.parse(readFileSync(new URL('guard/data.json', POLICIES), 'utf8')) as object)
  return policy
}

const CALLER = { tool: 'Bash', role: 'AGENT', agentId: 'a' }
const INPUTS = [
  {},
  { ...CALLER, effects: {} },
  { ...CALLER, effects: { shell: { inspect: [{ subject: 'ls' }] } } },
  { ...CALLER, effects: { git: { push: [{ subject: 'größe → 推 🚢' }] } } },
  { ...CALLER, effects: { execute: { download: [{ subject: 'x' }], dynamic: [{ subject: 'y' }] } } },
]

describe('calling the wasm of a policy', () => {
  it('answers what the reference caller answers, in any order of calls', async ({ expect }) => {
    const [policy, reference] = await Promise.all([load(), load()])
    const run = wasmCaller(policy)
    for (const input of [...INPUTS, ...INPUTS.toReversed()]) {
      const [expected] = reference.evaluate(input) as { result: unknown }[]
      expect(run(input)).toEqual(expected?.result)
    }
  })

  it('goes on after an input that makes its memory grow', async ({ expect }) => {
    const run = wasmCaller(await load())
    const many = Array.from({ length: 256 }, (_, i) => ({ subject: `${i} ${'ö'.repeat(2_000)}` }))
    expect(run({ ...CALLER, effects: { git: { push: many } } })).toMatchObject({ decision: 'ESCALATE' })
    expect(run(INPUTS[2])).toMatchObject({ decision: 'ALLOW' })
  })
})
