import { fileURLToPath } from 'node:url'
import { openLoads } from '@lighthouse/chassis/load'
import type { Scope } from '@lighthouse/chassis/scope'
import { openEngine } from '@lighthouse/policy/engine/engine'
import { decide } from '../src/decide.js'
import { openHouse } from '../src/main.js'
import { understand } from '../src/understand.js'
import type { ToolCall } from '../src/understand.js'

/**
 * What one decision costs in this process: a memory hit, and a cold one that the rules decide (parse, effects,
 * policy, remember). Keeping the decision as an event is the events subgraph's to measure, and left out here.
 */
const ROUNDS = 20_000
const WARM_UP = 3_000
const COMMANDS = [
  'ls -la',
  'git status',
  'cat README.md | head -20',
  'npm test',
  'grep -rn "foo" src',
  'git diff HEAD~1 -- src/a.ts',
  'mkdir -p src/x && touch src/x/a.ts',
  'for f in *.ts; do wc -l $f; done',
  'find . -name "*.ts" | xargs wc -l',
  'NODE_ENV=test npm run build 2>&1 | tee out.log',
]
const AGENT = { agentId: 'bench', role: 'AGENT', keyId: 'bench' } as const

const scope: Scope = {
  principal: AGENT,
  requestId: 'bench',
  traceId: '0'.repeat(32),
  deadlineAt: Date.now() + 3_600_000,
  signal: new AbortController().signal,
  noteStop: undefined,
  subgraph: 'validation',
  loads: openLoads({ noteStop: undefined }, new Map()),
}

function callOf(command: string): ToolCall {
  return {
    toolName: 'Bash',
    toolInput: { command },
    cwd: '/home/dev/project',
    projectRoot: '/home/dev/project',
  }
}

async function measure(step: (i: number) => unknown): Promise<{ p50Us: number; p99Us: number }> {
  const times: number[] = []
  for (let i = 0; i < ROUNDS + WARM_UP; i++) {
    const start = process.hrtime.bigint()
    await step(i)
    const us = Number(process.hrtime.bigint() - start) / 1_000
    if (i >= WARM_UP) times.push(us)
  }
  times.sort((a, b) => a - b)
  const at = (p: number): number => Number((times[Math.floor(times.length * p)] ?? 0).toFixed(1))
  return { p50Us: at(0.5), p99Us: at(0.99) }
}

const commandAt = (i: number): string => COMMANDS[i % COMMANDS.length] ?? 'ls'
const engine = await openEngine({
  policiesDir: fileURLToPath(new URL('../../../policies', import.meta.url)),
  watchMs: 0,
})
const house = openHouse({ engine, flags: { isOn: async () => true } })
const ask = (command: string) =>
  decide({ call: callOf(command), principal: AGENT, requestId: undefined }, scope, house)

for (const command of COMMANDS) await ask(command)
const memoryHit = await measure((i) => ask(commandAt(i)))
const cold = await measure((i) => ask(`${commandAt(i)} # ${i}`))
const parse = await measure((i) => understand(callOf(`${commandAt(i)} # ${i}`)))
const policy = await measure((i) =>
  engine.evaluate({
    tool: 'Bash',
    role: 'AGENT',
    agentId: 'bench',
    effects: understand(callOf(commandAt(i))).effects,
  }),
)
await engine[Symbol.asyncDispose]()

const result = {
  memoryHit,
  cold,
  understand: parse,
  understandAndPolicy: policy,
  rounds: ROUNDS,
  node: process.version,
}
const text = process.argv.includes('--json') ? JSON.stringify(result) : JSON.stringify(result, null, 2)
process.stdout.write(`${text}\n`)
